package dev.tollgate.wire.anthropic;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Request;
import dev.tollgate.model.Usage;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Finish;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Reply;
import dev.tollgate.wire.ClientSide;
import dev.tollgate.wire.EventWriter;
import dev.tollgate.wire.ReplyShape;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.json.Texts;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Clients of {@code /v1/messages} whose call another dialect answers. */
public final class MessagesClient implements ClientSide {
  private static final String ID = "msg_";

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
    Finish finish = choice.finish();
    ObjectNode message = head(id(reply.id(), shape), shape.model());
    ArrayNode content = message.putArray("content");
    for (Part part : choice.parts()) {
      JsonNode block = block(part);
      if (block != null) {
        content.add(block);
      }
    }
    message.put("stop_reason", StopReason.write(finish));
    message.put("stop_sequence", finish == null ? null : finish.stopSequence());
    message.set("usage", usage(reply.usage()));
    return JsonTree.write(message);
  }

  @Override
  public EventWriter events(Request request, ReplyShape shape) {
    return new MessageEvents(shape);
  }

  /** The provider's id where it is one of this dialect. */
  static String id(@Nullable String id, ReplyShape shape) {
    return id != null && id.startsWith(ID) ? id : shape.id(ID);
  }

  static ObjectNode head(String id, @Nullable String model) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", id)
        .put("type", "message")
        .put("role", "assistant")
        .put("model", model == null ? "" : model);
  }

  /** A block of an answer; null for what this dialect has no word for. */
  private static @Nullable JsonNode block(Part part) {
    return switch (part) {
      case Part.Text said -> said.text().isEmpty() ? null : BlockWriter.text(said);
      case Part.Thinking thought -> thinking(thought);
      case Part.RedactedThinking thought -> BlockWriter.redacted(thought);
      case Part.ToolCall call -> call(call);
      case Part.Refusal refusal -> BlockWriter.text(refusal.text());
      case Part.Audio audio ->
          audio.transcript() == null ? null : BlockWriter.text(audio.transcript());
      case Part.Foreign foreign -> BlockWriter.foreign(foreign);
      case Part.Image _, Part.Document _, Part.Video _, Part.ToolResult _ -> null;
    };
  }

  /** Clients insist on a signature, also where the provider has none. */
  static ObjectNode thinking(Part.Thinking thought) {
    return BlockWriter.node("thinking")
        .put("thinking", thought.text())
        .put("signature", Objects.requireNonNullElse(thought.signature(), ""));
  }

  /** A call whose arguments are broken is shown with none: nothing else fits here. */
  private static ObjectNode call(Part.ToolCall call) {
    ObjectNode block =
        BlockWriter.node("tool_use").put("id", BlockWriter.id(call.id())).put("name", call.name());
    JsonNode input = BlockWriter.input(call.arguments());
    block.set("input", input == null ? JsonNodeFactory.instance.objectNode() : input);
    return block;
  }

  /** Figures as this dialect has them: the cache's beside the input's. */
  static ObjectNode usage(@Nullable Usage seen) {
    Usage usage = seen == null ? Usage.NONE : seen;
    ObjectNode figures =
        JsonNodeFactory.instance
            .objectNode()
            .put(
                "input_tokens",
                Math.max(0, usage.inputTokens() - usage.cachedTokens() - usage.cacheWriteTokens()));
    figures.put("output_tokens", usage.outputTokens());
    figures.put("cache_creation_input_tokens", usage.cacheWriteTokens());
    figures.put("cache_read_input_tokens", usage.cachedTokens());
    return figures;
  }
}
