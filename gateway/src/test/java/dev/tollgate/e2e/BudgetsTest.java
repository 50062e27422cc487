package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.app.TestGateway;
import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What happens to calls on spent budgets, made through the API. A call costs 0.000006 dollars, and
 * the budgets are 0.000001.
 */
class BudgetsTest {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String SMALL = "\"max_budget\":0.000001";

  @RegisterExtension static final RunningGateway gateway = start();

  private static RunningGateway start() {
    FakeProvider provider = new FakeProvider();
    String config =
        RunningGateway.config(provider)
            .replace(
                "litellm_settings:\n",
                "litellm_settings:\n  budget_exceeded_throttle_percentage: 0.1\n")
            .replace(
                "litellm_settings:",
                """
                  - model_name: cheap
                    litellm_params:
                      model: openai/cheap-model
                      api_base: %s
                      api_key: sk-provider-e2e-fedcba9876543210
                      input_cost_per_token: 0.00000015
                      output_cost_per_token: 0.0000006
                general_settings:
                  max_parallel_requests: 2
                litellm_settings:"""
                    .formatted(provider.base()));
    return new RunningGateway(TestGateway.Setup.of(config), provider);
  }

  private static JsonNode admin(String path, String body) throws IOException {
    RawClient.Answer answer =
        path.equals("/organization/update")
            ? patch(path, body)
            : gateway.post(path, RunningGateway.MASTER, body);
    assertThat(answer.status()).as("%s %s", path, answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private static RawClient.Answer patch(String path, String body) throws IOException {
    byte[] post =
        RawClient.post(path, RunningGateway.MASTER, body.getBytes(StandardCharsets.UTF_8));
    String patch = new String(post, StandardCharsets.ISO_8859_1).replaceFirst("POST", "PATCH");
    try (RawClient client = gateway.client()) {
      return client.send(patch).answer();
    }
  }

  private static String refused(RawClient.Answer answer, int status) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    return JSON.readTree(answer.body()).path("error").path("message").asString();
  }

  @Test
  void aBudgetThatAlertsServesOnAndSaysSoOnce() throws Exception {
    double before = gateway.metric("tollgate_budget_alerts_total");
    String key = gateway.madeKey("{%s,\"budget_action\":\"alert\"}".formatted(SMALL));
    gateway.chatWith(key, "").ok();
    gateway.chatWith(key, "").ok();
    gateway.chatWith(key, "").ok();
    assertThat(gateway.metric("tollgate_budget_alerts_total")).isEqualTo(before + 1);
    assertThat(gateway.sumOfRows(key)).isEqualTo(Money.ofNanos(18_000));
  }

  @Test
  void aSoftBudgetIsToldOnceAndRefusesNothing() throws Exception {
    double before = gateway.metric("tollgate_budget_alerts_total");
    String key = gateway.madeKey("{\"soft_budget\":0.000007}");
    gateway.chatWith(key, "").ok();
    assertThat(gateway.metric("tollgate_budget_alerts_total")).isEqualTo(before);
    gateway.chatWith(key, "").ok();
    gateway.chatWith(key, "").ok();
    assertThat(gateway.metric("tollgate_budget_alerts_total")).isEqualTo(before + 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"metadata\":{\"throttle_on_budget_exceeded\":true}",
        "\"throttle_on_budget_exceeded\":true",
        "\"budget_action\":\"throttle\""
      })
  void aThrottledKeyGoesOnAtAShareOfItsRates(String throttled) throws Exception {
    String key = gateway.madeKey("{%s,\"rpm_limit\":20,%s}".formatted(SMALL, throttled));
    RawClient.Answer first = gateway.chatWith(key, "");
    first.ok();
    assertThat(first.headers().get("x-ratelimit-api_key-limit-requests")).isEqualTo("20");
    RawClient.Answer second = gateway.chatWith(key, "");
    second.ok();
    assertThat(second.headers().get("x-ratelimit-api_key-limit-requests")).isEqualTo("2");
    RawClient.Answer third = gateway.chatWith(key, "");
    assertThat(refused(third, 429))
        .contains("Limit type: requests. Current limit: 2, Remaining: 0");
    assertThat(Integer.parseInt(third.headers().get("retry-after"))).isBetween(1, 60);
  }

  @Test
  void whereThereIsNothingToSlowAThrottledBudgetBlocks() throws Exception {
    String key = gateway.madeKey("{%s,\"budget_action\":\"throttle\"}".formatted(SMALL));
    gateway.chatWith(key, "").ok();
    assertThat(refused(gateway.chatWith(key, ""), 422))
        .startsWith("Budget has been exceeded! Key=key");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "/team/new | {\"team_id\":\"at\",B} | {\"team_id\":\"at\"} | | /team/update |"
            + " {\"team_id\":\"at\",A}",
        "/user/new | {\"user_id\":\"au\",B} | {\"user_id\":\"au\"} | | /user/update |"
            + " {\"user_id\":\"au\",A}",
        "/organization/new | {\"organization_id\":\"ao\",\"organization_alias\":\"ao\",B} |"
            + " {\"organization_id\":\"ao\"} | | /organization/update |"
            + " {\"organization_id\":\"ao\",A}",
        "/customer/new | {\"user_id\":\"ac\",B} | {} | ,\"user\":\"ac\" | /customer/update |"
            + " {\"user_id\":\"ac\",A}",
        "/tag/new | {\"name\":\"ag\",B} | {} | ,\"metadata\":{\"tags\":[\"ag\"]} | /tag/update |"
            + " {\"name\":\"ag\",A}",
        "/budget/new | {\"budget_id\":\"ab\",B} | {\"budget_id\":\"ab\"} | | /budget/update |"
            + " {\"budget_id\":\"ab\",A}"
      })
  void theActionIsSetWhereTheBudgetIs(
      String make, String made, String terms, String more, String change, String changed)
      throws Exception {
    admin(make, made.replace("B", SMALL + ",\"budget_action\":\"alert\""));
    String key = gateway.madeKey(terms);
    String with = more == null ? "" : more;
    gateway.chatWith(key, with).ok();
    gateway.chatWith(key, with).ok();
    admin(change, changed.replace("A}", "\"budget_action\":\"block\"}"));
    refused(gateway.chatWith(key, with), 422);
    admin(change, changed.replace("A}", "\"budget_action\":\"alert\"}"));
    gateway.chatWith(key, with).ok();
  }

