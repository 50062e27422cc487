package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.access.Keys;
import dev.tollgate.ledger.SpendRow;
import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Teams, members, users, customers, tags and organisations on a call's way: made through the API,
 * refused in LiteLLM's words. A call costs 0.000006 dollars.
 */
class TenancyTest {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Money PRICE = Money.ofNanos(6000);
  @RegisterExtension static final RunningGateway gateway = RunningGateway.start();

  private static void refused(RawClient.Answer answer, int status, String type, String message) {
    JsonNode error = JSON.readTree(answer.body()).path("error");
    assertThat(error.path("message").asString()).isEqualTo(message);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(error.path("type").asString()).isEqualTo(type);
  }

  @Test
  void aTeamsKeysShareItsBudget() throws Exception {
    gateway.admin(
        "/team/new", "{\"team_id\":\"tb\",\"max_budget\":0.000001,\"budget_duration\":\"1d\"}");
    String one = gateway.madeKey("{\"team_id\":\"tb\"}");
    String other = gateway.madeKey("{\"team_id\":\"tb\"}");
    gateway.chatWith(one, "").ok();
    refused(
        gateway.chatWith(other, ""),
        422,
        "budget_exceeded",
        "Budget has been exceeded! Team=tb Current cost: 6e-06, Max budget: 1e-06");
    assertThat(gateway.gateway().settled(Scope.Kind.TEAM, "tb")).isEqualTo(PRICE);
    gateway.admin("/team/update", "{\"team_id\":\"tb\",\"max_budget\":1}");
    gateway.chatWith(other, "").ok();
  }

  @Test
  void aBlockedTeamsKeysAreRefusedAtOnce() throws Exception {
    gateway.admin("/team/new", "{\"team_id\":\"blocked\"}");
    String key = gateway.madeKey("{\"team_id\":\"blocked\"}");
    gateway.chatWith(key, "").ok();
    gateway.admin("/team/block", "{\"team_id\":\"blocked\"}");
    refused(
        gateway.chatWith(key, ""),
        401,
        "auth_error",
        "Authentication Error, Team=blocked is blocked. Update via `/team/unblock` if you're an"
            + " admin.");
    gateway.admin("/team/unblock", "{\"team_id\":\"blocked\"}");
    gateway.chatWith(key, "").ok();
  }

  @Test
  void aTeamsModelsBoundItsKeys() throws Exception {
    gateway.admin("/team/new", "{\"team_id\":\"tm\",\"models\":[\"other\"]}");
    String key = gateway.madeKey("{\"team_id\":\"tm\"}");
    String message =
        "The requested model 'gpt-test' is not available for this API key, or the model name is"
            + " invalid. Check the models available to you and try again.";
    refused(gateway.chatWith(key, ""), 403, "team_model_access_denied", message);
    String all = gateway.madeKey("{\"team_id\":\"tm\",\"models\":[\"all-team-models\"]}");
    refused(gateway.chatWith(all, ""), 403, "key_model_access_denied", message);
    gateway.admin("/team/model/add", "{\"team_id\":\"tm\",\"models\":[\"gpt-test\"]}");
    gateway.chatWith(key, "").ok();
    gateway.chatWith(all, "").ok();
    gateway.admin("/team/model/delete", "{\"team_id\":\"tm\",\"models\":[\"gpt-test\",\"other\"]}");
    refused(gateway.chatWith(key, ""), 403, "team_model_access_denied", message);
  }

  @Test
  void aMemberHasABudgetOfItsOwnInATeam() throws Exception {
    gateway.admin("/team/new", "{\"team_id\":\"mt\"}");
    gateway.admin(
        "/team/member_add",
        "{\"team_id\":\"mt\",\"member\":{\"role\":\"user\",\"user_id\":\"bob\"},"
            + "\"max_budget_in_team\":0.000001}");
    String key = gateway.madeKey("{\"team_id\":\"mt\",\"user_id\":\"bob\"}");
    gateway.chatWith(key, "").ok();
    refused(
        gateway.chatWith(key, ""),
        422,
        "budget_exceeded",
        "Budget has been exceeded! User=bob in Team=mt Current cost: 6e-06, Max budget: 1e-06");
    gateway.admin(
        "/team/member_update", "{\"team_id\":\"mt\",\"user_id\":\"bob\",\"max_budget_in_team\":1}");
    gateway.chatWith(key, "").ok();
  }

