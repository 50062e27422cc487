package dev.tollgate.model;

import org.jspecify.annotations.Nullable;

/**
 * What can have a price of its own: a kind of token, the call, a unit. LiteLLM's name of the price
 * stands behind each; a token without a price costs what it is a kind of.
 */
public enum Item {
  INPUT("input_cost_per_token", 'i', null),
  OUTPUT("output_cost_per_token", 'o', null),
  CACHE_READ("cache_read_input_token_cost", 'r', INPUT),
  CACHE_WRITE("cache_creation_input_token_cost", 'w', INPUT),
  /** Written to stay for an hour instead of five minutes. */
  CACHE_WRITE_HOUR("cache_creation_input_token_cost_above_1hr", 'h', CACHE_WRITE),
  INPUT_AUDIO("input_cost_per_audio_token", 'a', INPUT),
  INPUT_IMAGE("input_cost_per_image_token", 'm', INPUT),
  CACHED_AUDIO("cache_read_input_audio_token_cost", 'k', CACHE_READ),
  CACHED_IMAGE("cache_read_input_image_token_cost", 'j', CACHE_READ),
  REASONING("output_cost_per_reasoning_token", 'g', OUTPUT),
  OUTPUT_AUDIO("output_cost_per_audio_token", 'b', OUTPUT),
  OUTPUT_IMAGE("output_cost_per_image_token", 'n', OUTPUT),
  REQUEST("input_cost_per_request", 'q', null),
  IMAGE("output_cost_per_image", 'p', null),
  PIXEL("input_cost_per_pixel", 'x', null),
  CHARACTER("input_cost_per_character", 'c', null),
  SECOND("input_cost_per_second", 's', null),
  QUERY("input_cost_per_query", 'u', null),
  PAGE("ocr_cost_per_page", 'y', null),
  SEARCH_MEDIUM("search_context_cost_per_query.search_context_size_medium", 'd', null),
  SEARCH_LOW("search_context_cost_per_query.search_context_size_low", 'e', SEARCH_MEDIUM),
  SEARCH_HIGH("search_context_cost_per_query.search_context_size_high", 'f', SEARCH_MEDIUM),
  /** Of one call, as LiteLLM takes it, whatever the name says. */
  FILE_SEARCH("file_search_cost_per_1k_calls", 'l', null),
  /** Of a container with a gigabyte. */
  CODE_SESSION("code_interpreter_cost_per_session", 'z', null);

  private final String configName;
  private final char letter;
  private final @Nullable Item kindOf;

  Item(String configName, char letter, @Nullable Item kindOf) {
    this.configName = configName;
    this.letter = letter;
    this.kindOf = kindOf;
  }

  /** LiteLLM's name of its price. */
  public String configName() {
    return configName;
  }

  /** Its letter in the price file. */
  public char letter() {
    return letter;
  }

  /** Whose price it has where it has none; null if it is free then. */
  @Nullable Item kindOf() {
    return kindOf;
  }

  /** Whether a call can be priced that has no other price. */
  boolean pricesCalls() {
    return switch (this) {
      case INPUT, OUTPUT, REQUEST, IMAGE, PIXEL, CHARACTER, SECOND, QUERY, PAGE -> true;
      case CACHE_READ,
          CACHE_WRITE,
          CACHE_WRITE_HOUR,
          INPUT_AUDIO,
          INPUT_IMAGE,
          CACHED_AUDIO,
          CACHED_IMAGE,
          REASONING,
          OUTPUT_AUDIO,
          OUTPUT_IMAGE,
          SEARCH_LOW,
          SEARCH_MEDIUM,
          SEARCH_HIGH,
          FILE_SEARCH,
          CODE_SESSION ->
          false;
    };
  }
}
