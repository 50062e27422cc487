package dev.tollgate.wire.openai;

import dev.tollgate.model.Usage;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads a usage object, as chat completions, completions, embeddings and Responses have it, and the
 * variants of compatible providers. Figures that cannot be are bounded: nothing is negative, no
 * part exceeds its total.
 */
public final class UsageReader {
  private static final long TOKENS_MAX = 1L << 40;

  private final JsonParser parser;
  private long input;
  private long output;
  private long total;
  private long cached;
  private long cacheWrite;
  private long inputAudio;
  private long reasoning;
  private long outputAudio;
  private boolean outputDetails;

  private UsageReader(JsonParser parser) {
    this.parser = parser;
  }

  /**
   * Reads the object whose opening brace is the current token, to its closing one.
   *
   * @param outputDetails whether it has {@code completion_tokens_details}
   */
  public record Found(Usage usage, boolean outputDetails) {}

  public static Found read(JsonParser parser) {
    UsageReader reader = new UsageReader(parser);
    reader.readMembers();
    return new Found(reader.usage(), reader.outputDetails);
  }

  private void readMembers() {
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      JsonToken value = parser.nextToken();
      switch (name) {
        case "prompt_tokens", "input_tokens" -> input = tokens(value);
        case "completion_tokens", "output_tokens" -> output = tokens(value);
        case "total_tokens" -> total = tokens(value);
        case "prompt_cache_hit_tokens", "cache_read_input_tokens" ->
            cached = Math.max(cached, tokens(value));
        case "cache_creation_input_tokens" -> cacheWrite = Math.max(cacheWrite, tokens(value));
        case "prompt_tokens_details", "input_tokens_details" -> readInputDetails(value);
        case "completion_tokens_details", "output_tokens_details" -> readOutputDetails(value);
        default -> parser.skipChildren();
      }
    }
  }

  private void readInputDetails(JsonToken details) {
    if (details != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return;
    }
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      JsonToken value = parser.nextToken();
      switch (name) {
        case "cached_tokens" -> cached = Math.max(cached, tokens(value));
        case "cache_write_tokens", "cache_creation_tokens" ->
            cacheWrite = Math.max(cacheWrite, tokens(value));
        case "audio_tokens" -> inputAudio = tokens(value);
        default -> parser.skipChildren();
      }
    }
  }

  private void readOutputDetails(JsonToken details) {
    if (details != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return;
    }
    outputDetails = true;
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      JsonToken value = parser.nextToken();
      switch (name) {
        case "reasoning_tokens" -> reasoning = tokens(value);
        case "audio_tokens" -> outputAudio = tokens(value);
        default -> parser.skipChildren();
      }
    }
  }

  private long tokens(JsonToken value) {
    if (value != JsonToken.VALUE_NUMBER_INT) {
      parser.skipChildren();
      return 0;
    }
    return switch (parser.getNumberType()) {
      case INT, LONG -> Math.max(0, Math.min(parser.getLongValue(), TOKENS_MAX));
      default -> 0;
    };
  }

  private Usage usage() {
    long written = output;
    if (reasoning > 0 && total == input + output + reasoning) {
      // xAI counts reasoning beside the completion, not within it.
      written = output + reasoning;
    }
    return new Usage(
        input,
        written,
        Math.min(cached, input),
        Math.min(cacheWrite, input - Math.min(cached, input)),
        Math.min(inputAudio, input),
        Math.min(reasoning, written),
        Math.min(outputAudio, written),
        false);
  }
}
