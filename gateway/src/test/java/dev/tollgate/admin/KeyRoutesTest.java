package dev.tollgate.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.access.Keys;
import dev.tollgate.admin.AdminApi.Reply;
import dev.tollgate.admin.key.KeyRules;
import dev.tollgate.http.ManagementRoute.Admission;
import dev.tollgate.model.BudgetDay;
import dev.tollgate.model.Caller;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Money;
import dev.tollgate.model.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class KeyRoutesTest {
  private static final String EXAMPLE =
      """
      {"models":["mock-gpt","limited"],"max_budget":10,"budget_duration":"30d","duration":"1h",
       "key_alias":"ex1","metadata":{"team":"a"},"tpm_limit":1000,"rpm_limit":100}
      """;

  private final AdminApi api = new AdminApi();

  private Secret generate(String body) {
    return Secret.of(api.post("/key/generate", body).ok().string("/key"));
  }

  @Test
  void onlyInfoIsForEveryKeyAndItOnlySeesItself() {
    assertThat(api.route("GET", "/key/info").admission()).isEqualTo(Admission.KEY);
    Secret mine = generate("{\"key_alias\":\"mine\"}");
    Secret other = generate("{\"key_alias\":\"other\"}");
    assertThat(api.getAs(mine, "/key/info").ok().string("/info/key_alias")).isEqualTo("mine");
    assertThat(api.getAs(mine, "/key/info").string("/key")).isEqualTo(Keys.hashOf(mine.reveal()));
    assertThat(api.getAs(mine, "/key/info?key=" + mine.reveal()).ok().status()).isEqualTo(200);
    for (String named :
        List.of(other.reveal(), Keys.hashOf(other.reveal()), "sk-does-not-exist", "default")) {
      Reply denied = api.getAs(mine, "/key/info?key=" + named);
      assertThat(denied.status()).as(named).isEqualTo(403);
      assertThat(denied.text()).doesNotContain("other");
    }
  }

  @Test
  void aKeyThatIsNotThereIsNotFound() {
    String expected =
        "{\"error\":{\"message\":\"Key not found in database\",\"type\":\"not_found_error\","
            + "\"param\":\"key\",\"code\":\"404\"}}";
    assertThat(api.get("/key/info?key=sk-doesnotexist").text()).isEqualTo(expected);
    assertThat(api.get("/key/info").text()).isEqualTo(expected);
    for (String path : List.of("/key/update", "/key/block", "/key/unblock")) {
      Reply reply = api.post(path, "{\"key\":\"sk-doesnotexist\"}");
      assertThat(reply.status()).isEqualTo(404);
      assertThat(reply.text()).isEqualTo(expected);
    }
    assertThat(api.post("/key/delete", "{\"keys\":[\"sk-doesnotexist\"]}").status()).isEqualTo(404);
  }

  @Test
  void anAliasIsGivenOnce() {
    generate("{\"key_alias\":\"ex1\"}");
    Reply reply = api.post("/key/generate", "{\"key_alias\":\"ex1\"}");
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.text())
        .isEqualTo(
            "{\"error\":{\"message\":\"Key with alias 'ex1' already exists. Unique key aliases"
                + " across all keys are required.\",\"type\":\"bad_request_error\","
                + "\"param\":\"key_alias\",\"code\":\"400\"}}");
    Secret second = generate("{\"key_alias\":\"ex2\"}");
    Reply renamed =
        api.post("/key/update", "{\"key\":\"" + second.reveal() + "\",\"key_alias\":\"ex1\"}");
    assertThat(renamed.status()).isEqualTo(400);
    assertThat(renamed.string("/error/param")).isEqualTo("key_alias");
    assertThat(api.get("/key/list").body().get("total_count").intValue()).isEqualTo(2);
  }

  @Test
  void ofConcurrentRequestsForOneAliasOneSucceeds() throws Exception {
    List<Callable<Integer>> tasks = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      tasks.add(() -> api.post("/key/generate", "{\"key_alias\":\"same\"}").status());
    }
    List<Integer> statuses = new ArrayList<>();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Integer> each : executor.invokeAll(tasks)) {
        statuses.add(each.get());
      }
    }
    assertThat(statuses).containsOnlyOnce(200).containsOnly(200, 400);
  }

  @Test
  void moneyIsExactAndPlain() {
    Reply reply = api.post("/key/generate", "{\"max_budget\":0.000000001}").ok();
    assertThat(reply.text()).contains("\"max_budget\":0.000000001,");
    reply = api.post("/key/generate", "{\"max_budget\":\"1.5e-07\"}").ok();
    assertThat(reply.text()).contains("\"max_budget\":0.00000015,");
    assertThat(api.access.identify(Secret.of(reply.string("/key"))).scopes().getFirst().budgetMax())
        .isEqualTo(Money.ofNanos(150));
    reply = api.post("/key/generate", "{\"max_budget\":10}").ok();
    assertThat(reply.text()).contains("\"max_budget\":10.0,");
  }

  @Test
  void theSpendThatIsShownIsTheLedgers() {
    Secret key = generate("{\"spend\":0.5}");
    assertThat(api.get("/key/info?key=" + key.reveal()).text()).contains("\"spend\":0.5,");
    api.spent.put(Keys.hashOf(key.reveal()), Money.ofNanos(13_000));
    assertThat(api.get("/key/info?key=" + key.reveal()).text()).contains("\"spend\":0.000013,");
    api.post("/key/update", "{\"key\":\"" + key.reveal() + "\",\"spend\":0}").ok();
    assertThat(api.spent).containsValue(Money.ZERO);
  }

  @Test
  void aCustomKeyWorksOnceAndNotWhenDisabled() {
    Reply reply = api.post("/key/generate", "{\"key\":\"sk-my-very-own-key\"}").ok();
    assertThat(reply.string("/key")).isEqualTo("sk-my-very-own-key");
    api.spent.put(Keys.hashOf("sk-my-very-own-key"), Money.ofNanos(7));
    Reply again = api.post("/key/generate", "{\"key\":\"sk-my-very-own-key\",\"spend\":0}");
    assertThat(again.status()).isEqualTo(400);
    assertThat(again.text()).doesNotContain("my-very-own");
    assertThat(api.spent).containsValue(Money.ofNanos(7));
    assertThat(api.post("/key/generate", "{\"key\":\"" + AdminApi.MASTER.reveal() + "\"}").status())
        .isEqualTo(400);
    api.rules = new KeyRules(Map.of(), Map.of(), true, BudgetDay.UTC);
    assertThat(api.post("/key/generate", "{\"key\":\"sk-another-one\"}").status()).isEqualTo(403);
  }

  @Test
  void anUpdateChangesWhatItSendsAndHoldsAtOnce() {
    Secret key = generate(EXAMPLE);
    Reply reply =
        api.post(
                "/key/update",
                "{\"key\":\"" + key.reveal() + "\",\"max_budget\":5,\"models\":[\"up\"]}")
            .ok();
    assertThat(reply.string("/key")).isEqualTo(key.reveal());
    assertThat(reply.string("/key_alias")).isEqualTo("ex1");
    assertThat(reply.string("/settings_updated_at")).isNotEmpty();
    Caller caller = api.access.identify(key);
    assertThat(caller.models()).containsExactly("up");
    assertThat(caller.scopes().getFirst().budgetMax()).isEqualTo(Money.ofNanos(5_000_000_000L));
    assertThat(caller.scopes().getFirst().rates().requestsPerMinute()).isEqualTo(100);
    assertThat(caller.expires()).isEqualTo("2026-11-22T13:11:32.644Z");

    api.post(
            "/key/update",
            "{\"key\":\""
                + Keys.hashOf(key.reveal())
                + "\",\"max_budget\":null,\"budget_duration\":null,\"duration\":\"-1\"}")
        .ok();
    caller = api.access.identify(key);
    assertThat(caller.scopes().getFirst().budgetMax()).isNull();
    assertThat(caller.scopes().getFirst().budgetResetAt()).isNull();
    assertThat(caller.expires()).isNull();
    assertThat(caller.models()).containsExactly("up");
  }

  @Test
  void aBlockedKeyIsRefusedUntilItIsUnblocked() {
    Secret key = generate("{}");
    String named = "{\"key\":\"" + key.reveal() + "\"}";
    assertThat(api.post("/key/block", named).ok().body().get("blocked").booleanValue()).isTrue();
    assertThatThrownBy(() -> api.access.identify(key)).hasMessageContaining("Key is blocked");
    assertThat(api.get("/key/info?key=" + key.reveal()).string("/info/status"))
        .isEqualTo("blocked");
    assertThat(api.post("/key/unblock", named).ok().body().get("blocked").booleanValue()).isFalse();
    assertThat(api.access.identify(key)).isNotNull();
  }

  @Test
  void keysAreDeletedByKeyHashOrAlias() {
    Secret one = generate("{}");
    Secret two = generate("{}");
    Secret three = generate("{\"key_alias\":\"three\"}");
    Secret kept = generate("{}");
    Reply reply =
        api.post(
                "/key/delete",
                "{\"keys\":[\"%s\",\"%s\",\"sk-unknown\"],\"key_aliases\":[\"three\"]}"
                    .formatted(one.reveal(), Keys.hashOf(two.reveal())))
            .ok();
    assertThat(reply.text())
        .isEqualTo(
            "{\"deleted_keys\":[\"%s\",\"%s\",\"three\"]}"
                .formatted(one.reveal(), Keys.hashOf(two.reveal())));
    for (Secret gone : List.of(one, two, three)) {
      assertThatThrownBy(() -> api.access.identify(gone)).isInstanceOf(FailureException.class);
    }
    assertThat(api.access.identify(kept)).isNotNull();
    assertThat(api.post("/key/delete", "{}").status()).isEqualTo(422);
    assertThat(api.post("/key/delete", "{\"keys\":\"x\"}").string("/detail/0/type"))
        .isEqualTo("list_type");
  }

  @Test
  void theListIsPagedFilteredAndSorted() {
    for (int i = 0; i < 5; i++) {
      generate("{\"key_alias\":\"k" + i + "\",\"user_id\":\"u" + i % 2 + "\"}");
      api.now = api.now.plus(Duration.ofSeconds(1));
    }
    Reply page = api.get("/key/list?page=2&size=2").ok();
    assertThat(page.body().get("keys")).hasSize(2);
    assertThat(page.body().get("total_count").intValue()).isEqualTo(5);
    assertThat(page.body().get("current_page").intValue()).isEqualTo(2);
    assertThat(page.body().get("total_pages").intValue()).isEqualTo(3);
    assertThat(api.get("/key/list?page=9").body().get("keys")).isEmpty();
    assertThat(api.get("/key/list?return_full_object=true&user_id=u1").body().get("keys").values())
        .extracting(row -> row.get("key_alias").asString())
        .containsExactly("k3", "k1");
    assertThat(
            api.get("/key/list?return_full_object=true&sort_by=key_alias&sort_order=asc&size=2")
                .body()
                .get("keys")
                .values())
        .extracting(row -> row.get("key_alias").asString())
        .containsExactly("k0", "k1");
    assertThat(api.get("/key/list?key_alias=k4").body().get("keys")).hasSize(1);
    assertThat(api.get("/key/list?size=101").string("/detail/0/type")).isEqualTo("less_than_equal");
    assertThat(api.get("/key/list?page=x").string("/detail/0/type")).isEqualTo("int_parsing");
    assertThat(api.get("/key/list?sort_by=password").status()).isEqualTo(400);
  }

  @Test
  void aUsersListMayHaveTheKeysThatItMadeAndThoseOfItsTeams() {
    api.post("/user/new", "{\"user_id\":\"lead\",\"user_email\":\"l@x.test\"}").ok();
    api.post(
            "/team/new",
            "{\"team_id\":\"led\",\"members_with_roles\":[{\"role\":\"admin\",\"user_id\":\"lead\"}]}")
        .ok();
    api.post(
            "/team/new",
            "{\"team_id\":\"joined\",\"members_with_roles\":[{\"role\":\"user\",\"user_id\":\"lead\"}]}")
        .ok();
    generate("{\"key_alias\":\"of-led\",\"team_id\":\"led\"}");
    generate("{\"key_alias\":\"of-joined\",\"team_id\":\"joined\"}");
    assertThat(listed("/key/list?user_id=lead&expand=user")).doesNotContain("of-led");
    assertThat(listed("/key/list?user_id=lead&expand=user&include_team_keys=true"))
        .contains("of-led")
        .doesNotContain("of-joined");
    assertThat(listed("/key/list?user_id=default_user_id&expand=user&include_created_by_keys=true"))
        .contains("of-led", "of-joined");
    JsonNode own = api.get("/key/list?user_id=lead&expand=user").body().get("keys").get(0);
    assertThat(own.at("/user/user_email").stringValue()).isEqualTo("l@x.test");
    assertThat(api.get("/key/list?expand=secrets").status()).isEqualTo(400);
  }

  private List<String> listed(String path) {
    return api.get(path).ok().body().get("keys").values().stream()
        .map(row -> row.get("key_alias").asString(""))
        .toList();
  }

  @Test
  void aBudgetWindowThatHasEndedIsShownAsTheOneThatRuns() {
    Secret key = generate("{\"max_budget\":1,\"budget_duration\":\"1d\"}");
    assertThat(api.get("/key/info?key=" + key.reveal()).string("/info/budget_reset_at"))
        .isEqualTo("2026-11-23T00:00:00+00:00");
    api.now = Instant.parse("2026-11-25T08:00:00Z");
    assertThat(api.get("/key/info?key=" + key.reveal()).string("/info/budget_reset_at"))
        .isEqualTo("2026-11-26T00:00:00+00:00");
  }

  @Test
  void aFailingStoreLeavesEverythingAsItWas() {
    Secret key = generate("{\"key_alias\":\"a\"}");
    api.store.breakWith(new IllegalStateException("disk full"));
    assertThatThrownBy(
            () -> api.post("/key/update", "{\"key\":\"" + key.reveal() + "\",\"spend\":9}"))
        .hasMessage("disk full");
    api.store.breakWith(null);
    assertThat(api.spent).isEmpty();
    assertThat(api.access.identify(key).keyAlias()).isEqualTo("a");
  }
}