  @Test
  void aTeamGivesEachMemberTheSame() throws Exception {
    gateway.admin("/team/new", "{\"team_id\":\"each\",\"team_member_budget\":0.000001}");
    gateway.admin(
        "/team/member_add",
        "{\"team_id\":\"each\",\"member\":[{\"role\":\"user\",\"user_id\":\"a\"},"
            + "{\"role\":\"user\",\"user_id\":\"b\"}]}");
    String one = gateway.madeKey("{\"team_id\":\"each\",\"user_id\":\"a\"}");
    String other = gateway.madeKey("{\"team_id\":\"each\",\"user_id\":\"b\"}");
    gateway.chatWith(one, "").ok();
    gateway.chatWith(other, "").ok();
    assertThat(gateway.chatWith(one, "").status()).isEqualTo(422);
    assertThat(gateway.chatWith(other, "").status()).isEqualTo(422);
  }

  @Test
  void aUsersBudgetBoundsAllItsKeysButNotThoseOfTeams() throws Exception {
    String key =
        gateway
            .admin("/user/new", "{\"user_id\":\"ub\",\"max_budget\":0.000001}")
            .path("key")
            .asString();
    gateway.chatWith(key, "").ok();
    refused(
        gateway.chatWith(gateway.madeKey("{\"user_id\":\"ub\"}"), ""),
        422,
        "budget_exceeded",
        "ExceededBudget: User=ub over budget. Spend=6e-06, Budget=1e-06");
    gateway.admin("/team/new", "{\"team_id\":\"ubt\"}");
    gateway.chatWith(gateway.madeKey("{\"user_id\":\"ub\",\"team_id\":\"ubt\"}"), "").ok();
    assertThat(gateway.gateway().settled(Scope.Kind.USER, "ub")).isEqualTo(Money.ofNanos(12000));
  }

  @Test
  void aCustomerIsBoundByBodyOrHeaderWhoeverCalls() throws Exception {
    gateway.admin("/customer/new", "{\"user_id\":\"eu1\",\"max_budget\":0.000001}");
    gateway.chatWith(RunningGateway.MASTER, ",\"user\":\"eu1\"").ok();
    String message = "ExceededBudget: End User=eu1 over budget. Spend=6e-06, Budget=1e-06";
    refused(
        gateway.chatWith(RunningGateway.MASTER, ",\"user\":\"eu1\""),
        422,
        "budget_exceeded",
        message);
    refused(
        gateway.chat(gateway.madeKey("{}"), "x-litellm-end-user-id: eu1"),
        422,
        "budget_exceeded",
        message);
    gateway.chatWith(RunningGateway.MASTER, ",\"user\":\"somebody\"").ok();
    JsonNode stranger =
        JSON.readTree(
            gateway.get("/customer/info?end_user_id=somebody", RunningGateway.MASTER).body());
    assertThat(stranger.path("spend").decimalValue()).isEqualByComparingTo("0.000006");
  }

  @Test
  void aBlockedCustomerIsRefused() throws Exception {
    gateway.admin("/customer/block", "{\"user_ids\":[\"eu2\"]}");
    assertThat(gateway.chatWith(gateway.madeKey("{}"), ",\"user\":\"eu2\"").status())
        .isEqualTo(401);
    gateway.admin("/customer/unblock", "{\"user_ids\":[\"eu2\"]}");
    gateway.chatWith(gateway.madeKey("{}"), ",\"user\":\"eu2\"").ok();
  }

  @Test
  void aTagHasABudget() throws Exception {
    gateway.admin("/tag/new", "{\"name\":\"batch\",\"max_budget\":0.000001}");
    String tagged = ",\"metadata\":{\"tags\":[\"batch\",\"free\"]}";
    gateway.chatWith(gateway.madeKey("{}"), tagged).ok();
    refused(
        gateway.chatWith(gateway.madeKey("{}"), tagged),
        422,
        "budget_exceeded",
        "Budget has been exceeded! Tag=batch Current cost: 6e-06, Max budget: 1e-06");
    gateway.chatWith(gateway.madeKey("{}"), "").ok();
  }

