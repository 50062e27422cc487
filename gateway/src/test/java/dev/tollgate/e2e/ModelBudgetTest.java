package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.app.TestGateway;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What bounds a model or an end user bounds it however it is named. */
class ModelBudgetTest {
  private static final String BUDGET =
      "\"model_max_budget\":{\"gpt-test\":{\"budget_limit\":0.000001,\"time_period\":\"1d\"}}";

  @RegisterExtension static final RunningGateway gateway = start();

  private static RunningGateway start() {
    FakeProvider provider = new FakeProvider();
    String model =
        """
          - model_name: %s
            litellm_params:
              model: %s
              api_base: %s
              api_key: sk-provider-e2e-fedcba9876543210
              input_cost_per_token: 0.00000015
              output_cost_per_token: 0.0000006
        """;
    String config =
        "model_list:\n"
            + model.formatted("gpt-test", "openai/gpt-test", provider.base())
            + model.formatted("openai/*", "openai/*", provider.base())
            + model.formatted("other", "openai/other", provider.base())
            + "router_settings:\n  model_group_alias: {grouped: gpt-test}\n";
    return new RunningGateway(TestGateway.Setup.of(config), provider);
  }

  private static RawClient.Answer chat(String key, String model, String more) throws IOException {
    return gateway.post(
        "/v1/chat/completions",
        key,
        "{\"model\":\"%s\",\"messages\":%s%s}".formatted(model, RunningGateway.HELLO, more));
  }

  private static void spentAtOnce(String key, String name) throws IOException {
    chat(key, name, "").ok();
    for (String again : new String[] {name, "gpt-test"}) {
      RawClient.Answer second = chat(key, again, "");
      assertThat(second.status()).as(again + second.body()).isEqualTo(422);
      assertThat(second.body()).contains("exceeded budget for model=gpt-test");
    }
    chat(key, "other", "").ok();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt-test", "openai/gpt-test", "my", "prefixed", "grouped"})
  void aModelsBudgetHoldsByEachOfItsNames(String name) throws IOException {
    String aliases = "\"aliases\":{\"my\":\"gpt-test\",\"prefixed\":\"openai/gpt-test\"}";
    spentAtOnce(gateway.madeKey("{" + BUDGET + "," + aliases + "}"), name);
  }

  @Test
  void aTeamsAliasIsItsModelToo() throws IOException {
    gateway.admin("/team/new", "{\"team_id\":\"t1\",\"model_aliases\":{\"teams\":\"gpt-test\"}}");
    spentAtOnce(gateway.madeKey("{" + BUDGET + ",\"team_id\":\"t1\"}"), "teams");
  }

  @Test
  void ratesByModelAreThoseOfItsOtherNamesToo() throws IOException {
    String key =
        gateway.madeKey("{\"model_rpm_limit\":{\"gpt-test\":1},\"aliases\":{\"my\":\"gpt-test\"}}");
    chat(key, "my", "").ok();
    assertThat(chat(key, "openai/gpt-test", "").status()).isEqualTo(429);
  }

  @Test
  void anEndUsersBudgetForAModelHoldsByItsAlias() throws IOException {
    gateway.admin("/budget/new", "{\"budget_id\":\"mb\"," + BUDGET + "}");
    gateway.admin("/customer/new", "{\"user_id\":\"um\",\"budget_id\":\"mb\"}");
    String key = gateway.madeKey("{}");
    chat(key, "grouped", ",\"user\":\"um\"").ok();
    assertThat(chat(key, "openai/gpt-test", ",\"user\":\"um\"").status()).isEqualTo(422);
  }

  @Test
  void aSpentBudgetLeadsToTheFallbackByAnyName() throws IOException {
    String key =
        gateway.madeKey("{" + BUDGET + ",\"budget_fallbacks\":{\"gpt-test\":[\"other\"]}}");
    chat(key, "openai/gpt-test", "").ok();
    assertThat(chat(key, "openai/gpt-test", "").ok().headers().get("x-litellm-model-group"))
        .isEqualTo("other");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "81 | \"user\":81",
        "eu2 | \"litellm_metadata\":{\"user\":\"eu2\"}",
        "83 | \"metadata\":{\"user_id\":83}",
        "eu4 | \"metadata\":\"{\\\"user_id\\\":\\\"eu4\\\"}\"",
        "eu5 | \"litellm_metadata\":\"{\\\"user\\\":\\\"eu5\\\"}\"",
        "eu6 | \"metadata\":{\"user_id\":\"x\"},\"litellm_metadata\":{\"user\":\"eu6\"}",
        "eu7 | \"litellm_metadata\":{\"user\":\"x\"},\"user\":\"eu7\""
      })
  void anEndUserIsSeenHoweverItIsNamed(String id, String named) throws IOException {
    gateway.admin("/customer/new", "{\"user_id\":\"%s\",\"max_budget\":0.000001}".formatted(id));
    String key = gateway.madeKey("{}");
    chat(key, "gpt-test", "," + named).ok();
    RawClient.Answer second = chat(key, "gpt-test", "," + named);
    assertThat(second.status()).as(second.body()).isEqualTo(422);
    assertThat(second.body()).contains("End User=" + id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"not json\"", "\"{\\\"user_id\\\":\"", "\"[1]\"", "\"\"", "\"{} {}\""})
  void metadataThatIsNoneNamesNobody(String metadata) throws IOException {
    chat(gateway.madeKey("{}"), "gpt-test", ",\"metadata\":" + metadata).ok();
  }
}
