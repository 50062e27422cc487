package dev.tollgate.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckReportTest {
  @TempDir private Path folder;

  @Test
  void eachKeyHasALineAndTheEndIsASummary() throws IOException {
    CheckReport report =
        check(
            """
            model_list:
              - model_name: m
                litellm_params:
                  model: openai/m
                  temperatur: 0
            router_settings:
              enable_pre_call_checks: true
              cooldown: 1
            """);
    assertThat(report.text().replace(folder + "/", ""))
        .isEqualTo(
            """
            used               model_list[0].model_name                 config.yaml:2
            used               model_list[0].litellm_params.model       config.yaml:4
            used               model_list[0].litellm_params.temperatur  config.yaml:5  sent to the provider as a default; did you mean temperature?
            not supported yet  router_settings.enable_pre_call_checks   config.yaml:7
            unknown            router_settings.cooldown                 config.yaml:8
            1 models; 3 keys used, 1 not supported yet, 1 unknown; 2 of them would change behaviour and are ignored
            """);
    assertThat(report.exitCode()).isEqualTo(1);
  }

  @Test
  void whatIsIgnoredIsALineEachAndTheRulesOfAccessComeFirst() throws IOException {
    CheckReport report =
        check(
            """
            model_list:
              - {model_name: m, litellm_params: {model: openai/m, itpm: 1}}
            general_settings:
              allowed_ips: [10.0.0.1]
              foo_typo: 1
            litellm_settings: {callbacks: [langfuse], max_end_user_budgt: 3, drop_params: true}
            guardrails: [{guardrail_name: g}]
            """);
    assertThat(report.warnings())
        .extracting(line -> line.replace(folder + "/", ""))
        .containsExactly(
            "config.yaml:4: general_settings.allowed_ips: not supported yet",
            "config.yaml:5: general_settings.foo_typo: unknown",
            "config.yaml:6: litellm_settings.callbacks: not supported yet",
            "config.yaml:6: litellm_settings.max_end_user_budgt: unknown: did you mean"
                + " max_end_user_budget?",
            "config.yaml:7: guardrails: not supported yet",
            "config.yaml:2: model_list[0].litellm_params.itpm: not supported yet");
  }

  @Test
  void manyIgnoredKeysAreCounted() throws IOException {
    StringBuilder text = new StringBuilder("general_settings:\n");
    for (int i = 0; i < 60; i++) {
      text.append("  strange_").append(i).append(": 1\n");
    }
    assertThat(check(text.toString()).warnings()).hasSize(51).last().asString().startsWith("10 ");
  }

  @Test
  void ofAKeyThatIsThereTwiceTheLastCountsAndTheFirstIsTold() throws IOException {
    CheckReport report =
        check(
            """
            general_settings: {completion_model: a}
            model_list:
              - {model_name: m, litellm_params: {model: openai/m, rpm: 1, rpm: 2}}
            general_settings: {completion_model: b}
            """);
    assertThat(report.config().general().completionModel()).isEqualTo("b");
    assertThat(report.config().models().getFirst().litellmParams()).containsEntry("rpm", 2L);
    assertThat(report.warnings())
        .extracting(line -> line.replace(folder + "/", ""))
        .containsExactly(
            "config.yaml:1: general_settings: replaced: there again on line 4, which counts instead",
            "config.yaml:3: model_list[0].litellm_params.rpm: replaced: there again on line 3, which"
                + " counts instead");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "litellm_settings: {drop_params: true}|0",
        "litellm_settings: {set_verbose: true}|0",
        "litellm_settings: {cache: false}|0",
        "litellm_settings: {cache: true}|1",
        "litellm_settings: {callbacks: [prometheus]}|0",
        "litellm_settings: {callbacks: prometheus}|0",
        "litellm_settings: {callbacks: [prometheus, langfuse]}|1",
        "litellm_settings: {expose_router_debug_in_errors: yes}|0",
        "litellm_settings: {expose_router_debug_in_errors: no}|1",
        "general_settings: {health_check_interval: 300}|0",
        "general_settings: {health_check_interval: 60}|1",
        "general_settings: {pass_through_endpoints: []}|0",
        "general_settings: {pass_through_endpoints: [{path: /x, target: http://x, auth: true}]}|0",
        "general_settings: {pass_through_endpoints: [{path: /x, target: http://x, auth: false}]}|1",
        "general_settings: {pass_through_endpoints: [{path: /x, target: http://x, forward_headers: true}]}|0",
        "general_settings: {pass_through_endpoints: [{path: /x, target: http://x, guardrails: [a]}]}|1",
        "general_settings: {custom_auth: os.environ/NOPE}|0",
        "router_settings: {routing_strategy: simple-shuffle}|0",
        "router_settings: {routing_strategy: least-busy}|0",
        "router_settings: {routing_strategy: latency-based-routing}|0",
        "router_settings: {routing_strategy: usage-based-routing}|1",
        "router_settings: {rediss_host: x}|1",
        "x-anchors: {a: 1}|0",
        "model_list: [{model_name: a, blocked: true, litellm_params: {model: b}}]|0",
        "model_list: [{model_name: a, litellm_params: {model: b, mock_response: hi}}]|0",
        "model_list: [{model_name: a, litellm_params: {model: b, mock_response: [1]}}]|1",
      })
  void theExitCodeIsOneOnlyIfIgnoringAKeyMakesADifference(String text, int exitCode)
      throws IOException {
    assertThat(check(text).exitCode()).isEqualTo(exitCode);
  }

  @Test
  void aKeyInTheWrongSectionIsToldWhereItBelongs() throws IOException {
    assertThat(check("general_settings: {cooldown_time: 5}").text())
        .contains("did you mean router_settings.cooldown_time?");
  }

  private CheckReport check(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("config.yaml"), text);
    return new CheckReport(new ConfigReader(_ -> null).read(file));
  }
}