  @Test
  void theTagsOfAKeyAndItsTeamAreThoseOfEachCall() throws Exception {
    for (String name : List.of("of-key", "of-team")) {
      gateway.admin("/tag/new", "{\"name\":\"" + name + "\",\"max_budget\":0.000001}");
    }
    gateway.admin("/team/new", "{\"team_id\":\"tagged\",\"tags\":[\"of-team\"]}");
    String key = gateway.madeKey("{\"tags\":[\"of-key\",\"both\"]}");
    gateway.chatWith(key, ",\"metadata\":{\"tags\":[\"own\",\"both\"]}").ok();
    refused(
        gateway.chatWith(key, ""),
        422,
        "budget_exceeded",
        "Budget has been exceeded! Tag=of-key Current cost: 6e-06, Max budget: 1e-06");
    String ofTeam = gateway.madeKey("{\"team_id\":\"tagged\"}");
    gateway.chatWith(ofTeam, "").ok();
    refused(
        gateway.chatWith(ofTeam, ""),
        422,
        "budget_exceeded",
        "Budget has been exceeded! Tag=of-team Current cost: 6e-06, Max budget: 1e-06");
    gateway.isAtRest();
    assertThat(gateway.rows(key))
        .extracting(SpendRow::tags)
        .containsExactlyInAnyOrder(List.of("of-key", "both", "own"), List.of("of-key", "both"));
  }

  @Test
  void anOrganisationBoundsItsTeams() throws Exception {
    gateway.admin(
        "/organization/new",
        "{\"organization_id\":\"org\",\"organization_alias\":\"Org\",\"max_budget\":0.000001}");
    gateway.admin("/team/new", "{\"team_id\":\"ot\",\"organization_id\":\"org\"}");
    String key = gateway.madeKey("{\"team_id\":\"ot\"}");
    gateway.chatWith(key, "").ok();
    refused(
        gateway.chatWith(key, ""),
        422,
        "budget_exceeded",
        "Budget has been exceeded! Organization=org Current cost: 6e-06, Max budget: 1e-06");
  }

  @Test
  void aKeyHasWindowsAndBudgetsOfModels() throws Exception {
    String windows =
        gateway.madeKey(
            "{\"budget_limits\":[{\"budget_duration\":\"1d\",\"max_budget\":0.000001}]}");
    gateway.chatWith(windows, "").ok();
    refused(
        gateway.chatWith(windows, ""),
        422,
        "budget_exceeded",
        "ExceededBudget: Key over 1d budget. Spend=$0.0000, Limit=$0.00");
    String models =
        gateway.madeKey(
            "{\"model_max_budget\":{\"gpt-test\":{\"budget_limit\":0.000001,"
                + "\"time_period\":\"1d\"},\"other\":{\"budget_limit\":1}}}");
    gateway.chatWith(models, "").ok();
    assertThat(gateway.chatWith(models, "").status()).isEqualTo(422);
  }

  @Test
  void limitsHoldForTeamsMembersAndModels() throws Exception {
    gateway.admin("/team/new", "{\"team_id\":\"rt\",\"rpm_limit\":1}");
    gateway.chatWith(gateway.madeKey("{\"team_id\":\"rt\"}"), "").ok();
    RawClient.Answer limited = gateway.chatWith(gateway.madeKey("{\"team_id\":\"rt\"}"), "");
    assertThat(limited.status()).isEqualTo(429);
    assertThat(limited.body())
        .contains("Rate limit exceeded for team: rt. Limit type: requests. Current limit: 1");
    String key = gateway.madeKey("{\"model_rpm_limit\":{\"gpt-test\":1}}");
    gateway.chatWith(key, "").ok();
    assertThat(gateway.chatWith(key, "").body())
        .contains("Rate limit exceeded for model_per_key: ");
    assertThat(gateway.chatWith(gateway.madeKey("{\"tpd_limit\":5}"), "").status()).isEqualTo(200);
  }

