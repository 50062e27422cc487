package dev.tollgate.wire.cohere;

import dev.tollgate.model.chat.Citation;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Reply;
import dev.tollgate.wire.ReplyShape;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.json.Tree;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes a whole reply as clients of {@code /v2/chat} read it: its first choice. */
final class CohereReplyWriter {
  private CohereReplyWriter() {}

  static byte[] write(Reply reply, ReplyShape shape) {
    ObjectNode written = Tree.object();
    written.put("id", reply.id() == null ? shape.id("") : reply.id());
    ObjectNode message = Tree.object().put("role", "assistant");
    Reply.Choice choice = reply.choices().isEmpty() ? null : reply.choices().getFirst();
    ArrayNode content = Tree.array();
    ArrayNode calls = Tree.array();
    ArrayNode citations = Tree.array();
    if (choice != null) {
      written.put("finish_reason", CohereWords.word(choice.finish()));
      for (Part part : choice.parts()) {
        add(message, content, calls, citations, part);
      }
    } else {
      written.put("finish_reason", CohereWords.word(null));
    }
    if (!content.isEmpty()) {
      message.set("content", content);
    }
    if (!calls.isEmpty()) {
      message.set("tool_calls", calls);
    }
    if (!citations.isEmpty()) {
      message.set("citations", citations);
    }
    written.set("message", message);
    if (reply.usage() != null) {
      written.set("usage", CohereWords.write(reply.usage()));
    }
    return JsonTree.write(written);
  }

  private static void add(
      ObjectNode message, ArrayNode content, ArrayNode calls, ArrayNode citations, Part part) {
    switch (part) {
      case Part.Text said -> {
        for (Citation citation : said.citations()) {
          citations.add(CohereWords.write(citation, content.size()));
        }
        content.addObject().put("type", "text").put("text", said.text());
      }
      case Part.Refusal refusal ->
          content.addObject().put("type", "text").put("text", refusal.text());
      case Part.Thinking thought when thought.text().isEmpty() -> {
        // a proof without words
      }
      case Part.Thinking thought ->
          content.addObject().put("type", "thinking").put("thinking", thought.text());
      case Part.Audio audio -> {
        if (audio.transcript() != null) {
          content.addObject().put("type", "text").put("text", audio.transcript());
        }
      }
      case Part.ToolCall call ->
          calls
              .addObject()
              .put("id", call.id())
              .put("type", "function")
              .putObject("function")
              .put("name", call.name())
              .put("arguments", call.arguments());
      case Part.Foreign foreign ->
          CohereWords.put(
              message, CohereWords.TOOL_PLAN, Tree.text(foreign.json(), CohereWords.TOOL_PLAN));
      case Part.Image _,
          Part.Document _,
          Part.Video _,
          Part.ToolResult _,
          Part.RedactedThinking _ -> {
        // Cohere's clients know none of these in an answer
      }
    }
  }
}
