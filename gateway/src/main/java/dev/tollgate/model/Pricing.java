package dev.tollgate.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a model costs. A null part is charged as the part it belongs to (cached and audio input as
 * input, reasoning and audio output as output). The names of LiteLLM's price map stand behind each.
 *
 * @param input {@code input_cost_per_token}
 * @param output {@code output_cost_per_token}
 * @param cacheRead {@code cache_read_input_token_cost}
 * @param cacheWrite {@code cache_creation_input_token_cost}
 * @param inputAudio {@code input_cost_per_audio_token}
 * @param reasoning {@code output_cost_per_reasoning_token}
 * @param outputAudio {@code output_cost_per_audio_token}
 * @param request {@code input_cost_per_request}
 * @param tiers other prices for long prompts, by rising threshold; the highest one exceeded applies
 *     to the whole call
 */
public record Pricing(
    Price input,
    Price output,
    @Nullable Price cacheRead,
    @Nullable Price cacheWrite,
    @Nullable Price inputAudio,
    @Nullable Price reasoning,
    @Nullable Price outputAudio,
    @Nullable Price request,
    List<Tier> tiers) {

  /**
   * Prices that apply when the prompt has more than {@code aboveTokens} tokens (cached ones
   * included); a null price keeps the base one. LiteLLM's {@code *_above_200k_tokens}.
   */
  public record Tier(
      long aboveTokens,
      @Nullable Price input,
      @Nullable Price output,
      @Nullable Price cacheRead,
      @Nullable Price cacheWrite) {}

  /** Nothing costs anything. */
  public static final Pricing FREE = of(Price.FREE, Price.FREE);

  public static Pricing of(Price input, Price output) {
    return new Pricing(input, output, null, null, null, null, null, null, List.of());
  }
}
