package dev.tollgate.access;

import dev.tollgate.model.Money;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What somebody may spend and how fast; null for no limit. Immutable.
 *
 * @param maxBudget {@code max_budget}
 * @param budgetDuration {@code budget_duration}
 * @param budgetResetAt {@code budget_reset_at}
 * @param requestsPerMinute {@code rpm_limit}
 * @param tokensPerMinute {@code tpm_limit}
 * @param parallelRequests {@code max_parallel_requests}
 */
public record Allowance(
    @Nullable Money maxBudget,
    @Nullable String budgetDuration,
    @Nullable Instant budgetResetAt,
    @Nullable Long requestsPerMinute,
    @Nullable Long tokensPerMinute,
    @Nullable Long parallelRequests) {
  public static final Allowance NONE = new Allowance(null, null, null, null, null, null);

  /** This, with a number of requests at the same time where it says nothing of them. */
  Allowance orParallel(@Nullable Long most) {
    return parallelRequests != null || most == null
        ? this
        : new Allowance(
            maxBudget, budgetDuration, budgetResetAt, requestsPerMinute, tokensPerMinute, most);
  }

  /** This, completed where it says nothing; a budget and its window stay together. */
  Allowance orElse(Allowance other) {
    boolean own = maxBudget != null;
    return new Allowance(
        own ? maxBudget : other.maxBudget,
        own ? budgetDuration : other.budgetDuration,
        own ? budgetResetAt : other.budgetResetAt,
        requestsPerMinute != null ? requestsPerMinute : other.requestsPerMinute,
        tokensPerMinute != null ? tokensPerMinute : other.tokensPerMinute,
        parallelRequests != null ? parallelRequests : other.parallelRequests);
  }
}
