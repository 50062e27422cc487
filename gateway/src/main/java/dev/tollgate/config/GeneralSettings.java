package dev.tollgate.config;

import dev.tollgate.model.Secret;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * {@code general_settings}; what is absent has LiteLLM's default.
 *
 * @param masterKey {@code master_key}; null if not given here
 * @param databaseUrl {@code database_url}, which may hold a password; null if not given here
 * @param keyHeaderName {@code litellm_key_header_name}: one more header that carries the key; null
 *     for none
 * @param completionModel {@code completion_model}: serves every call, whatever the body asks for;
 *     null for none
 * @param parallelRequestsMax {@code max_parallel_requests}: of one key that has no limit of its
 *     own; null for none
 * @param globalParallelRequestsMax {@code global_max_parallel_requests}: of the whole proxy; null
 *     for none
 * @param usageAlwaysStreamed {@code always_include_stream_usage}
 * @param batchWriteInterval {@code proxy_batch_write_at}, in seconds: how often spend is written
 * @param spendRowsDisabled {@code disable_spend_logs}
 * @param weakMasterKeyPermitted {@code dangerously_permit_weak_or_unset_master_key}
 * @param requestBytesMax from {@code max_request_size_mb}, in MiB; null for the server's default
 * @param modelsInferredFromKeys {@code infer_model_from_keys}
 * @param budgetEnforcement {@code budget_enforcement}, Tollgate's own
 * @param budgetAction {@code budget_action}, Tollgate's own: what happens when the budget of the
 *     whole proxy is spent
 * @param tokenRateLimitType {@code token_rate_limit_type}: which tokens the limits of callers count
 * @param outputTokensEstimate {@code default_estimated_output_tokens}, Tollgate's own: what a hold
 *     assumes where the client sets no cap
 * @param customKeysDisabled {@code disable_custom_api_keys}: keys' secrets are always made here
 * @param userBudgetOfTeamKeys {@code apply_user_budget_to_team_keys}
 * @param passThroughTimeout {@code pass_through_request_timeout}, seconds; null for the router's
 * @param spendRetention {@code maximum_spend_logs_*}; null where single calls are kept for good
 * @param passThroughEndpoints {@code pass_through_endpoints}
 * @param enforcedParams {@code enforced_params}: what every request to a model has to have
 * @param serviceAccountParams {@code service_account_settings.enforced_params}
 */
