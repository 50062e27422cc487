package dev.tollgate.platform.blocks;

import java.util.List;
import java.util.function.ToIntFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Estimates the tokens of chat messages as the platform does: 3 for each message, 1 for a name, and
 * the tokens of its texts and tool calls.
 *
 * <p>Texts inside a list of parts count too; the platform takes them for nothing, which makes the
 * output cap of a long prompt in parts larger than the context window leaves room for.
 */
final class PromptTokens {
  private static final int WRAPPER = 3;

  private final ToIntFunction<String> counter;

  PromptTokens(ToIntFunction<String> counter) {
    this.counter = counter;
  }

  int of(List<ObjectNode> messages) {
    long sum = 0;
    for (ObjectNode message : messages) {
      sum += of(message);
    }
    return (int) Math.min(sum, Integer.MAX_VALUE);
  }

  int of(ObjectNode message) {
    int tokens = WRAPPER + (message.has("name") ? 1 : 0);
    for (JsonNode call : message.path("tool_calls")) {
      JsonNode function = call.path("function");
      tokens += ofText(call.path("id")) + ofText(call.path("type"));
      tokens += ofText(function.path("name")) + ofText(function.path("arguments"));
    }
    JsonNode content = message.path("content");
    if (!content.isArray()) {
      return tokens + ofText(content);
    }
    for (JsonNode part : content) {
      tokens += ofPart(part);
    }
    return tokens;
  }

  private int ofPart(JsonNode part) {
    if (Messages.isType(part, "tool_use")) {
      return ofText(part.path("id"))
          + ofText(part.path("name"))
          + of(part.path("input").toString());
    }
    return ofText(part.path("tool_use_id"))
        + ofText(part.path("text"))
        + ofText(part.path("content"));
  }

  private int ofText(JsonNode node) {
    return node.isString() ? of(node.stringValue()) : 0;
  }

  int of(String text) {
    return text.isEmpty() ? 0 : counter.applyAsInt(text);
  }
}
