package dev.tollgate.wire.bedrock;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Request;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Reply;
import dev.tollgate.wire.ClientSide;
import dev.tollgate.wire.EventWriter;
import dev.tollgate.wire.ReplyShape;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.json.Texts;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Clients of Converse whose call another dialect answers. */
public final class ConverseClient implements ClientSide {
  @Override
  public Chat readChat(Request request, Deployment deployment, Texts texts) {
    try {
      return ChatReader.read(JsonTree.read(request.body(), texts));
    } catch (JacksonException notJson) {
      throw new FailureException(
          new Failure.BadRequest("Invalid JSON payload: a string is malformed", "request_body"));
    }
  }

  @Override
  public byte[] writeReply(Request request, Reply reply, ReplyShape shape) {
    Reply.Choice choice = reply.choices().getFirst();
    ObjectNode written = JsonTree.object();
    ObjectNode message = written.putObject("output").putObject("message").put("role", "assistant");
    ArrayNode content = message.putArray("content");
    for (Part part : choice.parts()) {
      JsonNode block = block(part);
      if (block != null) {
        content.add(block);
      }
    }
    written.put("stopReason", StopReason.write(choice.finish()));
    ConverseUsage.write(reply.usage(), written);
    written.putObject("metrics").put("latencyMs", 0);
    return JsonTree.write(written);
  }

  /** A block of an answer; null for what this dialect has no word for. */
  private static @Nullable JsonNode block(Part part) {
    return switch (part) {
      case Part.Text said -> said.text().isEmpty() ? null : BlockWriter.text(said.text());
      case Part.Refusal refusal -> BlockWriter.text(refusal.text());
      case Part.Thinking thought -> BlockWriter.thinking(thought);
      case Part.RedactedThinking thought ->
          BlockWriter.block(
              "reasoningContent", JsonTree.object().put("redactedContent", thought.data()));
      case Part.ToolCall call -> {
        JsonNode input = BlockWriter.input(call.arguments());
        ObjectNode use =
            JsonTree.object().put("toolUseId", BlockWriter.id(call.id())).put("name", call.name());
        use.set("input", input == null ? JsonTree.object() : input);
        yield BlockWriter.block("toolUse", use);
      }
      case Part.Audio audio ->
          audio.transcript() == null ? null : BlockWriter.text(audio.transcript());
      case Part.Image _, Part.Document _, Part.Video _, Part.ToolResult _, Part.Foreign _ -> null;
    };
  }

  @Override
  public EventWriter events(Request request, ReplyShape shape) {
    return new ConverseEventWriter();
  }
}
