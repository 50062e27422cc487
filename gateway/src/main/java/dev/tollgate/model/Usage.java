package dev.tollgate.model;

import org.jspecify.annotations.Nullable;

/**
 * Tokens of one call. Parts are included in their totals: {@code cachedTokens}, {@code
 * cacheWriteTokens} and {@code inputAudioTokens} in {@code inputTokens}; {@code reasoningTokens}
 * and {@code outputAudioTokens} in {@code outputTokens}; so are the image tokens in theirs.
 *
 * @param counted true if the gateway counted (estimated) because the provider sent no figures
 * @param webSearches searches on the web that the provider made for the answer
 * @param quantity what was used beside tokens; null for nothing
 */
public record Usage(
    long inputTokens,
    long outputTokens,
    long cachedTokens,
    long cacheWriteTokens,
    long inputAudioTokens,
    long reasoningTokens,
    long outputAudioTokens,
    boolean counted,
    long inputImageTokens,
    long outputImageTokens,
    long webSearches,
    @Nullable Quantity quantity) {
  public static final Usage NONE = new Usage(0, 0, 0, 0, 0, 0, 0, false);

  /** Without images and searches. */
  public Usage(
      long inputTokens,
      long outputTokens,
      long cachedTokens,
      long cacheWriteTokens,
      long inputAudioTokens,
      long reasoningTokens,
      long outputAudioTokens,
      boolean counted) {
    this(
        inputTokens,
        outputTokens,
        cachedTokens,
        cacheWriteTokens,
        inputAudioTokens,
        reasoningTokens,
        outputAudioTokens,
        counted,
        0,
        0,
        0,
        null);
  }

  /** Without quantities. */
  public Usage(
      long inputTokens,
      long outputTokens,
      long cachedTokens,
      long cacheWriteTokens,
      long inputAudioTokens,
      long reasoningTokens,
      long outputAudioTokens,
      boolean counted,
      long inputImageTokens,
      long outputImageTokens,
      long webSearches) {
    this(
        inputTokens,
        outputTokens,
        cachedTokens,
        cacheWriteTokens,
        inputAudioTokens,
        reasoningTokens,
        outputAudioTokens,
        counted,
        inputImageTokens,
        outputImageTokens,
        webSearches,
        null);
  }

  /** The same with what was used beside tokens. */
  public Usage with(Quantity used) {
    return new Usage(
        inputTokens,
        outputTokens,
        cachedTokens,
        cacheWriteTokens,
        inputAudioTokens,
        reasoningTokens,
        outputAudioTokens,
        counted,
        inputImageTokens,
        outputImageTokens,
        webSearches,
        used);
  }

  /**
   * The same with at least so many output tokens: figures that a provider sent before it had ended
   * can be short of what it had brought.
   *
   * @param tokens as the gateway counted them
   */
  public Usage withOutputAtLeast(long tokens) {
    return tokens <= outputTokens
        ? this
        : new Usage(
            inputTokens,
            tokens,
            cachedTokens,
            cacheWriteTokens,
            inputAudioTokens,
            reasoningTokens,
            outputAudioTokens,
            true,
            inputImageTokens,
            outputImageTokens,
            webSearches,
            quantity);
  }

  public static Usage of(long inputTokens, long outputTokens) {
    return new Usage(inputTokens, outputTokens, 0, 0, 0, 0, 0, false);
  }

  /** What the gateway counted itself. */
  public static Usage counted(long inputTokens, long outputTokens) {
    return new Usage(inputTokens, outputTokens, 0, 0, 0, 0, 0, true);
  }

  /** The same without its input, to price the output alone. */
  public Usage outputOnly() {
    return new Usage(
        0,
        outputTokens,
        0,
        0,
        0,
        reasoningTokens,
        outputAudioTokens,
        counted,
        0,
        outputImageTokens,
        0);
  }

  public long totalTokens() {
    return inputTokens + outputTokens;
  }
}
