package dev.tollgate.wire.bedrock;

import dev.tollgate.model.Usage;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Converse's figures: what is read from and written to the cache stands beside the input, thoughts
 * are told by the model itself in {@code additionalModelResponseFields}. Figures that cannot be are
 * bounded. For one reply and one thread.
 */
final class ConverseUsage {
  private static final long TOKENS_MAX = 1L << 40;

  private long input;
  private long output;
  private long read;
  private long written;
  private long thoughts;
  private boolean seen;

  /** Reads the value of {@code usage} or of {@code additionalModelResponseFields}. */
  ConverseUsage read(JsonNode object) {
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      JsonNode value = member.getValue();
      if (value.isIntegralNumber()) {
        take(member.getKey(), value.doubleValue());
      } else if (holdsFigures(member.getKey())) {
        read(value);
      }
    }
    return this;
  }

  /** Reads the same where the current token is the opening brace, to its closing one. */
  void read(JsonParser parser) {
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      JsonToken value = parser.nextToken();
      if (value == JsonToken.VALUE_NUMBER_INT) {
        take(name, parser.getDoubleValue());
      } else if (value == JsonToken.START_OBJECT && holdsFigures(name)) {
        read(parser);
      } else {
        parser.skipChildren();
      }
    }
  }

  private static boolean holdsFigures(String name) {
    return name.equals("usage") || name.equals("output_tokens_details");
  }

  private void take(String name, double value) {
    long tokens = (long) Math.max(0, Math.min(value, TOKENS_MAX));
    switch (name) {
      case "inputTokens" -> {
        input = tokens;
        seen = true;
      }
      case "outputTokens" -> {
        output = tokens;
        seen = true;
      }
      case "cacheReadInputTokens" -> read = tokens;
      case "cacheWriteInputTokens" -> written = tokens;
      case "thinking_tokens", "reasoning_tokens" -> thoughts = tokens;
      default -> {
        // sums, and what is counted otherwise
      }
    }
  }

  /** What was seen, null if nothing was. */
  @Nullable Usage usage() {
    return seen
        ? new Usage(
            input + read + written, output, read, written, 0, Math.min(thoughts, output), 0, false)
        : null;
  }

  /** Writes figures into a reply or an event. */
  static void write(@Nullable Usage seen, ObjectNode to) {
    Usage usage = seen == null ? Usage.NONE : seen;
    long input = usage.inputTokens() - usage.cachedTokens() - usage.cacheWriteTokens();
    ObjectNode figures =
        to.putObject("usage")
            .put("inputTokens", Math.max(0, input))
            .put("outputTokens", usage.outputTokens())
            .put("totalTokens", usage.totalTokens());
    if (usage.cachedTokens() > 0) {
      figures.put("cacheReadInputTokens", usage.cachedTokens());
    }
    if (usage.cacheWriteTokens() > 0) {
      figures.put("cacheWriteInputTokens", usage.cacheWriteTokens());
    }
  }
}
