package dev.tollgate.wire.anthropic;

import dev.tollgate.model.ServiceTier;
import dev.tollgate.model.Usage;
import dev.tollgate.wire.json.TokenFigure;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/**
 * The figures of one reply, of which a stream gives some at its start and others at its end: each
 * new one replaces the one before. Anthropic counts what is read from and written to its cache
 * beside {@code input_tokens}. Figures that cannot be are bounded. For one reply and one thread.
 */
public final class UsageCount {
  private long input;
  private long output;
  private long cacheRead;
  private long cacheWrite;
  private long cacheWriteHour;
  private long thinking;
  private long searches;
  private @Nullable ServiceTier tier;

  /** Reads the usage object whose opening brace is the current token, to its closing one. */
  public void read(JsonParser parser) {
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      JsonToken value = parser.nextToken();
      if (value == JsonToken.START_OBJECT && holdsFigures(name)) {
        read(parser);
      } else if (value == JsonToken.VALUE_STRING && name.equals("service_tier")) {
        tier = ServiceTier.of(parser.getString());
      } else {
        take(name, TokenFigure.read(parser, value));
      }
    }
  }

  /** Reads a usage object; anything else says nothing. */
  public void read(JsonNode usage) {
    for (Map.Entry<String, JsonNode> member : usage.properties()) {
      JsonNode value = member.getValue();
      if (holdsFigures(member.getKey())) {
        read(value);
      } else if (value.isString() && member.getKey().equals("service_tier")) {
        tier = ServiceTier.of(value.stringValue());
      } else {
        take(member.getKey(), TokenFigure.of(value));
      }
    }
  }

  private static boolean holdsFigures(String name) {
    return switch (name) {
      case "output_tokens_details", "cache_creation", "server_tool_use" -> true;
      default -> false;
    };
  }

  /** Some providers end with zeros for what they told at the start: zero says nothing. */
  private void take(String name, long tokens) {
    if (tokens == 0) {
      return;
    }
    switch (name) {
      case "input_tokens" -> input = tokens;
      case "output_tokens" -> output = tokens;
      case "cache_read_input_tokens" -> cacheRead = tokens;
      case "cache_creation_input_tokens" -> cacheWrite = tokens;
      case "ephemeral_1h_input_tokens" -> cacheWriteHour = tokens;
      case "web_search_requests" -> searches = tokens;
      case "thinking_tokens", "reasoning_tokens" -> thinking = tokens;
      default -> {
        // sums, and what is counted otherwise
      }
    }
  }

  /** What was seen so far; null if no figure was above zero: then nothing was counted. */
  public @Nullable Usage usage() {
    return input + output + cacheRead + cacheWrite + searches > 0
        ? new Usage(
                input + cacheRead + cacheWrite,
                output,
                cacheRead,
                cacheWrite,
                0,
                Math.min(thinking, output),
                0,
                false)
            .searched(searches)
            .with(Usage.Detail.of(cacheWriteHour, 0, 0, tier, null, null))
        : null;
  }
}
