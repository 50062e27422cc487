package dev.tollgate.wire.anthropic;

import dev.tollgate.model.FailureException;
import dev.tollgate.model.chat.Finish;
import dev.tollgate.model.chat.Finish.Reason;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Reply;
import dev.tollgate.wire.json.Fields;
import dev.tollgate.wire.json.JsonTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Reads whole messages.
 *
 * @param provider whose they are
 * @param emulated whether a call of {@link SchemaTool#NAME} is the answer itself
 */
record MessageReader(String provider, boolean emulated) {
  Reply read(byte[] body) {
    JsonNode message;
    try {
      message = JsonTree.read(body);
    } catch (JacksonException notJson) {
      throw MessagesProvider.unusable(provider, "the reply is not JSON");
    }
    if (!message.path("content").isArray()) {
      String told = message.path("error").path("message").asString("the reply has no 'content'");
      throw MessagesProvider.unusable(provider, told);
    }
    List<Part> parts = parts(message);
    UsageCount count = new UsageCount();
    count.read(message.path("usage"));
    Finish finish =
        StopReason.read(
            message.path("stop_reason").asString(null),
            message.path("stop_sequence").asString(null));
    return new Reply(
        message.path("id").asString(null),
        message.path("model").asString(null),
        null,
        List.of(new Reply.Choice(0, parts, answered(finish, parts), null)),
        count.usage(),
        Map.of());
  }

  private List<Part> parts(JsonNode message) {
    List<Part> parts = new ArrayList<>();
    try {
      for (Part part : BlockReader.content(Fields.of(message, ""), "content")) {
        boolean answer =
            emulated && part instanceof Part.ToolCall call && call.name().equals(SchemaTool.NAME);
        parts.add(answer ? Part.Text.of(((Part.ToolCall) part).arguments()) : part);
      }
    } catch (FailureException malformed) {
      throw MessagesProvider.unusable(provider, malformed.failure().message());
    }
    return parts;
  }

  /** The call that stands for the answer is no reason to stop that a client knows. */
  private @Nullable Finish answered(@Nullable Finish finish, List<Part> parts) {
    boolean calls = parts.stream().anyMatch(Part.ToolCall.class::isInstance);
    return emulated && finish != null && finish.reason() == Reason.TOOL_CALLS && !calls
        ? Finish.of(Reason.STOP)
        : finish;
  }
}