  @Test
  void aMembersBudgetHasItsOwnAction() throws Exception {
    admin("/team/new", "{\"team_id\":\"mt\"}");
    admin(
        "/team/member_add",
        "{\"team_id\":\"mt\",\"member\":{\"role\":\"user\",\"user_id\":\"mu\"},"
            + "\"max_budget_in_team\":0.000001,\"budget_action\":\"alert\"}");
    String key = gateway.madeKey("{\"team_id\":\"mt\",\"user_id\":\"mu\"}");
    gateway.chatWith(key, "").ok();
    gateway.chatWith(key, "").ok();
    admin(
        "/team/member_update",
        "{\"team_id\":\"mt\",\"user_id\":\"mu\",\"budget_action\":\"block\"}");
    refused(gateway.chatWith(key, ""), 422);
  }

  @Test
  void anActionThatIsNoneIsRefusedByName() throws Exception {
    RawClient.Answer answer =
        gateway.post("/key/generate", RunningGateway.MASTER, "{\"budget_action\":\"explode\"}");
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body()).contains("budget_action").contains("'block'");
  }

  @Test
  void whoMayNotRaiseABudgetMayNotSoftenItEither() throws Exception {
    admin("/user/new", "{\"user_id\":\"soft\",\"user_role\":\"internal_user\"}");
    String key = gateway.madeKey("{\"user_id\":\"soft\"," + SMALL + "}");
    for (String softer :
        new String[] {"\"budget_action\":\"alert\"", "\"throttle_on_budget_exceeded\":true"}) {
      RawClient.Answer answer =
          gateway.post("/key/update", key, "{\"key\":\"%s\",%s}".formatted(key, softer));
      assertThat(answer.status()).as(answer.body()).isEqualTo(403);
      assertThat(answer.body()).contains("budget_action");
    }
  }

  @Test
  void aSpentBudgetForAModelLeadsToTheKeysFallback() throws Exception {
    String key =
        gateway.madeKey(
            """
            {"model_max_budget":{"gpt-test":{"budget_limit":0.000001,"time_period":"1d"},
            "cheap":{"budget_limit":0.000007}},"budget_fallbacks":{"gpt-test":["cheap"]}}""");
    gateway.chatWith(key, "").ok();
    RawClient.Answer other = gateway.chatWith(key, "");
    other.ok();
    assertThat(other.headers().get("x-litellm-model-group")).isEqualTo("cheap");
    assertThat(gateway.provider().seen().getLast().body()).contains("cheap-model");
    gateway.chatWith(key, "").ok();
    assertThat(refused(gateway.chatWith(key, ""), 422))
        .contains("exceeded budget for model=gpt-test");
    assertThat(gateway.rows(key)).extracting(row -> row.modelGroup()).contains("cheap");
  }

  @Test
  void aUserHasBudgetsByModelAndByWindow() throws Exception {
    admin(
        "/user/new",
        """
        {"user_id":"um","model_max_budget":{"gpt-test":{"budget_limit":0.000001,"time_period":"1d"}}}
        """);
    String key = gateway.madeKey("{\"user_id\":\"um\"}");
    gateway.chatWith(key, "").ok();
    assertThat(refused(gateway.chatWith(key, ""), 422))
        .contains("User=um")
        .contains("model=gpt-test");
    admin(
        "/user/new",
        """
        {"user_id":"uw","budget_limits":[{"budget_duration":"1d","max_budget":0.000001}]}""");
    String other = gateway.madeKey("{\"user_id\":\"uw\"}");
    gateway.chatWith(other, "").ok();
    assertThat(refused(gateway.chatWith(other, ""), 422)).contains("User=uw over 1d budget");
  }

  @Test
  void anEndUsersBudgetMayBoundAModelAlone() throws Exception {
    admin(
        "/budget/new",
        """
        {"budget_id":"eb","model_max_budget":{"gpt-test":{"budget_limit":0.000001,"time_period":"1d"}}}
        """);
    admin("/customer/new", "{\"user_id\":\"em\",\"budget_id\":\"eb\"}");
    String key = gateway.madeKey("{}");
    gateway.chatWith(key, ",\"user\":\"em\"").ok();
    assertThat(refused(gateway.chatWith(key, ",\"user\":\"em\""), 422)).contains("End User=em");
    gateway.chatWith(key, "").ok();
  }

  @Test
  void aTemporaryIncreaseHoldsUntilItEnds() throws Exception {
    String terms = SMALL + ",\"temp_budget_increase\":1,\"temp_budget_expiry\":\"%s\"";
    String key = gateway.madeKey("{" + terms.formatted(Instant.now().plusSeconds(3600)) + "}");
    gateway.chatWith(key, "").ok();
    gateway.chatWith(key, "").ok();
    String late = gateway.madeKey("{" + terms.formatted(Instant.now().minusSeconds(1)) + "}");
    gateway.chatWith(late, "").ok();
    refused(gateway.chatWith(late, ""), 422);
  }

  @Test
  void anOrganizationAndATagOfAKeyHaveRatesOfTheirOwn() throws Exception {
    admin(
        "/organization/new",
        """
        {"organization_id":"orpm","organization_alias":"orpm","model_rpm_limit":{"gpt-test":1}}""");
    String member = gateway.madeKey("{\"organization_id\":\"orpm\"}");
    gateway.chatWith(member, "").ok();
    assertThat(refused(gateway.chatWith(member, ""), 429))
        .contains("for model_per_organization: orpm:gpt-test");
    String key = gateway.madeKey("{\"tag_rpm_limit\":{\"batch\":1}}");
    String tagged = ",\"metadata\":{\"tags\":[\"batch\"]}";
    gateway.chatWith(key, tagged).ok();
    assertThat(refused(gateway.chatWith(key, tagged), 429))
        .contains("for tag_per_key")
        .contains("requests");
    gateway.chatWith(key, "").ok();
  }

  @Test
  void aPerModelLimitOfAKeyAndATeamIsItsOwn() throws Exception {
    String key = gateway.madeKey("{\"model_rpm_limit\":{\"gpt-test\":1}}");
    RawClient.Answer first = gateway.chatWith(key, "");
    first.ok();
    assertThat(first.headers().get("x-ratelimit-model_per_key-limit-requests")).isEqualTo("1");
    assertThat(first.headers().get("x-ratelimit-model_per_key-remaining-requests")).isEqualTo("0");
    refused(gateway.chatWith(key, ""), 429);
    gateway
        .post(
            "/v1/chat/completions",
            key,
            RunningGateway.chatBody(false).replace("gpt-test", "cheap"))
        .ok();
    admin("/team/new", "{\"team_id\":\"tpm\",\"model_tpm_limit\":{\"gpt-test\":100}}");
    String inTeam = gateway.madeKey("{\"team_id\":\"tpm\"}");
    gateway.chatWith(inTeam, ",\"max_tokens\":5").ok();
    assertThat(refused(gateway.chatWith(inTeam, ",\"max_tokens\":95"), 429))
        .contains("model_per_team")
        .contains("Limit type: tokens. Current limit: 100");
    assertThat(gateway.gateway().settled(Scope.Kind.TEAM, "tpm")).isEqualTo(Money.ofNanos(6000));
  }
}
