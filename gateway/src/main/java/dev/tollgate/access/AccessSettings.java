package dev.tollgate.access;

import dev.tollgate.model.BudgetDay;
import dev.tollgate.model.Money;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the configuration says about callers.
 *
 * @param proxyBudget {@code litellm_settings.max_budget}, null for none
 * @param proxyBudgetDuration {@code litellm_settings.budget_duration}
 * @param strict {@code budget_enforcement: strict} for all
 * @param day where budgets' days begin
 * @param keyBytes random bytes of a generated key, {@code LENGTH_OF_LITELLM_GENERATED_KEY}
 * @param endUserBudgetId {@code litellm_settings.max_end_user_budget_id}: the budget of end users
 *     that nobody registered, null for none
 * @param endUserBudget {@code litellm_settings.max_end_user_budget}: what each end user may spend
 *     who has no other budget, null for no bound
 * @param tagBudgets {@code litellm_settings.tag_budget_config}: budgets of tags that have none of
 *     their own
 * @param userBudgetOfTeamKeys {@code apply_user_budget_to_team_keys}: whether a user's budget
 *     bounds the user's keys in teams, too
 * @param throttledShare {@code litellm_settings.budget_exceeded_throttle_percentage}: the share of
 *     its rates that a spent budget leaves where it throttles; null for none, then it blocks
 * @param proxyAction {@code budget_action} of the proxy's budget
 * @param keyParallelRequests {@code general_settings.max_parallel_requests} of a key that has none
 *     of its own; null for no bound
 * @param enforcedParams {@code general_settings.enforced_params}: what every request has to have
 * @param serviceAccountParams {@code service_account_settings.enforced_params}: what requests of
 *     service accounts have to have besides
 */
public record AccessSettings(
    @Nullable Money proxyBudget,
    @Nullable String proxyBudgetDuration,
    boolean strict,
    BudgetDay day,
    int keyBytes,
    @Nullable String endUserBudgetId,
    @Nullable Money endUserBudget,
    Map<String, Cap> tagBudgets,
    boolean userBudgetOfTeamKeys,
    @Nullable BigDecimal throttledShare,
    BudgetAction proxyAction,
    @Nullable Long keyParallelRequests,
    List<String> enforcedParams,
    List<String> serviceAccountParams) {
  /**
   * What may be spent in a window.
   *
   * @param duration null for a window that never ends
   */
  public record Cap(Money max, @Nullable String duration) {}

  /** Fewer could be guessed; more than this is a mistake in the unit. */
  private static final int KEY_BYTES_MIN = 16;

  private static final int KEY_BYTES_MAX = 256;

  public static final AccessSettings DEFAULT =
      new AccessSettings(null, null, false, BudgetDay.UTC, KEY_BYTES_MIN);

  /** Settings without a word about end users. */
  public AccessSettings(
      @Nullable Money proxyBudget,
      @Nullable String proxyBudgetDuration,
      boolean strict,
      BudgetDay day,
      int keyBytes) {
    this(
        proxyBudget,
        proxyBudgetDuration,
        strict,
        day,
        keyBytes,
        null,
        null,
        Map.of(),
        false,
        null,
        BudgetAction.BLOCK,
        null,
        List.of(),
        List.of());
  }

  public AccessSettings {
    if (keyBytes < KEY_BYTES_MIN || keyBytes > KEY_BYTES_MAX) {
      throw new IllegalArgumentException(
          "LENGTH_OF_LITELLM_GENERATED_KEY is "
              + keyBytes
              + ", expected "
              + KEY_BYTES_MIN
              + " to "
              + KEY_BYTES_MAX);
    }
    if (throttledShare != null
        && (throttledShare.signum() <= 0 || throttledShare.compareTo(BigDecimal.ONE) > 0)) {
      throw new IllegalArgumentException(
          "budget_exceeded_throttle_percentage is " + throttledShare + ", expected 0 to 1");
    }
  }
}
