package dev.tollgate.model;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * One thing whose money and rates a call draws on: its key, team, user and so on, up to the whole
 * proxy.
 *
 * @param kind what it is
 * @param id stable id (a key's hash), as {@link #idOf} makes it
 * @param label how an error names it, {@code sk-...4WJg}
 * @param budgetMax most that may be spent in a window, null for no limit
 * @param budgetDuration LiteLLM's duration of a window ({@code 30d}), null for one that never ends
 * @param budgetResetAt when the running window ends, null with no duration
 * @param rates rate limits
 * @param whenSpent what happens to a call when the budget is spent
 * @param budgetSoft what is told of when it is spent, and refuses nothing; null for none
 */
public record Scope(
    Kind kind,
    String id,
    String label,
    @Nullable Money budgetMax,
    @Nullable String budgetDuration,
    @Nullable Instant budgetResetAt,
    Rates rates,
    WhenSpent whenSpent,
    @Nullable Money budgetSoft) {

  /** Longest id in bytes of UTF-8; a journal record has room for as many of them as a call has. */
  public static final int ID_BYTES_MAX = 100;

  /** LiteLLM's words, as they stand in messages and header names, in the order of its checks. */
  public enum Kind {
    KEY("api_key"),
    KEY_MODEL("model_per_key"),
    TEAM("team"),
    TEAM_MODEL("model_per_team"),
    TEAM_WINDOW("team_window"),
    KEY_WINDOW("api_key_window"),
    ORGANIZATION("organization"),
    ORGANIZATION_MODEL("model_per_organization"),
    TAG("tag"),
    KEY_TAG("tag_per_key"),
    USER("user"),
    USER_MODEL("model_per_user"),
    USER_WINDOW("user_window"),
    TEAM_MEMBER("team_member"),
    END_USER("end_user"),
    END_USER_MODEL("model_per_end_user"),
    PROXY("proxy"),
    DEPLOYMENT("deployment"),
    PROVIDER("provider");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  public Scope {
    id = idOf(id);
  }

  /** A scope without a soft budget, which refuses when it is spent. */
  public Scope(
      Kind kind,
      String id,
      String label,
      @Nullable Money budgetMax,
      @Nullable String budgetDuration,
      @Nullable Instant budgetResetAt,
      Rates rates,
      boolean strict) {
    this(
        kind,
        id,
        label,
        budgetMax,
        budgetDuration,
        budgetResetAt,
        rates,
        new WhenSpent.Block(strict),
        null);
  }

  /** What happens to a call that draws on a budget which is spent. */
  public sealed interface WhenSpent {
    /**
     * It is refused.
     *
     * @param strict {@code budget_enforcement: strict}: what a call may cost has to fit beforehand
     */
    record Block(boolean strict) implements WhenSpent {}

    /** It is served; the log and the metrics say once a window that the budget is spent. */
    record Alert() implements WhenSpent {}

    /** The same, at these rates. */
    record Throttle(Rates rates) implements WhenSpent {}
  }

  /** Whether a call has to fit into the budget beforehand. */
  public boolean strict() {
    return whenSpent instanceof WhenSpent.Block(boolean strict) && strict;
  }

  /** Whether calls are refused when the budget is spent. */
  public boolean blocks() {
    return budgetMax != null && whenSpent instanceof WhenSpent.Block;
  }

  /** The same at other rates. */
  public Scope at(Rates others) {
    return new Scope(
        kind, id, label, budgetMax, budgetDuration, budgetResetAt, others, whenSpent, budgetSoft);
  }

  /**
   * A name as an id: itself, or the hash of one that is too long or that a database would not take.
   */
  public static String idOf(String name) {
    boolean plain = name.length() <= ID_BYTES_MAX;
    for (int i = 0; plain && i < name.length(); i++) {
      char c = name.charAt(i);
      plain = c >= ' ' && c < 0x7f;
    }
    if (plain) {
      return name;
    }
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    return utf8.length <= ID_BYTES_MAX && name.chars().noneMatch(Character::isISOControl)
        ? name
        : HexFormat.of().formatHex(sha256(utf8));
  }

  /** The id of a pair, such as a team and its member; no two pairs have the same. */
  public static String idOf(String one, String other) {
    return idOf(pair(one, other));
  }

  /** The same without a bound on its length. */
  public static String pair(String one, String other) {
    return one.indexOf(':') < 0 && other.indexOf(':') < 0
        ? one + ':' + other
        : one.length() + ":" + one + ':' + other;
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Limits over one window of a minute, and of a day; null for none.
   *
   * @param requestsPerMinute {@code rpm_limit}
   * @param tokensPerMinute {@code tpm_limit}
   * @param parallelRequests {@code max_parallel_requests}
   * @param tokensPerDay {@code tpd_limit}
   * @param requestsDynamic {@code rpm_limit_type: dynamic}: kept to only while the model fails
   * @param tokensDynamic {@code tpm_limit_type: dynamic}
   */
  public record Rates(
      @Nullable Long requestsPerMinute,
      @Nullable Long tokensPerMinute,
      @Nullable Long parallelRequests,
      @Nullable Long tokensPerDay,
      boolean requestsDynamic,
      boolean tokensDynamic) {
    public static final Rates NONE = new Rates(null, null, null);
    public static final Duration WINDOW = Duration.ofSeconds(60);

    /** Limits that are always kept to. */
    public Rates(
        @Nullable Long requestsPerMinute,
        @Nullable Long tokensPerMinute,
        @Nullable Long parallelRequests,
        @Nullable Long tokensPerDay) {
      this(requestsPerMinute, tokensPerMinute, parallelRequests, tokensPerDay, false, false);
    }

    /** Limits without one for the day. */
    public Rates(
        @Nullable Long requestsPerMinute,
        @Nullable Long tokensPerMinute,
        @Nullable Long parallelRequests) {
      this(requestsPerMinute, tokensPerMinute, parallelRequests, null);
    }

    /**
     * A share of what is allowed a minute, at least one of each, kept to however the model does.
     *
     * @param share more than 0, at most 1
     * @return null if neither requests nor tokens are limited, so that nothing can be slowed
     */
    public @Nullable Rates slowed(BigDecimal share) {
      return requestsPerMinute == null && tokensPerMinute == null
          ? null
          : new Rates(
              slowed(requestsPerMinute, share),
              slowed(tokensPerMinute, share),
              parallelRequests,
              tokensPerDay);
    }

    private static @Nullable Long slowed(@Nullable Long limit, BigDecimal share) {
      return limit == null
          ? null
          : Math.max(
              1,
              share
                  .multiply(BigDecimal.valueOf(limit))
                  .setScale(0, RoundingMode.DOWN)
                  .longValueExact());
    }

    public boolean isNone() {
      return requestsPerMinute == null
          && tokensPerMinute == null
          && parallelRequests == null
          && tokensPerDay == null;
    }
  }
}
