package dev.tollgate.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.tollgate.config.Finding.Status;
import dev.tollgate.model.Money;
import dev.tollgate.model.Secret;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ConfigReaderTest {
  private static final Path FULL = Path.of("src/test/resources/config/full.yaml");
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "AZURE_API_KEY", "azure-secret",
          "OPENAI_API_KEY", "sk-openai",
          "LITELLM_MASTER_KEY", "sk-master-4711");

  private final Config config = new ConfigReader(ENVIRONMENT::get).read(FULL);

  @Test
  void modelsKeepTheirOrderAndTheirLines() {
    assertThat(config.models())
        .extracting(ModelEntry::modelName)
        .containsExactly("gpt-4o", "gpt-4o", "openai/*", "local", "text-embedding");
    assertThat(config.models().getFirst().position()).isEqualTo(new Position(FULL, 3));
    assertThat(config.files()).containsExactly(FULL);
  }

  @Test
  void pricesAreExactHoweverTheyAreWritten() {
    assertThat(config.models().getFirst().litellmParams())
        .contains(
            entry("input_cost_per_token", new BigDecimal("0.00000015")),
            entry("output_cost_per_token", new BigDecimal("6E-7")),
            entry("cache_read_input_token_cost", new BigDecimal("7.5E-8")),
            entry("timeout", new BigDecimal("30.5")),
            entry("rpm", 600L))
        .doesNotContainKey(
            "max_retries"); // is not supported yet, so it is told and goes no further
  }

  @Test
  void mergedMappingsGiveWayToWhatStandsThere() {
    assertThat(config.models().get(1).litellmParams())
        .contains(
            entry("model", "azure/gpt-4o-us"),
            entry("api_base", "https://us.example.com/"),
            entry("api_key", "azure-secret"),
            entry("weight", new BigDecimal(2)),
            entry("order", 1L));
  }

  @Test
  void variablesComeFromTheFileThenFromTheProcess() {
    assertThat(config.models().get(3).litellmParams()).containsEntry("rpm", 60L);
    assertThat(config.environment())
        .containsExactly(
            entry("LOCAL_RPM", "60"), entry("COPY", "sk-openai"), entry("FLAG", "True"));
  }

  @Test
  void aVariableThatIsNotSetCountsAsAbsentAndIsTold() {
    assertThat(config.models().get(2).litellmParams()).doesNotContainKey("organization");
    assertThat(finding("model_list[2].litellm_params.organization").message())
        .contains("NOT_SET")
        .contains("not set");
  }

  @Test
  void booleansAreThoseOfYaml11() {
    assertThat(config.models().getFirst().modelInfo())
        .contains(entry("supports_vision", true), entry("max_tokens", 128_000L));
    assertThat(config.models().get(3).litellmParams()).containsEntry("drop_params", true);
  }

  @Test
  void onlyParametersThatAreNotLitellmsOwnAreSentToTheProvider() {
    assertThat(config.models().get(3).requestDefaults())
        .containsExactly(entry("temperature", new BigDecimal("0.2")), entry("max_tokens", 512L));
    assertThat(config.models().get(4).requestDefaults()).isEmpty();
  }

  @Test
  void generalSettingsAreRead() {
    GeneralSettings general = config.general();
    assertThat(general.masterKey()).isEqualTo(Secret.of("sk-master-4711"));
    assertThat(general.batchWriteInterval()).isEqualTo(Duration.ofMinutes(1));
    assertThat(general.parallelRequestsMax()).isEqualTo(10);
    assertThat(general.requestBytesMax()).isEqualTo(1_572_864);
    assertThat(general.budgetEnforcement()).isEqualTo(GeneralSettings.BudgetEnforcement.STRICT);
  }

  @Test
  void litellmSettingsAreRead() {
    LitellmSettings litellm = config.litellm();
    assertThat(litellm.paramsDropped()).isTrue();
    assertThat(litellm.budgetMax()).isEqualTo(Money.ofDollars(new BigDecimal("1000.5")));
    assertThat(litellm.budgetDuration()).isEqualTo("30d");
    assertThat(litellm.budgetExceededStatus()).isEqualTo(422);
    assertThat(litellm.jsonLogs()).isTrue();
    assertThat(litellm.defaultKeyParams())
        .containsExactly(
            entry("max_budget", new BigDecimal("1.5")), entry("models", List.of("local")));
    assertThat(litellm.upperKeyParams())
        .containsExactly(entry("max_budget", 100L), entry("budget_duration", "30d"));
  }

  @Test
  void routerSettingsWinOverLitellmSettingsAndAreFilledUpFromThem() {
    RouterSettings router = config.router();
    assertThat(router.fallbacks())
        .isEqualTo(
            new Fallbacks(
                Map.of("gpt-4o", List.of("text-embedding"), "*", List.of("local")),
                Map.of("local", List.of("gpt-4o")),
                Map.of(),
                List.of("local")));
    assertThat(router.retries()).isEqualTo(3);
    assertThat(router.allowedFails()).isEqualTo(4);
    assertThat(router.timeout()).isEqualTo(Duration.ofMinutes(10));
    assertThat(router.cooldown()).isEqualTo(Duration.ofMillis(500));
    assertThat(router.aliases())
        .containsExactly(
            entry("gpt-4", new RouterSettings.Alias("gpt-4o", false)),
            entry("secret-gpt", new RouterSettings.Alias("gpt-4o", true)));
    assertThat(router.retryPolicy().retries())
        .containsOnly(entry(RetryPolicy.Kind.TIMEOUT, 1), entry(RetryPolicy.Kind.BAD_REQUEST, 0));
  }

  @Test
  void whatIsKnownButNotYetUsedIsTold() {
    assertThat(told(Status.NOT_YET, true))
        .containsExactlyInAnyOrder(
            "litellm_settings.success_callback",
            "general_settings.alerting",
            "router_settings.fallbacks[0].gpt-4o[1]",
            "router_settings.enable_pre_call_checks");
    assertThat(told(Status.NOT_YET, false))
        .containsExactlyInAnyOrder(
            "model_list[0].litellm_params.max_retries",
            "model_list[1].litellm_params.max_retries",
            "litellm_settings.callbacks",
            "litellm_settings.set_verbose",
            "litellm_settings.cache",
            "general_settings.database_connection_pool_limit",
            "general_settings.background_health_checks",
            "router_settings.redis_host",
            "guardrails");
  }

  @Test
  void aTypingErrorIsUnknownAndTheRightKeyIsNamed() {
    assertThat(told(Status.UNKNOWN, true))
        .containsExactlyInAnyOrder(
            "general_settings.disable_spend_log",
            "router_settings.retry_policy.BadGatewayErrorRetries");
    assertThat(told(Status.UNKNOWN, false)).containsExactly("x-common");
    Finding finding = finding("general_settings.disable_spend_log");
    assertThat(finding.message()).isEqualTo("did you mean disable_spend_logs?");
    assertThat(finding.position().toString()).isEqualTo(FULL + ":86");
  }

  @Test
  void noSecretIsPrinted() {
    assertThat(config.toString() + config.models() + config.general() + config.findings())
        .doesNotContain("azure-secret", "sk-openai", "hunter2", "sk-master");
    assertThat(new CheckReport(config).text())
        .doesNotContain("azure-secret", "sk-openai", "hunter2", "sk-master");
  }

  @Test
  void withoutAFileEverythingHasItsDefault() {
    Config empty = ConfigReader.empty();
    assertThat(empty.models()).isEmpty();
    assertThat(empty.findings()).isEmpty();
    assertThat(empty.general().masterKey()).isNull();
    assertThat(empty.router().retries()).isEqualTo(2);
    assertThat(empty.router().timeout()).isEqualTo(Duration.ofMinutes(100));
    assertThat(empty.router().cooldown()).isEqualTo(Duration.ofSeconds(5));
    assertThat(empty.litellm().metricsNeedKey()).isTrue();
    assertThat(empty.litellm().tlsVerified()).isTrue();
  }

  private List<String> told(Status status, boolean changesBehaviour) {
    return config.findings().stream()
        .filter(finding -> finding.status() == status)
        .filter(finding -> finding.changesBehaviour() == changesBehaviour)
        .map(Finding::path)
        .toList();
  }

  private Finding finding(String path) {
    return Objects.requireNonNull(
        config.findings().stream()
            .filter(finding -> finding.path().equals(path))
            .findFirst()
            .orElse(null),
        path);
  }
}
