package dev.tollgate.config;

import dev.tollgate.model.BudgetDay;
import dev.tollgate.model.Money;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code litellm_settings}; what is absent has LiteLLM's default. Retries, allowed fails and
 * fallbacks apply through {@link RouterSettings}, which takes them over where it has none.
 *
 * @param paramsDropped {@code drop_params}: leave out what a provider does not support
 * @param requestTimeout {@code request_timeout}, in seconds
 * @param retries {@code num_retries}; null if not given here
 * @param allowedFails {@code allowed_fails} a minute; null if not given here
 * @param fallbacks the fallback lists that stand here
 * @param jsonLogs {@code json_logs}; null if not given
 * @param budgetMax {@code max_budget} of the whole proxy, in dollars; null for none (0 in the file)
 * @param budgetDuration {@code budget_duration}, {@code 30d}; null for a budget that never resets
 * @param budgetExceededStatus {@code budget_exceeded_status_code}
 * @param unpricedModelsBlocked {@code block_requests_for_models_without_pricing}
 * @param metricsNeedKey {@code require_auth_for_metrics_endpoint}
 * @param tlsVerified {@code ssl_verify}: whether providers' certificates are checked
 * @param tlsAuthorities {@code ssl_verify} given as a file of certificate authorities; null for the
 *     system's own
 * @param defaultKeyParams {@code default_key_generate_params}: for a key that does not set them
 * @param upperKeyParams {@code upperbound_key_generate_params}: most that a key may be given
 * @param defaultUserParams {@code default_internal_user_params}: for a new user
 * @param defaultTeamParams {@code default_team_params}: for a new team
 * @param markups {@code cost_discount_config} and {@code cost_margin_config}
 * @param endUserBudgetId {@code max_end_user_budget_id}: the budget of end users that have none of
 *     their own; null for none
 * @param endUserBudget {@code max_end_user_budget}: what an end user may spend who has no other
 *     budget, in dollars; null for none
 * @param tagBudgets {@code tag_budget_config}: budgets of tags that have none of their own
 * @param budgetRollover {@code budget_rollover}: overspend counts in the next window
 * @param budgetDay {@code timezone} and {@code budget_reset_time}: where budgets' days begin
 * @param throttledShare {@code budget_exceeded_throttle_percentage}, more than 0 and at most 1: the
 *     share of its rates that is left where a spent budget throttles; null for none
 * @param entraOfEnvironment {@code enable_azure_ad_token_refresh}: Azure's models without a
 *     credential use the identity of the gateway's surroundings
 */
