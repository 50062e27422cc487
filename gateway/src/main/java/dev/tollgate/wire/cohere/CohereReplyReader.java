package dev.tollgate.wire.cohere;

import dev.tollgate.model.Dialect;
import dev.tollgate.model.chat.Citation;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Reply;
import dev.tollgate.wire.json.Tree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads a whole reply of {@code /v2/chat}. */
final class CohereReplyReader {
  private CohereReplyReader() {}

  /** The reply; null if the document is none. */
  static @Nullable Reply read(JsonNode reply) {
    JsonNode message = reply.path("message");
    if (!message.isObject()) {
      return null;
    }
    Map<Integer, List<Citation>> citations = new LinkedHashMap<>();
    for (JsonNode citation : Tree.items(message, "citations")) {
      int content = citation.path("content_index").asInt(0);
      citations
          .computeIfAbsent(content, _ -> new ArrayList<>())
          .add(CohereWords.citation(citation));
    }
    List<Part> parts = new ArrayList<>();
    String plan = Tree.textOrEmpty(message, CohereWords.TOOL_PLAN);
    if (!plan.isEmpty()) {
      parts.add(plan(plan));
    }
    JsonNode content = message.path("content");
    if (content.isString()) {
      parts.add(new Part.Text(content.stringValue(), citations.getOrDefault(0, List.of()), null));
    }
    int index = 0;
    for (JsonNode item : Tree.items(message, "content")) {
      addContent(parts, item, citations.getOrDefault(index++, List.of()));
    }
    for (JsonNode call : Tree.items(message, "tool_calls")) {
      parts.add(call(call));
    }
    String finish = Tree.text(reply, "finish_reason");
    return new Reply(
        null, // Cohere's ids have no form that clients of other dialects know
        null,
        null,
        List.of(
            new Reply.Choice(
                0,
                parts,
                finish == null ? null : CohereWords.finish(finish),
                logprobs(reply.path("logprobs")))),
        CohereWords.usage(reply.path("usage")),
        Map.of());
  }

  static Part.Foreign plan(String plan) {
    return new Part.Foreign(Dialect.COHERE, Tree.object().put(CohereWords.TOOL_PLAN, plan));
  }

  static Part.ToolCall call(JsonNode call) {
    JsonNode function = call.path("function");
    return Part.ToolCall.of(
        Tree.textOrEmpty(call, "id"),
        Tree.textOrEmpty(function, "name"),
        Tree.textOrEmpty(function, "arguments"));
  }

  private static void addContent(List<Part> parts, JsonNode item, List<Citation> citations) {
    String thinking = Tree.text(item, "thinking");
    if (thinking != null) {
      parts.add(new Part.Thinking(thinking, null));
    } else if (item.path("text").isString()) {
      parts.add(new Part.Text(Tree.textOrEmpty(item, "text"), citations, null));
    }
  }

  /** Log probabilities as OpenAI writes them; null if there are none. */
  static @Nullable JsonNode logprobs(JsonNode logprobs) {
    if (!logprobs.isArray()) {
      return logprobs.isObject() ? logprobs(Tree.array().add(logprobs)) : null;
    }
    ArrayNode content = Tree.array();
    for (JsonNode chunk : logprobs) {
      String text = Tree.textOrEmpty(chunk, "text");
      for (JsonNode probability : Tree.items(chunk, "logprobs")) {
        ObjectNode token = content.addObject().put("token", text);
        token.set("logprob", probability);
        token.putNull("bytes");
        token.putArray("top_logprobs");
        text = "";
      }
    }
    ObjectNode written = Tree.object();
    written.set("content", content);
    return content.isEmpty() ? null : written;
  }
}
