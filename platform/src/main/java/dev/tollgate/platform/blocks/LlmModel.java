package dev.tollgate.platform.blocks;

import dev.tollgate.platform.client.BadInputException;
import org.jspecify.annotations.Nullable;

/**
 * A model that a block can call. Immutable.
 *
 * @param name the platform's name, as its provider spells it
 * @param provider who serves it
 * @param contextWindow prompt and answer together, in tokens, at least 1
 * @param maxOutputTokens the longest answer in tokens, or null if the platform knows none
 * @param gatewayName what the gateway's {@code model_list} calls it
 */
public record LlmModel(
    String name,
    LlmProvider provider,
    int contextWindow,
    @Nullable Integer maxOutputTokens,
    String gatewayName) {

  /** What the platform assumes for a model without a known longest answer, in tokens. */
  static final int DEFAULT_MAX_OUTPUT_TOKENS = 32_768;

  public LlmModel {
    if (name.isBlank()) {
      throw new BadInputException("model name", "a blank text", "the model's name");
    }
    if (gatewayName.isBlank()) {
      throw new BadInputException("gatewayName of " + name, "a blank text", "the model's name");
    }
    if (contextWindow < 1) {
      throw new BadInputException(
          "contextWindow of " + name, String.valueOf(contextWindow), "at least 1 token");
    }
    if (maxOutputTokens != null && maxOutputTokens < 1) {
      throw new BadInputException(
          "maxOutputTokens of " + name,
          String.valueOf(maxOutputTokens),
          "at least 1 token, or null");
    }
  }

  /** The longest answer in tokens, 32768 if none is known (the platform's rule). */
  int maxOutputTokensOrDefault() {
    return maxOutputTokens == null ? DEFAULT_MAX_OUTPUT_TOKENS : maxOutputTokens;
  }

  /**
   * Whether {@code parallel_tool_calls} is left out: the platform does so for every name that
   * starts with "o", because OpenAI's o-series refuses it. OpenRouter's {@code openai/…} names fall
   * under the rule too, as on the platform.
   */
  boolean refusesParallelFlag() {
    return name.startsWith("o");
  }
}
