package dev.tollgate.app;

import dev.tollgate.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a gateway reads once, at its start: an edit of it waits for the next one, and is told. */
final class StartOnly {

  private record Setting(String path, Function<Config, @Nullable Object> value) {
    static Setting general(String key, Function<Config, @Nullable Object> value) {
      return new Setting("general_settings." + key, value);
    }

    static Setting litellm(String key, Function<Config, @Nullable Object> value) {
      return new Setting("litellm_settings." + key, value);
    }
  }

  private static final List<Setting> SETTINGS =
      List.of(
          Setting.general("master_key", config -> config.general().masterKey()),
          Setting.general("database_url", config -> config.general().databaseUrl()),
          Setting.general("litellm_key_header_name", config -> config.general().keyHeaderName()),
          Setting.general("completion_model", config -> config.general().completionModel()),
          Setting.general(
              "global_max_parallel_requests",
              config -> config.general().globalParallelRequestsMax()),
          Setting.general("proxy_batch_write_at", config -> config.general().batchWriteInterval()),
          Setting.general("max_request_size_mb", config -> config.general().requestBytesMax()),
          Setting.general("token_rate_limit_type", config -> config.general().tokenRateLimitType()),
          Setting.general(
              "default_estimated_output_tokens", config -> config.general().outputTokensEstimate()),
          Setting.general(
              "maximum_spend_logs_retention_period", config -> config.general().spendRetention()),
          Setting.litellm("timezone, budget_reset_time", config -> config.litellm().budgetDay()),
          Setting.litellm("budget_rollover", config -> config.litellm().budgetRollover()),
          Setting.litellm(
              "budget_exceeded_status_code", config -> config.litellm().budgetExceededStatus()),
          Setting.litellm(
              "block_requests_for_models_without_pricing",
              config -> config.litellm().unpricedModelsBlocked()),
          Setting.litellm(
              "require_auth_for_metrics_endpoint", config -> config.litellm().metricsNeedKey()),
          Setting.litellm(
              "ssl_verify",
              config -> config.litellm().tlsVerified() + " " + config.litellm().tlsAuthorities()));

  /** Of {@code environment_variables}; all others are those of providers, which hold at once. */
  private static final List<String> VARIABLES =
      List.of(
          MasterKey.VARIABLE,
          "LITELLM_SALT_KEY",
          "DATABASE_URL",
          "LENGTH_OF_LITELLM_GENERATED_KEY",
          "LITELLM_KEY_ROTATION_ENABLED",
          "LITELLM_KEY_ROTATION_GRACE_PERIOD",
          "SSL_VERIFY",
          "SSL_CERT_FILE",
          CostMap.VARIABLE,
          "HTTP_PROXY",
          "HTTPS_PROXY",
          "ALL_PROXY",
          "NO_PROXY",
          "http_proxy",
          "https_proxy",
          "all_proxy",
          "no_proxy");

  private StartOnly() {}

  /** A line for each setting that is not the one that the gateway was started with. */
  static List<String> changed(Config started, Config now) {
    List<String> lines = new ArrayList<>();
    for (Setting setting : SETTINGS) {
      if (!Objects.equals(setting.value().apply(started), setting.value().apply(now))) {
        lines.add(setting.path() + ": takes effect at the next start");
      }
    }
    for (String variable : VARIABLES) {
      if (!Objects.equals(started.environment().get(variable), now.environment().get(variable))) {
        lines.add("environment_variables." + variable + ": takes effect at the next start");
      }
    }
    return lines;
  }
}
