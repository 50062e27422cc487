package dev.tollgate.wire.bedrock;

import dev.tollgate.model.FailureException;
import dev.tollgate.model.chat.Finish;
import dev.tollgate.model.chat.Finish.Reason;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Reply;
import dev.tollgate.wire.anthropic.SchemaTool;
import dev.tollgate.wire.json.Fields;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.openai.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Reads whole replies of Converse.
 *
 * @param provider whose they are
 * @param emulated whether a call of {@link SchemaTool#NAME} is the answer itself
 */
record ConverseReader(String provider, boolean emulated) {
  Reply read(byte[] body) {
    JsonNode reply;
    try {
      reply = JsonTree.read(body);
    } catch (JacksonException notJson) {
      throw unusable(provider, "the reply is not JSON");
    }
    JsonNode message = reply.path("output").path("message");
    if (!message.path("content").isArray()) {
      throw unusable(provider, reply.path("message").asString("the reply has no 'output'"));
    }
    List<Part> parts = parts(message);
    Finish finish = StopReason.read(reply.path("stopReason").asString(null));
    return new Reply(
        null,
        null,
        null,
        List.of(new Reply.Choice(0, parts, answered(finish, parts), null)),
        new ConverseUsage()
            .read(reply.path("usage"))
            .read(reply.path("additionalModelResponseFields"))
            .served(reply.path("serviceTier"))
            .usage(),
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
      throw unusable(provider, malformed.failure().message());
    }
    return parts;
  }

  private @Nullable Finish answered(@Nullable Finish finish, List<Part> parts) {
    boolean calls = parts.stream().anyMatch(Part.ToolCall.class::isInstance);
    return emulated && finish != null && finish.reason() == Reason.TOOL_CALLS && !calls
        ? Finish.of(Reason.STOP)
        : finish;
  }

  static FailureException unusable(String provider, String why) {
    return new FailureException(Refusal.unusable(provider, why));
  }
}
