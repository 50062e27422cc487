package dev.tollgate.wire.bedrock;

import dev.tollgate.model.ServiceTier;
import dev.tollgate.model.Usage;
import dev.tollgate.wire.json.TokenFigure;
import dev.tollgate.wire.json.Tree;
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
  private static final String CACHE = "cacheDetails";
  private static final String HOUR = "1h";

  private long input;
  private long output;
  private long read;
  private long written;
  private long writtenHour;
  private long thoughts;
  private @Nullable ServiceTier tier;

  /** Reads the value of {@code usage} or of {@code additionalModelResponseFields}. */
  ConverseUsage read(JsonNode object) {
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      JsonNode value = member.getValue();
      if (member.getKey().equals(CACHE)) {
        value.forEach(this::readCache);
      } else if (holdsFigures(member.getKey())) {
        read(value);
      } else {
        take(member.getKey(), TokenFigure.of(value));
      }
    }
    return this;
  }

  /** Reads the same where the current token is the opening brace, to its closing one. */
  void read(JsonParser parser) {
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      JsonToken value = parser.nextToken();
      if (value == JsonToken.START_ARRAY && name.equals(CACHE)) {
        readCache(parser);
      } else if (value == JsonToken.START_OBJECT && holdsFigures(name)) {
        read(parser);
      } else {
        take(name, TokenFigure.read(parser, value));
      }
    }
  }

  private void readCache(JsonNode written) {
    if (written.path("ttl").asString("").equals(HOUR)) {
      writtenHour += Tree.tokens(written, "inputTokens");
    }
  }

  /** What was written to the cache, by how long it stays. */
  private void readCache(JsonParser parser) {
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        parser.skipChildren();
        continue;
      }
      long tokens = 0;
      boolean hour = false;
      for (String name = parser.nextName(); name != null; name = parser.nextName()) {
        JsonToken value = parser.nextToken();
        if (name.equals("inputTokens")) {
          tokens = TokenFigure.read(parser, value);
        } else if (name.equals("ttl") && value == JsonToken.VALUE_STRING) {
          hour = parser.getString().equals(HOUR);
        } else {
          parser.skipChildren();
        }
      }
      writtenHour += hour ? tokens : 0;
    }
  }

  /** Takes the value of {@code serviceTier}: {@code {"type":"priority"}}. */
  ConverseUsage served(JsonNode serviceTier) {
    JsonNode type = serviceTier.path("type");
    tier = type.isString() ? ServiceTier.of(type.stringValue()) : tier;
    return this;
  }

  /** The same where the current token is its first, to its last. */
  void served(JsonParser parser) {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      return;
    }
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      if (parser.nextToken() == JsonToken.VALUE_STRING && name.equals("type")) {
        tier = ServiceTier.of(parser.getString());
      } else {
        parser.skipChildren();
      }
    }
  }

  private static boolean holdsFigures(String name) {
    return name.equals("usage") || name.equals("output_tokens_details");
  }

  /** Zero says nothing, also after a figure above it. */
  private void take(String name, long tokens) {
    if (tokens == 0) {
      return;
    }
    switch (name) {
      case "inputTokens" -> input = tokens;
      case "outputTokens" -> output = tokens;
      case "cacheReadInputTokens" -> read = tokens;
      case "cacheWriteInputTokens" -> written = tokens;
      case "thinking_tokens", "reasoning_tokens" -> thoughts = tokens;
      default -> {
        // sums, and what is counted otherwise
      }
    }
  }

  /** What was seen; null if no figure was above zero: then nothing was counted. */
  @Nullable Usage usage() {
    return input + output + read + written > 0
        ? new Usage(
                input + read + written,
                output,
                read,
                written,
                0,
                Math.min(thoughts, output),
                0,
                false)
            .with(Usage.Detail.of(writtenHour, 0, 0, tier, null, null))
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