public record LitellmSettings(
    boolean paramsDropped,
    Duration requestTimeout,
    @Nullable Integer retries,
    @Nullable Integer allowedFails,
    Fallbacks fallbacks,
    @Nullable Boolean jsonLogs,
    @Nullable Money budgetMax,
    @Nullable String budgetDuration,
    int budgetExceededStatus,
    boolean unpricedModelsBlocked,
    boolean metricsNeedKey,
    boolean tlsVerified,
    @Nullable String tlsAuthorities,
    Map<String, Object> defaultKeyParams,
    Map<String, Object> upperKeyParams,
    Map<String, Object> defaultUserParams,
    Map<String, Object> defaultTeamParams,
    Markups markups,
    @Nullable String endUserBudgetId,
    @Nullable Money endUserBudget,
    Map<String, SpendCap> tagBudgets,
    boolean budgetRollover,
    BudgetDay budgetDay,
    @Nullable BigDecimal throttledShare,
    boolean entraOfEnvironment) {
  private static final Duration REQUEST_TIMEOUT = Duration.ofMinutes(100);
  private static final int BUDGET_EXCEEDED_STATUS = 422;
  private static final Pattern RESET_TIME = Pattern.compile("([01]?[0-9]|2[0-3]):[0-5][0-9]");
  private static final Pattern WINDOW = Pattern.compile("[0-9]{1,9}(s|m|h|d|w|mo)");

  public LitellmSettings {
    SettingRefused.unless(requestTimeout.isPositive(), "request_timeout", "seconds, more than 0");
    SettingRefused.unless(
        retries == null || retries <= RouterSettings.RETRIES_MAX,
        "num_retries",
        "a whole number from 0 to " + RouterSettings.RETRIES_MAX);
    SettingRefused.unless(
        budgetExceededStatus >= 400 && budgetExceededStatus <= 599,
        "budget_exceeded_status_code",
        "an HTTP status from 400 to 599");
    SettingRefused.unless(
        budgetDuration == null || WINDOW.matcher(budgetDuration).matches(),
        "budget_duration",
        "a duration such as 30s, 12h, 1d, 4w or 1mo");
    SettingRefused.unless(
        throttledShare == null
            || (throttledShare.signum() > 0 && throttledShare.compareTo(BigDecimal.ONE) <= 0),
        "budget_exceeded_throttle_percentage",
        "a share of more than 0 and at most 1, such as 0.1");
  }

  static LitellmSettings from(Section section) {
    Duration timeout = section.seconds("request_timeout");
    Integer status = section.count("budget_exceeded_status_code");
    Money budget = section.dollars("max_budget");
    String authorities = authorities(section);
    return section.checked(
        () ->
            new LitellmSettings(
                section.flag("drop_params", false),
                timeout == null ? REQUEST_TIMEOUT : timeout,
                section.count("num_retries"),
                section.count("allowed_fails"),
                Fallbacks.from(section, Fallbacks.NONE),
                section.take("json_logs") == null ? null : section.flag("json_logs", false),
                Money.ZERO.equals(budget) ? null : budget,
                window(section),
                status == null ? BUDGET_EXCEEDED_STATUS : status,
                section.flag("block_requests_for_models_without_pricing", false),
                section.flag("require_auth_for_metrics_endpoint", true),
                authorities != null || section.flag("ssl_verify", true),
                authorities,
                section.map("default_key_generate_params"),
                section.map("upperbound_key_generate_params"),
                section.map("default_internal_user_params"),
                section.map("default_team_params"),
                Markups.from(section),
                section.text("max_end_user_budget_id"),
                section.dollars("max_end_user_budget"),
                SpendCap.from(section, "tag_budget_config"),
                section.flag("budget_rollover", false),
                new BudgetDay(timezone(section), resetTime(section)),
                section.number("budget_exceeded_throttle_percentage"),
                section.flag("enable_azure_ad_token_refresh", false)));
  }

  private static ZoneId timezone(Section section) {
    String name = section.text("timezone");
    try {
      return name == null ? ZoneOffset.UTC : ZoneId.of(name);
    } catch (DateTimeException _) {
      throw section.refused("timezone", "a time zone such as UTC or Europe/Berlin");
    }
  }

  /** {@code 06:00}; YAML makes 630 of {@code 10:30} without quotes: the minutes of the day. */
  private static LocalTime resetTime(Section section) {
    Node node = section.take("budget_reset_time");
    Object value = node instanceof Node.Scalar scalar ? scalar.value() : null;
    if (value == null && (node == null || node.isNull())) {
      return LocalTime.MIDNIGHT;
    }
    if (value instanceof Long minutes && minutes >= 0 && minutes < 24 * 60) {
      return LocalTime.MIDNIGHT.plusMinutes(minutes);
    }
    if (value instanceof String text && RESET_TIME.matcher(text.strip()).matches()) {
      return LocalTime.parse(text.strip().length() == 4 ? "0" + text.strip() : text.strip());
    }
    throw section.refused("budget_reset_time", "a time of day such as \"06:00\"");
  }

  /** LiteLLM's key holds a flag or a file. */
  private static @Nullable String authorities(Section section) {
    Node node = section.take("ssl_verify");
    return node instanceof Node.Scalar scalar
            && scalar.value() instanceof String text
            && (text.contains("/") || text.contains("."))
        ? text
        : null;
  }

  private static @Nullable String window(Section section) {
    String text = section.text("budget_duration");
    return switch (text == null ? "" : text.strip().toLowerCase(Locale.ROOT)) {
      case "" -> null;
      case "daily" -> "1d";
      case "weekly" -> "7d";
      case "monthly" -> "30d";
      default -> text;
    };
  }
}
