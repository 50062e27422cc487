package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.access.Keys;
import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import java.io.IOException;
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

  private static void served(RawClient.Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
  }

  private static void refused(RawClient.Answer answer, int status, String type, String message) {
    JsonNode error = JSON.readTree(answer.body()).path("error");
    assertThat(error.path("message").asString()).isEqualTo(message);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(error.path("type").asString()).isEqualTo(type);
  }

  @Test
  void aTeamsKeysShareItsBudget() throws Exception {
    gateway.admin("/team/new", "{\"team_id\":\"tb\",\"max_budget\":0.000001,\"budget_duration\":\"1d\"}");
    String one = gateway.madeKey("{\"team_id\":\"tb\"}");
    String other = gateway.madeKey("{\"team_id\":\"tb\"}");
    served(gateway.chatWith(one, ""));
    refused(
        gateway.chatWith(other, ""),
        422,
        "budget_exceeded",
        "Budget has been exceeded! Team=tb Current cost: 6e-06, Max budget: 1e-06");
    assertThat(gateway.gateway().settled(Scope.Kind.TEAM, "tb")).isEqualTo(PRICE);
    gateway.admin("/team/update", "{\"team_id\":\"tb\",\"max_budget\":1}");
    served(gateway.chatWith(other, ""));
  }

  @Test
  void aBlockedTeamsKeysAreRefusedAtOnce() throws Exception {
    gateway.admin("/team/new", "{\"team_id\":\"blocked\"}");
    String key = gateway.madeKey("{\"team_id\":\"blocked\"}");
    served(gateway.chatWith(key, ""));
    gateway.admin("/team/block", "{\"team_id\":\"blocked\"}");
    refused(
        gateway.chatWith(key, ""),
        401,
        "auth_error",
        "Authentication Error, Team=blocked is blocked. Update via `/team/unblock` if you're an"
            + " admin.");
    gateway.admin("/team/unblock", "{\"team_id\":\"blocked\"}");
    served(gateway.chatWith(key, ""));
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
    served(gateway.chatWith(key, ""));
    served(gateway.chatWith(all, ""));
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
    served(gateway.chatWith(key, ""));
    refused(
        gateway.chatWith(key, ""),
        422,
        "budget_exceeded",
        "Budget has been exceeded! User=bob in Team=mt Current cost: 6e-06, Max budget: 1e-06");
    gateway.admin(
        "/team/member_update", "{\"team_id\":\"mt\",\"user_id\":\"bob\",\"max_budget_in_team\":1}");
    served(gateway.chatWith(key, ""));
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
    served(gateway.chatWith(one, ""));
    served(gateway.chatWith(other, ""));
    assertThat(gateway.chatWith(one, "").status()).isEqualTo(422);
    assertThat(gateway.chatWith(other, "").status()).isEqualTo(422);
  }

  @Test
  void aUsersBudgetBoundsAllItsKeysButNotThoseOfTeams() throws Exception {
    String key =
        gateway.admin("/user/new", "{\"user_id\":\"ub\",\"max_budget\":0.000001}").path("key").asString();
    served(gateway.chatWith(key, ""));
    refused(
        gateway.chatWith(gateway.madeKey("{\"user_id\":\"ub\"}"), ""),
        422,
        "budget_exceeded",
        "ExceededBudget: User=ub over budget. Spend=6e-06, Budget=1e-06");
    gateway.admin("/team/new", "{\"team_id\":\"ubt\"}");
    served(gateway.chatWith(gateway.madeKey("{\"user_id\":\"ub\",\"team_id\":\"ubt\"}"), ""));
    assertThat(gateway.gateway().settled(Scope.Kind.USER, "ub")).isEqualTo(Money.ofNanos(12000));
  }

  @Test
  void aCustomerIsBoundByBodyOrHeaderWhoeverCalls() throws Exception {
    gateway.admin("/customer/new", "{\"user_id\":\"eu1\",\"max_budget\":0.000001}");
    served(gateway.chatWith(RunningGateway.MASTER, ",\"user\":\"eu1\""));
    String message = "ExceededBudget: End User=eu1 over budget. Spend=6e-06, Budget=1e-06";
    refused(gateway.chatWith(RunningGateway.MASTER, ",\"user\":\"eu1\""), 422, "budget_exceeded", message);
    refused(gateway.chat(gateway.madeKey("{}"), "x-litellm-end-user-id: eu1"), 422, "budget_exceeded", message);
    served(gateway.chatWith(RunningGateway.MASTER, ",\"user\":\"somebody\""));
    JsonNode stranger =
        JSON.readTree(
            gateway.get("/customer/info?end_user_id=somebody", RunningGateway.MASTER).body());
    assertThat(stranger.path("spend").decimalValue()).isEqualByComparingTo("0.000006");
  }

  @Test
  void aBlockedCustomerIsRefused() throws Exception {
    gateway.admin("/customer/block", "{\"user_ids\":[\"eu2\"]}");
    assertThat(gateway.chatWith(gateway.madeKey("{}"), ",\"user\":\"eu2\"").status()).isEqualTo(401);
    gateway.admin("/customer/unblock", "{\"user_ids\":[\"eu2\"]}");
    served(gateway.chatWith(gateway.madeKey("{}"), ",\"user\":\"eu2\""));
  }

  @Test
  void aTagHasABudget() throws Exception {
    gateway.admin("/tag/new", "{\"name\":\"batch\",\"max_budget\":0.000001}");
    String tagged = ",\"metadata\":{\"tags\":[\"batch\",\"free\"]}";
    served(gateway.chatWith(gateway.madeKey("{}"), tagged));
    refused(
        gateway.chatWith(gateway.madeKey("{}"), tagged),
        422,
        "budget_exceeded",
        "Budget has been exceeded! Tag=batch Current cost: 6e-06, Max budget: 1e-06");
    served(gateway.chatWith(gateway.madeKey("{}"), ""));
  }

  @Test
  void anOrganisationBoundsItsTeams() throws Exception {
    gateway.admin(
        "/organization/new",
        "{\"organization_id\":\"org\",\"organization_alias\":\"Org\",\"max_budget\":0.000001}");
    gateway.admin("/team/new", "{\"team_id\":\"ot\",\"organization_id\":\"org\"}");
    String key = gateway.madeKey("{\"team_id\":\"ot\"}");
    served(gateway.chatWith(key, ""));
    refused(
        gateway.chatWith(key, ""),
        422,
        "budget_exceeded",
        "Budget has been exceeded! Organization=org Current cost: 6e-06, Max budget: 1e-06");
  }

  @Test
  void aKeyHasWindowsAndBudgetsOfModels() throws Exception {
    String windows =
        gateway.madeKey("{\"budget_limits\":[{\"budget_duration\":\"1d\",\"max_budget\":0.000001}]}");
    served(gateway.chatWith(windows, ""));
    refused(
        gateway.chatWith(windows, ""),
        422,
        "budget_exceeded",
        "ExceededBudget: Key over 1d budget. Spend=$0.0000, Limit=$0.00");
    String models =
        gateway.madeKey(
            "{\"model_max_budget\":{\"gpt-test\":{\"budget_limit\":0.000001,"
                + "\"time_period\":\"1d\"},\"other\":{\"budget_limit\":1}}}");
    served(gateway.chatWith(models, ""));
    assertThat(gateway.chatWith(models, "").status()).isEqualTo(422);
  }

  @Test
  void limitsHoldForTeamsMembersAndModels() throws Exception {
    gateway.admin("/team/new", "{\"team_id\":\"rt\",\"rpm_limit\":1}");
    served(gateway.chatWith(gateway.madeKey("{\"team_id\":\"rt\"}"), ""));
    RawClient.Answer limited = gateway.chatWith(gateway.madeKey("{\"team_id\":\"rt\"}"), "");
    assertThat(limited.status()).isEqualTo(429);
    assertThat(limited.body())
        .contains("Rate limit exceeded for team: rt. Limit type: requests. Current limit: 1");
    String key = gateway.madeKey("{\"model_rpm_limit\":{\"gpt-test\":1}}");
    served(gateway.chatWith(key, ""));
    assertThat(gateway.chatWith(key, "").body()).contains("Rate limit exceeded for model_per_key: ");
    assertThat(gateway.chatWith(gateway.madeKey("{\"tpd_limit\":5}"), "").status()).isEqualTo(200);
  }

  @Test
  void aBudgetThatIsSharedBoundsEachAndCanBeChanged() throws Exception {
    gateway.admin("/budget/new", "{\"budget_id\":\"small\",\"max_budget\":0.000001}");
    String key = gateway.madeKey("{\"budget_id\":\"small\"}");
    served(gateway.chatWith(key, ""));
    assertThat(gateway.chatWith(key, "").status()).isEqualTo(422);
    gateway.admin("/budget/update", "{\"budget_id\":\"small\",\"max_budget\":1}");
    served(gateway.chatWith(key, ""));
  }

  @Test
  void aNewSecretKeepsTheSpendAndTheOldOneHasItsGrace() throws Exception {
    String old = gateway.madeKey("{\"max_budget\":0.00001,\"key_alias\":\"rotated\"}");
    served(gateway.chatWith(old, ""));
    String next =
        gateway.admin("/key/regenerate", "{\"key\":\"" + old + "\",\"grace_period\":\"1h\"}")
            .path("key")
            .asString();
    assertThat(next).startsWith("sk-").isNotEqualTo(old);
    served(gateway.chatWith(old, ""));
    assertThat(gateway.chatWith(next, "").status()).isEqualTo(422);
    JsonNode shown =
        JSON.readTree(gateway.get("/key/info?key=" + next, RunningGateway.MASTER).body());
    assertThat(shown.at("/info/spend").decimalValue()).isEqualByComparingTo("0.000012");
    assertThat(shown.at("/info/key_alias").asString()).isEqualTo("rotated");
    String last = gateway.admin("/key/regenerate", "{\"key\":\"" + next + "\"}").path("key").asString();
    assertThat(gateway.chatWith(next, "").status()).isEqualTo(401);
    assertThat(gateway.get("/key/info", last).status()).isEqualTo(200);
  }

  @Test
  void whoMayOnlyLookMayNotAsk() throws Exception {
    String key =
        gateway.admin("/user/new", "{\"user_role\":\"proxy_admin_viewer\"}").path("key").asString();
    assertThat(gateway.chatWith(key, "").status()).isEqualTo(403);
    assertThat(gateway.get("/user/list", key).status()).isEqualTo(200);
    assertThat(gateway.post("/team/new", key, "{}").status()).isEqualTo(401);
  }

  @Test
  void aUserMakesKeysForItselfThatGiveNoMoreThanItsOwn() throws Exception {
    String key =
        gateway.admin("/user/new", "{\"user_id\":\"carol\",\"user_role\":\"internal_user\"}")
            .path("key")
            .asString();
    RawClient.Answer made = gateway.post("/key/generate", key, "{}");
    assertThat(JSON.readTree(made.body()).path("user_id").asString()).isEqualTo("carol");
    assertThat(gateway.post("/key/generate", key, "{\"user_id\":\"bob\"}").status()).isEqualTo(403);
    String small = gateway.madeKey("{\"user_id\":\"carol\",\"models\":[\"gpt-test\"],\"max_budget\":1}");
    for (String more :
        new String[] {
          "{}",
          "{\"models\":[\"gpt-test\"]}",
          "{\"models\":[\"*\"],\"max_budget\":1}",
          "{\"models\":[\"gpt-test\"],\"max_budget\":1,\"spend\":-1}",
          "{\"models\":[\"gpt-test\"],\"max_budget\":1,\"aliases\":{\"gpt-test\":\"other\"}}",
          "{\"models\":[\"gpt-test\"],\"max_budget\":1,\"metadata\":"
              + "{\"temp_budget_increase\":9}}",
          "{\"models\":[\"gpt-test\"],\"max_budget\":1,\"permissions\":{\"a\":true}}",
          "{\"models\":[\"gpt-test\"],\"max_budget\":1,\"team_id\":\"nobody\"}"
        }) {
      assertThat(gateway.post("/key/generate", small, more).status()).as(more).isBetween(400, 499);
    }
    assertThat(
            gateway
                .post("/key/generate", small, "{\"models\":[\"gpt-test\"],\"max_budget\":0.5}")
                .status())
        .isEqualTo(200);
    String bound = gateway.madeKey("{\"user_id\":\"carol\",\"budget_id\":\"" + budget() + "\"}");
    assertThat(
            gateway
                .post("/key/update", key, "{\"key\":\"" + bound + "\",\"budget_id\":null}")
                .status())
        .isEqualTo(403);
    String named = "{\"key\":\"" + small + "\",";
    for (String more : new String[] {"\"max_budget\":2}", "\"blocked\":false}", "\"models\":[]}"}) {
      assertThat(gateway.post("/key/update", key, named + more).status()).as(more).isEqualTo(403);
    }
    assertThat(gateway.post("/key/update", key, named + "\"max_budget\":0.5}").status())
        .isEqualTo(200);
    assertThat(gateway.post("/key/delete", key, "{\"keys\":[\"" + gateway.madeKey("{}") + "\"]}").status())
        .isEqualTo(403);
  }

  private static String budget() throws IOException {
    return gateway.admin("/budget/new", "{\"max_budget\":1}").path("budget_id").asString();
  }

  @Test
  void aTeamsAdminManagesItsMembersAndNothingElse() throws Exception {
    String key =
        gateway.admin("/user/new", "{\"user_id\":\"lead\",\"user_role\":\"internal_user\"}")
            .path("key")
            .asString();
    gateway.admin("/user/new", "{\"user_id\":\"boss\",\"user_role\":\"proxy_admin\"}");
    gateway.admin(
        "/team/new",
        "{\"team_id\":\"led\",\"members_with_roles\":[{\"role\":\"admin\",\"user_id\":\"lead\"},"
            + "{\"role\":\"user\",\"user_id\":\"boss\"}]}");
    gateway.admin("/team/new", "{\"team_id\":\"other\"}");
    String member = "\"member\":{\"role\":\"user\",\"user_id\":\"dave\"}}";
    assertThat(gateway.post("/team/member_add", key, "{\"team_id\":\"led\"," + member).status())
        .isEqualTo(200);
    assertThat(gateway.post("/team/member_add", key, "{\"team_id\":\"other\"," + member).status())
        .isEqualTo(403);
    assertThat(gateway.post("/team/update", key, "{\"team_id\":\"led\",\"max_budget\":9}").status())
        .isEqualTo(403);
    assertThat(
            gateway
                .post("/key/generate", key, "{\"team_id\":\"led\",\"user_id\":\"dave\"}")
                .status())
        .isEqualTo(200);
    // Else a key of the administrator could be made by whoever has the administrator in a team.
    assertThat(
            gateway
                .post("/key/generate", key, "{\"team_id\":\"led\",\"user_id\":\"boss\"}")
                .status())
        .isEqualTo(403);
    String daves = gateway.madeKey("{\"team_id\":\"led\",\"user_id\":\"dave\"}");
    // A secret of a key that may do all that its user may would make the admin that user.
    assertThat(gateway.post("/key/regenerate", key, "{\"key\":\"" + daves + "\"}").status())
        .isEqualTo(403);
    RawClient.Answer forDave =
        gateway.post("/key/generate", key, "{\"team_id\":\"led\",\"user_id\":\"dave\"}");
    String asking = JSON.readTree(forDave.body()).path("key").asString();
    served(gateway.chatWith(asking, ""));
    assertThat(gateway.get("/user/info", asking).status()).isEqualTo(403);
    String bosss = gateway.madeKey("{\"team_id\":\"led\",\"user_id\":\"boss\"}");
    assertThat(gateway.post("/key/regenerate", key, "{\"key\":\"" + bosss + "\"}").status())
        .isEqualTo(403);
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
    served(gateway.chatWith(old, ""));
    String next =
        gateway.admin("/key/regenerate", "{\"key\":\"" + old + "\",\"spend\":2.5}").path("key").asString();
    assertThat(gateway.get("/key/info?key=" + next, RunningGateway.MASTER).body())
        .contains("\"spend\":2.5");
  }

  @Test
  void everyBalanceIsTheSumOfItsRows() throws Exception {
    gateway.admin("/team/new", "{\"team_id\":\"sum\"}");
    String key = gateway.madeKey("{\"team_id\":\"sum\",\"user_id\":\"summer\"}");
    for (int i = 0; i < 5; i++) {
      served(gateway.chatWith(key, ",\"user\":\"sum-customer\""));
    }
    Money sum = gateway.sumOfRows(key);
    assertThat(sum).isEqualTo(Money.ofNanos(30000));
    assertThat(gateway.gateway().settled(Scope.Kind.TEAM, "sum")).isEqualTo(sum);
    assertThat(gateway.gateway().settled(Scope.Kind.END_USER, "sum-customer")).isEqualTo(sum);
    assertThat(gateway.rows(key)).hasSize(5);
    assertThat(Keys.hashOf(key)).isEqualTo(gateway.rows(key).getFirst().keyHash());
  }
}