  @Test
  void aBudgetThatIsSharedBoundsEachAndCanBeChanged() throws Exception {
    gateway.admin("/budget/new", "{\"budget_id\":\"small\",\"max_budget\":0.000001}");
    String key = gateway.madeKey("{\"budget_id\":\"small\"}");
    gateway.chatWith(key, "").ok();
    assertThat(gateway.chatWith(key, "").status()).isEqualTo(422);
    gateway.admin("/budget/update", "{\"budget_id\":\"small\",\"max_budget\":1}");
    gateway.chatWith(key, "").ok();
  }

  @Test
  void aNewSecretKeepsTheSpendAndTheOldOneHasItsGrace() throws Exception {
    String old = gateway.madeKey("{\"max_budget\":0.00001,\"key_alias\":\"rotated\"}");
    gateway.chatWith(old, "").ok();
    String next =
        gateway
            .admin("/key/regenerate", "{\"key\":\"" + old + "\",\"grace_period\":\"1h\"}")
            .path("key")
            .asString();
    assertThat(next).startsWith("sk-").isNotEqualTo(old);
    gateway.chatWith(old, "").ok();
    assertThat(gateway.chatWith(next, "").status()).isEqualTo(422);
    JsonNode shown =
        JSON.readTree(gateway.get("/key/info?key=" + next, RunningGateway.MASTER).body());
    assertThat(shown.at("/info/spend").decimalValue()).isEqualByComparingTo("0.000012");
    assertThat(shown.at("/info/key_alias").asString()).isEqualTo("rotated");
    String last =
        gateway.admin("/key/regenerate", "{\"key\":\"" + next + "\"}").path("key").asString();
    assertThat(gateway.chatWith(next, "").status()).isEqualTo(401);
    assertThat(gateway.get("/key/info", last).status()).isEqualTo(200);
  }

  @Test
  void deletingATeamTakesItsKeysWithIt() throws Exception {
    gateway.admin("/team/new", "{\"team_id\":\"gone\"}");
    String key = gateway.madeKey("{\"team_id\":\"gone\"}");
    gateway.admin("/team/delete", "{\"team_ids\":[\"gone\"]}");
    assertThat(gateway.chatWith(key, "").status()).isEqualTo(401);
    assertThat(gateway.get("/team/info?team_id=gone", RunningGateway.MASTER).body())
        .contains("{'message': 'Team not found, passed team id: gone.'}");
  }

  @Test
  void halfASurrogatePairIsRefusedByName() throws IOException {
    RawClient.Answer answer =
        gateway.post("/end_user/new", RunningGateway.MASTER, "{\"user_id\":\"\\ud800\"}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(422);
    assertThat(answer.body()).contains("user_id");
  }

  @Test
  void aNewSecretTakesOverTheSpendThatIsSetWithIt() throws IOException {
    String old = gateway.madeKey("{}");
    RawClient.Answer refused =
        gateway.post(
            "/key/regenerate", RunningGateway.MASTER, "{\"key\":\"" + old + "\",\"spend\":-1}");
    assertThat(refused.status()).as(refused.body()).isEqualTo(400);
    gateway.chatWith(old, "").ok();
    String next =
        gateway
            .admin("/key/regenerate", "{\"key\":\"" + old + "\",\"spend\":2.5}")
            .path("key")
            .asString();
    assertThat(gateway.get("/key/info?key=" + next, RunningGateway.MASTER).body())
        .contains("\"spend\":2.5");
  }

  @Test
  void everyBalanceIsTheSumOfItsRows() throws Exception {
    gateway.admin("/team/new", "{\"team_id\":\"sum\"}");
    String key = gateway.madeKey("{\"team_id\":\"sum\",\"user_id\":\"summer\"}");
    for (int i = 0; i < 5; i++) {
      gateway.chatWith(key, ",\"user\":\"sum-customer\"").ok();
    }
    Money sum = gateway.sumOfRows(key);
    assertThat(sum).isEqualTo(Money.ofNanos(30000));
    assertThat(gateway.gateway().settled(Scope.Kind.TEAM, "sum")).isEqualTo(sum);
    assertThat(gateway.gateway().settled(Scope.Kind.END_USER, "sum-customer")).isEqualTo(sum);
    assertThat(gateway.rows(key)).hasSize(5);
    assertThat(Keys.hashOf(key)).isEqualTo(gateway.rows(key).getFirst().keyHash());
  }
}