public record GeneralSettings(
    @Nullable Secret masterKey,
    @Nullable Secret databaseUrl,
    @Nullable String keyHeaderName,
    @Nullable String completionModel,
    @Nullable Long parallelRequestsMax,
    @Nullable Long globalParallelRequestsMax,
    boolean usageAlwaysStreamed,
    Duration batchWriteInterval,
    boolean spendRowsDisabled,
    boolean weakMasterKeyPermitted,
    @Nullable Long requestBytesMax,
    boolean modelsInferredFromKeys,
    BudgetEnforcement budgetEnforcement,
    BudgetAction budgetAction,
    TokenRateLimitType tokenRateLimitType,
    long outputTokensEstimate,
    boolean customKeysDisabled,
    boolean userBudgetOfTeamKeys,
    @Nullable BigDecimal passThroughTimeout,
    @Nullable SpendRetention spendRetention,
    List<PassThroughEndpoint> passThroughEndpoints,
    List<String> enforcedParams,
    List<String> serviceAccountParams) {
  private static final Duration BATCH_WRITE_INTERVAL = Duration.ofSeconds(10);
  private static final long OUTPUT_TOKENS_ESTIMATE = 4096;
  private static final long MEBIBYTE = 1 << 20;

  /** When a call gets in. */
  public enum BudgetEnforcement {
    /** While less than the budget is settled and held, as LiteLLM does. */
    DEFAULT,
    /** Only when its hold fits. */
    STRICT
  }

  /** Which tokens count. */
  public enum TokenRateLimitType {
    TOTAL,
    INPUT,
    OUTPUT
  }

  /** What happens when the proxy's budget is spent, which has no rates that could be lowered. */
  public enum BudgetAction {
    /** Calls are refused. */
    BLOCK,
    /** Calls are served, and the log and the metrics say so. */
    ALERT
  }

  public GeneralSettings {
    SettingRefused.unless(
        batchWriteInterval.isPositive(), "proxy_batch_write_at", "seconds, more than 0");
    SettingRefused.unless(
        requestBytesMax == null || requestBytesMax > 0,
        "max_request_size_mb",
        "megabytes, more than 0");
    SettingRefused.unless(
        outputTokensEstimate > 0, "default_estimated_output_tokens", "a whole number of 1 or more");
    SettingRefused.unless(
        keyHeaderName == null || keyHeaderName.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}"),
        "litellm_key_header_name",
        "the name of a header");
  }

  static GeneralSettings from(Section section) {
    Duration interval = section.seconds("proxy_batch_write_at");
    Long estimate = section.whole("default_estimated_output_tokens");
    return section.checked(
        () ->
            new GeneralSettings(
                section.secret("master_key"),
                section.secret("database_url"),
                section.text("litellm_key_header_name"),
                section.text("completion_model"),
                section.whole("max_parallel_requests"),
                section.whole("global_max_parallel_requests"),
                section.flag("always_include_stream_usage", false),
                interval == null ? BATCH_WRITE_INTERVAL : interval,
                section.flag("disable_spend_logs", false),
                section.flag("dangerously_permit_weak_or_unset_master_key", false),
                requestBytesMax(section),
                section.flag("infer_model_from_keys", false),
                enforcement(section),
                action(section),
                tokenRateLimitType(section),
                estimate == null ? OUTPUT_TOKENS_ESTIMATE : estimate,
                section.flag("disable_custom_api_keys", false),
                section.flag("apply_user_budget_to_team_keys", false),
                section.number("pass_through_request_timeout"),
                SpendRetention.from(section),
                PassThroughEndpoint.from(section),
                names(section.texts("enforced_params")),
                serviceAccountParams(section)));
  }

  private static List<String> names(@Nullable List<String> given) {
    return given == null ? List.of() : List.copyOf(given);
  }

  private static List<String> serviceAccountParams(Section section) {
    Object given = section.map("service_account_settings").get("enforced_params");
    if (given == null) {
      return List.of();
    }
    if (given instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
      return list.stream().map(String.class::cast).toList();
    }
    throw section.refused("service_account_settings", "enforced_params, a list of names");
  }

  private static @Nullable Long requestBytesMax(Section section) {
    BigDecimal mebibytes = section.number("max_request_size_mb");
    if (mebibytes == null) {
      return null;
    }
    BigDecimal bytes =
        mebibytes.multiply(BigDecimal.valueOf(MEBIBYTE)).setScale(0, RoundingMode.DOWN);
    if (bytes.compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) > 0) {
      throw section.refused("max_request_size_mb", "less than 2048 megabytes");
    }
    return bytes.longValueExact();
  }

  private static TokenRateLimitType tokenRateLimitType(Section section) {
    String word = section.text("token_rate_limit_type");
    return switch (word == null ? "total" : word.toLowerCase(Locale.ROOT)) {
      case "total" -> TokenRateLimitType.TOTAL;
      case "input" -> TokenRateLimitType.INPUT;
      case "output" -> TokenRateLimitType.OUTPUT;
      default -> throw section.refused("token_rate_limit_type", "total, input or output");
    };
  }

  private static BudgetAction action(Section section) {
    String word = section.text("budget_action");
    return switch (word == null ? "block" : word.toLowerCase(Locale.ROOT)) {
      case "block" -> BudgetAction.BLOCK;
      case "alert" -> BudgetAction.ALERT;
      default -> throw section.refused("budget_action", "block or alert");
    };
  }

  private static BudgetEnforcement enforcement(Section section) {
    String word = section.text("budget_enforcement");
    return switch (word == null ? "default" : word.toLowerCase(Locale.ROOT)) {
      case "default" -> BudgetEnforcement.DEFAULT;
      case "strict" -> BudgetEnforcement.STRICT;
      default -> throw section.refused("budget_enforcement", "default or strict");
    };
  }
}
