package dev.tollgate.wire.openai;

import dev.tollgate.model.SearchSize;
import dev.tollgate.model.ServiceTier;
import dev.tollgate.model.Usage;
import dev.tollgate.wire.json.TokenFigure;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads a usage object, as chat completions, completions, embeddings and Responses have it, and the
 * variants of compatible providers. Figures that cannot be are bounded: nothing is negative, no
 * part exceeds its total.
 */
public final class UsageReader {
  /** Decimal places of xAI's tick. */
  private static final int TICK_SCALE = 10;

  private static final int DIGITS_MAX = 40;

  /** Of dollars, or of ticks; no call costs as much. */
  private static final int WHOLE_DIGITS_MAX = 16;

  private final JsonParser parser;
  private long input;
  private long output;
  private long total;
  private long cached;
  private long cacheWrite;
  private long inputAudio;
  private long reasoning;
  private long outputAudio;
  private long inputImages;
  private long outputImages;
  private long cacheWriteHour;
  private long cachedAudio;
  private long cachedImages;
  private long searches;
  private @Nullable ServiceTier tier;
  private @Nullable SearchSize searchSize;
  private @Nullable BigDecimal cost;
  private @Nullable BigDecimal upstreamCost;
  private boolean ownKey;
  private boolean outputDetails;

  private UsageReader(JsonParser parser) {
    this.parser = parser;
  }

  /**
   * What an object says.
   *
   * @param usage null if there is no figure above zero in it: then nothing was counted
   * @param outputDetails whether it has {@code completion_tokens_details}
   */
  public record Found(@Nullable Usage usage, boolean outputDetails) {}

  /**
   * Reads the object whose opening brace is the current token, to its closing one.
   *
   * @param writesText whether there is output beside the input, so that a total alone says nothing
   */
  public static Found read(JsonParser parser, boolean writesText) {
    UsageReader reader = new UsageReader(parser);
    reader.readMembers();
    reader.derive(writesText);
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
        case "cache_creation" -> readWritten(value);
        case "num_search_queries" -> searches = tokens(value);
        case "server_tool_use" -> readSearches(value);
        case "search_context_size" -> searchSize = SearchSize.of(text(value));
        case "service_tier" -> tier = ServiceTier.of(text(value));
        case "cost", "cost_in_usd_ticks", "is_byok", "cost_details" -> readCost(name, value);
        default -> parser.skipChildren();
      }
    }
  }

  /**
   * What a provider says it charges: OpenRouter in dollars, with what the maker of the model
   * charges beside it where the operator's key there is used; Perplexity in parts and their sum;
   * xAI in ticks.
   */
  private void readCost(String name, JsonToken value) {
    switch (name) {
      case "cost" -> cost = value == JsonToken.START_OBJECT ? within("total_cost") : dollars(value);
      case "cost_in_usd_ticks" -> {
        BigDecimal ticks = dollars(value);
        cost = ticks == null ? cost : ticks.movePointLeft(TICK_SCALE);
      }
      case "is_byok" -> ownKey = value == JsonToken.VALUE_TRUE;
      default ->
          upstreamCost = value == JsonToken.START_OBJECT ? within("upstream_inference_cost") : null;
    }
    if (value.isStructStart()) {
      parser.skipChildren();
    }
  }

  /** A member of the object that begins here, which is read to its end. */
  private @Nullable BigDecimal within(String wanted) {
    BigDecimal found = null;
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      JsonToken value = parser.nextToken();
      if (name.equals(wanted)) {
        found = dollars(value);
      } else {
        parser.skipChildren();
      }
    }
    return found;
  }

  /** Never through a double; null for what cannot be. */
  private @Nullable BigDecimal dollars(JsonToken value) {
    if (!value.isNumeric() || parser.getStringLength() > DIGITS_MAX) {
      parser.skipChildren();
      return null;
    }
    BigDecimal dollars = new BigDecimal(parser.getString());
    boolean sane =
        dollars.signum() >= 0
            && Math.abs((long) dollars.scale()) <= DIGITS_MAX
            && dollars.precision() - dollars.scale() <= WHOLE_DIGITS_MAX;
    return sane ? dollars : null;
  }

  private @Nullable String text(JsonToken value) {
    if (value != JsonToken.VALUE_STRING) {
      parser.skipChildren();
      return null;
    }
    return parser.getString();
  }

  private void readWritten(JsonToken details) {
    if (details != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return;
    }
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      JsonToken value = parser.nextToken();
      if (name.equals("ephemeral_1h_input_tokens")) {
        cacheWriteHour = tokens(value);
      } else {
        parser.skipChildren();
      }
    }
  }

  private void readSearches(JsonToken details) {
    if (details != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return;
    }
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      JsonToken value = parser.nextToken();
      if (name.equals("web_search_requests")) {
        searches = tokens(value);
      } else {
        parser.skipChildren();
      }
    }
  }

  private void readCached(JsonToken details) {
    if (details != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return;
    }
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      JsonToken value = parser.nextToken();
      switch (name) {
        case "audio_tokens" -> cachedAudio = tokens(value);
        case "image_tokens" -> cachedImages = tokens(value);
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
        case "image_tokens" -> inputImages = tokens(value);
        case "cached_tokens_details" -> readCached(value);
        case "cache_creation_token_details" -> readWritten(value);
        case "web_search_requests" -> searches = tokens(value);
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
        case "image_tokens" -> outputImages = tokens(value);
        default -> parser.skipChildren();
      }
    }
  }

  private long tokens(JsonToken value) {
    return TokenFigure.read(parser, value);
  }

  /** A side that is left out is what the other leaves of the total. */
  private void derive(boolean writesText) {
    if (input == 0 && (output > 0 || !writesText)) {
      input = Math.max(0, total - output);
    } else if (output == 0 && input > 0 && writesText) {
      output = Math.max(0, total - input);
    }
  }

  private @Nullable Usage usage() {
    if (input == 0 && output == 0 && searches == 0 && reported() == null) {
      return null;
    }
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
            false,
            Math.min(inputImages, input),
            Math.min(outputImages, written),
            searches)
        .with(
            Usage.Detail.of(
                cacheWriteHour, cachedAudio, cachedImages, tier, searchSize, reported()));
  }

  private @Nullable BigDecimal reported() {
    return cost != null && ownKey && upstreamCost != null ? cost.add(upstreamCost) : cost;
  }
}
