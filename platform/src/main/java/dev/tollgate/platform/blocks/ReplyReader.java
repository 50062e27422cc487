package dev.tollgate.platform.blocks;

import dev.tollgate.platform.client.OpenAiException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads a chat completion as the platform does. */
final class ReplyReader {
  private ReplyReader() {}

  /**
   * Reads the first choice.
   *
   * @throws OpenAiException.UnreadableReply if there is no choice with a message
   */
  static LlmResponse read(JsonNode reply, List<ObjectNode> prompt) {
    JsonNode choices = reply.path("choices");
    if (!choices.isArray() || choices.isEmpty()) {
      String found = choices.isArray() ? "an empty array" : Json.kind(choices);
      throw unreadable("choices", found, "at least one choice");
    }
    JsonNode choice = choices.path(0);
    if (!(choice.path("message") instanceof ObjectNode message)) {
      throw unreadable("choices[0].message", Json.kind(choice.path("message")), "an object");
    }
    JsonNode usage = reply.path("usage");
    return new LlmResponse(
        message,
        prompt,
        Json.text(message.path("content")),
        toolCalls(message),
        count(usage.path("prompt_tokens")),
        count(usage.path("completion_tokens")),
        reasoning(choice, reply, message));
  }

  private static OpenAiException unreadable(String field, String found, String expected) {
    return new OpenAiException.UnreadableReply(
        "the answer's " + field + ": found " + found + ", expected " + expected);
  }

  private static List<ToolCall> toolCalls(ObjectNode message) {
    List<ToolCall> calls = new ArrayList<>();
    for (JsonNode call : message.path("tool_calls")) {
      JsonNode function = call.path("function");
      calls.add(
          new ToolCall(
              Json.text(call.path("id")),
              Json.text(call.path("type")),
              Json.text(function.path("name")),
              Json.text(function.path("arguments"))));
    }
    return calls;
  }

  private static int count(JsonNode tokens) {
    return tokens.isNumber() ? Math.max(0, tokens.asInt(0)) : 0;
  }

  private static @Nullable String reasoning(JsonNode... places) {
    for (JsonNode place : places) {
      JsonNode reasoning = place.path("reasoning");
      if (reasoning.isString() && !reasoning.stringValue().isEmpty()) {
        return reasoning.stringValue();
      }
      if (reasoning.isContainer() && !reasoning.isEmpty()) {
        return reasoning.toString();
      }
    }
    return null;
  }
}
