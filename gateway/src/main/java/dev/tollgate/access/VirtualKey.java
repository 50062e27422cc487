package dev.tollgate.access;

import dev.tollgate.model.Money;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A virtual key as it is stored. The secret itself is nowhere: only its hash.
 *
 * @param hash lower-case hex SHA-256 of the secret
 * @param name what may be shown, {@code sk-...4WJg}
 * @param version changes with every write; a write names the version that it replaces
 * @param terms what can be changed
 * @param createdAt when it was made
 * @param createdBy who made it
 * @param updatedAt when anything of it changed last
 * @param updatedBy who changed it last
 * @param settingsUpdatedAt when its terms changed after it was made; null for never
 */
public record VirtualKey(
    String hash,
    String name,
    long version,
    Terms terms,
    Instant createdAt,
    String createdBy,
    Instant updatedAt,
    String updatedBy,
    @Nullable Instant settingsUpdatedAt)
    implements Versioned {
  /** Names in {@code enforced_params}, each of which is looked up in every request of the key. */
  public static final int ENFORCED_PARAMS_MAX = 20;

  /** Tags that a key, or a team, gives to each of its calls. */
  public static final int TAGS_MAX = 20;

  /**
   * What a key may do. Names in quotes are LiteLLM's.
   *
   * @param alias {@code key_alias}, unique over all keys
   * @param userId {@code user_id}
   * @param teamId {@code team_id}
   * @param models {@code models}; empty for all
   * @param aliases {@code aliases}
   * @param allowedRoutes {@code allowed_routes}; empty for all
   * @param maxBudget {@code max_budget}
   * @param budgetDuration {@code budget_duration}
   * @param budgetResetAt {@code budget_reset_at}
   * @param requestsPerMinute {@code rpm_limit}
   * @param tokensPerMinute {@code tpm_limit}
   * @param parallelRequests {@code max_parallel_requests}
   * @param expires {@code expires}
   * @param blocked {@code blocked}; null as long as nobody said
   * @param keyType {@code key_type}
   * @param estimatedOutputTokens {@code default_estimated_output_tokens}, also in the metadata
   * @param strict {@code budget_enforcement: strict}, also in the metadata
   * @param metadata {@code metadata}, a JSON object
   * @param extras LiteLLM's further columns, kept and shown but not acted upon; a JSON object
   */
  public record Terms(
      @Nullable String alias,
      @Nullable String userId,
      @Nullable String teamId,
      List<String> models,
      Map<String, String> aliases,
      List<String> allowedRoutes,
      @Nullable Money maxBudget,
      @Nullable String budgetDuration,
      @Nullable Instant budgetResetAt,
      @Nullable Long requestsPerMinute,
      @Nullable Long tokensPerMinute,
      @Nullable Long parallelRequests,
      @Nullable Instant expires,
      @Nullable Boolean blocked,
      @Nullable String keyType,
      @Nullable Long estimatedOutputTokens,
      boolean strict,
      String metadata,
      String extras) {

    /** A key without any bound. */
    public static final Terms OPEN =
        new Terms(
            null, null, null, List.of(), Map.of(), List.of(), null, null, null, null, null, null,
            null, null, "default", null, false, "{}", "{}");

    public Terms {
      models = List.copyOf(models);
      aliases = Map.copyOf(aliases);
      allowedRoutes = List.copyOf(allowedRoutes);
    }

    /** The limits of the key itself. */
    public Allowance allowance() {
      return new Allowance(
          maxBudget,
          budgetDuration,
          budgetResetAt,
          requestsPerMinute,
          tokensPerMinute,
          parallelRequests);
    }

    /** These terms for a key that takes the place of another one. */
    Terms succeeding(VirtualKey old, @Nullable Instant graceEnds, Instant now) {
      return withExtras(Succession.extras(extras, old, graceEnds, now));
    }

    private Terms withExtras(String next) {
      return with(allowance(), blocked, next);
    }

    public Terms withBlocked(boolean now) {
      return with(allowance(), now, extras);
    }

    /** These terms with other limits of the key itself. */
    Terms with(Allowance limits) {
      return with(limits, blocked, extras);
    }

    private Terms with(Allowance limits, @Nullable Boolean nowBlocked, String nowExtras) {
      return new Terms(
          alias,
          userId,
          teamId,
          models,
          aliases,
          allowedRoutes,
          limits.maxBudget(),
          limits.budgetDuration(),
          limits.budgetResetAt(),
          limits.requestsPerMinute(),
          limits.tokensPerMinute(),
          limits.parallelRequests(),
          expires,
          nowBlocked,
          keyType,
          estimatedOutputTokens,
          strict,
          metadata,
          nowExtras);
    }
  }

  /** The same key with other terms, as the next version. */
  VirtualKey changed(Terms next, Instant now, String by) {
    return new VirtualKey(hash, name, version + 1, next, createdAt, createdBy, now, by, now);
  }

  /** Where its spend is counted: its hash, or the first one it had if its secret was changed. */
  public String account() {
    String account = account(terms.extras());
    return account == null ? hash : account;
  }

  static @Nullable String account(String extras) {
    return extras.contains(FinePrint.ACCOUNT) ? FinePrint.of("{}", extras).account() : null;
  }

  public boolean isBlocked() {
    return Boolean.TRUE.equals(terms.blocked());
  }

  /** Shows no metadata: people keep secrets there. */
  @Override
  public String toString() {
    return "VirtualKey[" + name + ", version " + version + "]";
  }
}
