package dev.tollgate.platform.blocks;

import dev.tollgate.platform.client.BadInputException;
import org.jspecify.annotations.Nullable;

/**
 * What the blocks have in common. Immutable.
 *
 * @param model which model
 * @param retry attempts in total, 1 to 20; the platform's default is 3
 * @param maxTokens the longest answer wanted in tokens, at least 1, or null for the model's own
 * @param compressPromptToFit whether a prompt of more than half the context window is shortened
 */
public record GenerationOptions(
    LlmModel model, int retry, @Nullable Integer maxTokens, boolean compressPromptToFit) {

  private static final int RETRY_DEFAULT = 3;

  /** Each attempt sends all earlier ones again, so that the prompt grows with every retry. */
  private static final int RETRY_MAX = 20;

  public GenerationOptions {
    if (retry < 1 || retry > RETRY_MAX) {
      throw new BadInputException(
          "retry", String.valueOf(retry), "1 to " + RETRY_MAX + " attempts");
    }
    checkMaxTokens(maxTokens);
  }

  static void checkMaxTokens(@Nullable Integer maxTokens) {
    if (maxTokens != null && maxTokens < 1) {
      throw new BadInputException(
          "maxTokens", String.valueOf(maxTokens), "at least 1 token, or null for the model's own");
    }
  }

  /** The platform's defaults: three attempts, the model's own cap, compression on. */
  public static GenerationOptions of(LlmModel model) {
    return new GenerationOptions(model, RETRY_DEFAULT, null, true);
  }

  /** The same with another number of attempts. */
  public GenerationOptions withRetry(int attempts) {
    return new GenerationOptions(model, attempts, maxTokens, compressPromptToFit);
  }

  /** The same with another cap, in tokens. */
  public GenerationOptions withMaxTokens(@Nullable Integer tokens) {
    return new GenerationOptions(model, retry, tokens, compressPromptToFit);
  }

  /** The same with compression on or off. */
  public GenerationOptions withCompression(boolean compress) {
    return new GenerationOptions(model, retry, maxTokens, compress);
  }
}
