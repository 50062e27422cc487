package dev.tollgate.model;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One thing whose money and rates a call draws on: today the key and the whole proxy; teams, users
 * and the rest join as further kinds.
 *
 * @param kind what it is
 * @param id stable id (a key's hash)
 * @param label how an error names it, {@code sk-...4WJg}
 * @param budgetMax most that may be spent in a window, null for no limit
 * @param budgetDuration LiteLLM's duration of a window ({@code 30d}), null for one that never ends
 * @param budgetResetAt when the running window ends, null with no duration
 * @param rates rate limits
 * @param strict {@code budget_enforcement: strict}: a hold has to fit
 */
public record Scope(
    Kind kind,
    String id,
    String label,
    @Nullable Money budgetMax,
    @Nullable String budgetDuration,
    @Nullable Instant budgetResetAt,
    Rates rates,
    boolean strict) {

  /** LiteLLM's words, as they stand in messages and header names. */
  public enum Kind {
    KEY("api_key"),
    PROXY("proxy");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /**
   * Limits over one window of a minute; null for none.
   *
   * @param requestsPerMinute {@code rpm_limit}
   * @param tokensPerMinute {@code tpm_limit}
   * @param parallelRequests {@code max_parallel_requests}
   */
  public record Rates(
      @Nullable Long requestsPerMinute,
      @Nullable Long tokensPerMinute,
      @Nullable Long parallelRequests) {
    public static final Rates NONE = new Rates(null, null, null);
    public static final Duration WINDOW = Duration.ofSeconds(60);

    public boolean isNone() {
      return requestsPerMinute == null && tokensPerMinute == null && parallelRequests == null;
    }
  }
}
