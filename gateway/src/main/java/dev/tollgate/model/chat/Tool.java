package dev.tollgate.model.chat;

import dev.tollgate.model.Dialect;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a model may call. */
public sealed interface Tool {

  /**
   * A function of the client's.
   *
   * @param parameters JSON schema of its arguments; null for none
   * @param strict whether the arguments have to follow the schema; null where nothing was said
   */
  record Function(
      String name,
      @Nullable String description,
      @Nullable JsonNode parameters,
      @Nullable Boolean strict,
      @Nullable JsonNode cacheControl)
      implements Tool {}

  /**
   * Search on the web by the provider.
   *
   * @param contextSize OpenAI's {@code low}, {@code medium}, {@code high}
   * @param original the tool, or OpenAI's {@code web_search_options}, in the client's own words
   */
  record WebSearch(@Nullable String contextSize, Dialect dialect, JsonNode original)
      implements Tool {}

  /** A tool that the provider runs itself, in the words of the dialect that has it. */
  record BuiltIn(Dialect dialect, JsonNode json) implements Tool {}
}
