package dev.tollgate.model;

import dev.tollgate.model.Quantity.Unit;
import java.util.List;
import java.util.Map;
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
 * @param inputImage {@code input_cost_per_image_token}
 * @param outputImage {@code output_cost_per_image_token}
 * @param units prices of what is not counted in tokens: {@code output_cost_per_image}, {@code
 *     input_cost_per_character}, {@code input_cost_per_second}, {@code input_cost_per_query}
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
    List<Tier> tiers,
    @Nullable Price inputImage,
    @Nullable Price outputImage,
    Map<Unit, Price> units) {

  /** Prices of tokens other than images'. */
  public Pricing(
      Price input,
      Price output,
      @Nullable Price cacheRead,
      @Nullable Price cacheWrite,
      @Nullable Price inputAudio,
      @Nullable Price reasoning,
      @Nullable Price outputAudio,
      @Nullable Price request,
      List<Tier> tiers) {
    this(
        input,
        output,
        cacheRead,
        cacheWrite,
        inputAudio,
        reasoning,
        outputAudio,
        request,
        tiers,
        null,
        null,
        Map.of());
  }

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

  /** The price of the call itself alone; null if it has none. */
  @Nullable Pricing ofRequest() {
    return request == null
        ? null
        : new Pricing(Price.FREE, Price.FREE, null, null, null, null, null, request, List.of());
  }

  public static Pricing of(Price input, Price output) {
    return new Pricing(input, output, null, null, null, null, null, null, List.of());
  }
}
