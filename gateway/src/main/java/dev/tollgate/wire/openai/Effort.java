package dev.tollgate.wire.openai;

import dev.tollgate.model.chat.Reasoning;
import org.jspecify.annotations.Nullable;

/** How much to think, in OpenAI's words. The steps are those of LiteLLM 1.106.2. */
public final class Effort {
  private static final long LOW_TOKENS = 2_000;
  private static final long MEDIUM_TOKENS = 5_000;
  private static final long HIGH_TOKENS = 10_000;

  private Effort() {}

  /** OpenAI's word for as much thought; null to say nothing. */
  public static @Nullable String of(@Nullable Reasoning reasoning) {
    if (reasoning == null) {
      return null;
    }
    if (reasoning.effort() != null) {
      return reasoning.effort();
    }
    Long budget = reasoning.budgetTokens();
    if (budget == null) {
      return reasoning.adaptive() ? "medium" : null;
    }
    if (budget < 0) {
      return "medium"; // as many as the model likes
    }
    if (budget == 0) {
      return null;
    }
    if (budget < LOW_TOKENS) {
      return "minimal";
    }
    if (budget < MEDIUM_TOKENS) {
      return "low";
    }
    return budget < HIGH_TOKENS ? "medium" : "high";
  }
}
