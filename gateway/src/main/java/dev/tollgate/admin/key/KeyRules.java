package dev.tollgate.admin.key;

import dev.tollgate.model.BudgetDay;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the configuration says about keys that are made through the API.
 *
 * @param defaults {@code litellm_settings.default_key_generate_params}: for what a request leaves
 *     out
 * @param upperBounds {@code litellm_settings.upperbound_key_generate_params}: the most that a
 *     request may ask for
 * @param customKeysDisabled {@code general_settings.disable_custom_api_keys}
 * @param userDefaults {@code litellm_settings.default_internal_user_params}: for new users
 * @param teamDefaults {@code litellm_settings.default_team_params}: for new teams
 * @param day where budgets' days begin
 * @param grace {@code LITELLM_KEY_ROTATION_GRACE_PERIOD}: how long a former secret is good where a
 *     request does not say; null for not at all
 */
public record KeyRules(
    Map<String, Object> defaults,
    Map<String, Object> upperBounds,
    boolean customKeysDisabled,
    Map<String, Object> userDefaults,
    Map<String, Object> teamDefaults,
    BudgetDay day,
    @Nullable String grace) {
  public static final KeyRules NONE = new KeyRules(Map.of(), Map.of(), false, BudgetDay.UTC);

  /** Rules without a word about users and teams. */
  public KeyRules(
      Map<String, Object> defaults,
      Map<String, Object> upperBounds,
      boolean customKeysDisabled,
      BudgetDay day) {
    this(defaults, upperBounds, customKeysDisabled, Map.of(), Map.of(), day, null);
  }
}
