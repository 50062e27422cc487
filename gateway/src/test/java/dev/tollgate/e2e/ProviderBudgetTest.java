package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.app.TestGateway;
import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Budgets and rates of deployments and providers. A call costs 0.000006 dollars. */
class ProviderBudgetTest {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String SMALL = "      max_budget: 0.000001\n      budget_duration: 1d\n";

  private final FakeProvider provider = new FakeProvider();
  private RunningGateway gateway;

  @AfterEach
  void stop() {
    gateway.isAtRest();
    gateway.close();
  }

  /** A deployment of a group; {@code more} are lines of its parameters. */
  private String deployment(String group, String model, String more) {
    return """
      - model_name: %s
        litellm_params:
          model: %s
          api_base: %s
          api_key: sk-provider-e2e-fedcba9876543210
          input_cost_per_token: 0.00000015
          output_cost_per_token: 0.0000006
    """
            .formatted(group, model, provider.base())
        + more;
  }

  private void start(String models, String router) {
    String config =
        "model_list:\n"
            + models
            + "router_settings:\n  num_retries: 0\n  disable_cooldowns: true\n"
            + router;
    gateway = new RunningGateway(TestGateway.Setup.of(config), provider);
  }

  private RawClient.Answer chat() throws IOException {
    return gateway.chat(RunningGateway.MASTER);
  }

  private static String refused(RawClient.Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(429);
    return JSON.readTree(answer.body()).path("error").path("message").asString();
  }

  @Test
  void aProviderWhoseBudgetIsSpentServesNobody() throws Exception {
    start(
        deployment("gpt-test", "openai/one", "") + deployment("gpt-test", "openai/two", ""),
        """
          provider_budget_config:
            openai:
              budget_limit: 0.000001
              time_period: 1d
        """
            .indent(0));
    chat().ok();
    RawClient.Answer answer = chat();
    assertThat(refused(answer))
        .startsWith(
            "No deployments available - crossed budget: Exceeded budget for provider openai:"
                + " 6e-06 >= 1e-06");
    assertThat(Long.parseLong(answer.headers().get("retry-after"))).isBetween(1L, 86_400L);
    assertThat(provider.seen()).hasSize(1);
    JsonNode row =
        JSON.readTree(gateway.get("/provider/budgets", RunningGateway.MASTER).body())
            .path("providers")
            .path("openai");
    assertThat(row.path("budget_limit").decimalValue()).isEqualByComparingTo("0.000001");
    assertThat(row.path("time_period").asString()).isEqualTo("1d");
    assertThat(row.path("spend").decimalValue()).isEqualByComparingTo("0.000006");
    assertThat(row.path("budget_reset_at").asString()).endsWith("T00:00:00Z");
  }

  @Test
  void aSpentDeploymentIsLeftOutWhileAnotherHasMoney() throws Exception {
    start(
        deployment("gpt-test", "openai/small", SMALL) + deployment("gpt-test", "openai/big", ""),
        "");
    for (int i = 0; i < 12; i++) {
      chat().ok();
    }
    assertThat(provider.seen().stream().filter(seen -> seen.body().contains("\"small\"")))
        .hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void aSpentGroupFallsBack() throws Exception {
    start(
        deployment("gpt-test", "openai/small", SMALL) + deployment("other", "openai/big", ""),
        "  fallbacks:\n    - gpt-test: [other]\n");
    chat().ok();
    RawClient.Answer second = chat();
    second.ok();
    assertThat(second.headers().get("x-litellm-model-group")).isEqualTo("other");
  }

  @Test
  void theDeploymentThatServesIsCharged() throws Exception {
    start(
        deployment("gpt-test", "openai/broken", "      order: 1\n      max_budget: 1\n")
            + deployment("gpt-test", "openai/good", "      order: 2\n      max_budget: 1\n"),
        "  provider_budget_config:\n    openai: {budget_limit: 1}\n");
    provider.answers(
        (request, seen) ->
            (seen.body().contains("broken")
                    ? FakeProvider.whole(500, "{\"error\":{\"message\":\"down\"}}")
                    : FakeProvider.whole(200, FakeProvider.WHOLE))
                .answer(request, seen));
    chat().ok();
    assertThat(provider.seen()).hasSize(2);
    gateway.isAtRest();
    JsonNode models = JSON.readTree(gateway.get("/model/info", RunningGateway.MASTER).body());
    assertThat(settled(models, "openai/broken")).isEqualTo(Money.ZERO);
    assertThat(settled(models, "openai/good")).isEqualTo(Money.ofNanos(6000));
    assertThat(gateway.gateway().settled(Scope.Kind.PROVIDER, "openai"))
        .isEqualTo(Money.ofNanos(6000));
    assertThat(gateway.gateway().held(Scope.Kind.PROVIDER)).isEqualTo(Money.ZERO);
    assertThat(gateway.gateway().held(Scope.Kind.DEPLOYMENT)).isEqualTo(Money.ZERO);
  }

  private Money settled(JsonNode models, String model) {
    for (JsonNode each : models.path("data")) {
      if (each.path("litellm_params").path("model").asString().equals(model)) {
        return gateway
            .gateway()
            .settled(Scope.Kind.DEPLOYMENT, each.path("model_info").path("id").asString());
      }
    }
    throw new AssertionError("no " + model + " in " + models);
  }

  @Test
  void ratesOfADeploymentAreKeptToWhereTheOperatorSaysSo() throws Exception {
    start(
        deployment("gpt-test", "openai/one", "      rpm: 1\n"),
        "  optional_pre_call_checks: [enforce_model_rate_limits]\n");
    chat().ok();
    RawClient.Answer answer = chat();
    assertThat(refused(answer)).contains("Rate limit exceeded for deployment").contains("requests");
    assertThat(Long.parseLong(answer.headers().get("retry-after"))).isBetween(1L, 60L);
    assertThat(provider.seen()).hasSize(1);
  }

  @Test
  void aFullDeploymentLeavesItsCallsToAnother() throws Exception {
    start(
        deployment("gpt-test", "openai/one", "      rpm: 2\n")
            + deployment("gpt-test", "openai/two", "      rpm: 3\n"),
        "  optional_pre_call_checks: [enforce_model_rate_limits]\n");
    for (int i = 0; i < 5; i++) {
      chat().ok();
    }
    refused(chat());
    assertThat(provider.seen()).hasSize(5);
  }

  @Test
  void limitsOnTokensMayCountTheInputAlone() throws Exception {
    start(
        deployment("gpt-test", "openai/one", ""),
        "general_settings:\n  token_rate_limit_type: input\n");
    String key =
        JSON.readTree(
                gateway.post("/key/generate", RunningGateway.MASTER, "{\"tpm_limit\":60}").body())
            .path("key")
            .asString();
    RawClient.Answer first = gateway.chat(key);
    first.ok();
    gateway.chat(key).ok(); // 24 of 60 used: neither answers nor what is expected of them count
    assertThat(first.headers().get("x-ratelimit-api_key-limit-tokens")).isEqualTo("60");
  }

  @Test
  void ratesAreHintsOtherwise() throws Exception {
    start(deployment("gpt-test", "openai/one", "      rpm: 1\n"), "");
    chat().ok();
    chat().ok();
  }
}
