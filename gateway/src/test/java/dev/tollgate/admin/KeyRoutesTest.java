package dev.tollgate.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.access.Keys;
import dev.tollgate.admin.AdminApi.Reply;
import dev.tollgate.admin.form.Json;
import dev.tollgate.admin.key.KeyRules;
import dev.tollgate.http.ManagementRoute.Admission;
import dev.tollgate.model.BudgetDay;
import dev.tollgate.model.Caller;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Money;
import dev.tollgate.model.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
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

  static List<String> names(JsonNode object) {
    return new ArrayList<>(object.propertyNames());
  }

  /** The last JSON document of LiteLLM's recorded example. */
  static JsonNode example(String name) throws Exception {
    Path folder = Path.of("").toAbsolutePath();
    Path file = null;
    while (folder != null && file == null) {
      for (String shared : List.of("shared", "../shared")) {
        Path candidate = folder.resolve(shared).resolve("reference/litellm/examples/" + name);
        if (Files.exists(candidate)) {
          file = candidate;
        }
      }
      folder = folder.getParent();
    }
    Assumptions.assumeTrue(file != null, "the recorded examples are not at hand: ../shared");
    List<String> lines = Files.readAllLines(Objects.requireNonNull(file));
    return Json.read(lines.getLast());
  }

  @Test
  void aGeneratedKeyIsAnsweredFieldByFieldAsLiteLlmDoes() throws Exception {
    JsonNode recorded = example("key_generate.http");
    Reply reply = api.post("/key/generate", EXAMPLE).ok();
    assertThat(names(reply.body())).isEqualTo(names(recorded));
    for (String name : names(recorded)) {
      if (!List.of("key", "key_name", "token", "token_id", "expires", "created_at", "updated_at")
          .contains(name)) {
        assertThat(reply.body().get(name)).as(name).isEqualTo(recorded.get(name));
      }
    }
    String key = reply.string("/key");
    assertThat(key).matches("sk-[A-Za-z0-9_-]{22}");
    assertThat(reply.string("/token")).isEqualTo(Keys.hashOf(key));
    assertThat(reply.string("/token_id")).isEqualTo(Keys.hashOf(key));
    assertThat(reply.string("/key_name")).isEqualTo("sk-..." + key.substring(key.length() - 4));
    assertThat(reply.string("/expires")).isEqualTo("2026-11-22T13:11:32.644000Z");
    assertThat(reply.string("/created_at")).isEqualTo("2026-11-22T12:11:32.644000Z");
  }

  @Test
  void aKeyWithoutSettingsIsAnsweredAsLiteLlmDoes() throws Exception {
    JsonNode recorded = example("key_generate_default.http");
    Reply reply = api.post("/key/generate", "{}").ok();
    assertThat(names(reply.body())).isEqualTo(names(recorded));
    for (String name : names(recorded)) {
      if (!List.of("key", "key_name", "token", "token_id", "created_at", "updated_at")
          .contains(name)) {
        assertThat(reply.body().get(name)).as(name).isEqualTo(recorded.get(name));
      }
    }
  }

  @Test
  void theInfoOfAKeyIsItsRowWithoutTheSecret() throws Exception {
    JsonNode recorded = example("key_info.http");
    Secret key = generate(EXAMPLE);
    Reply reply = api.get("/key/info?key=" + key.reveal()).ok();
    assertThat(reply.string("/key")).isEqualTo(key.reveal());
    JsonNode info = reply.body().get("info");
    assertThat(names(info)).isEqualTo(names(recorded.get("info")));
    for (String name : names(info)) {
      if (!List.of("key_name", "expires", "created_at", "updated_at").contains(name)) {
        assertThat(info.get(name)).as(name).isEqualTo(recorded.get("info").get(name));
      }
    }
    assertThat(info.get("expires").asString()).isEqualTo("2026-11-22T13:11:32.644000+00:00");
    assertThat(info.toString()).doesNotContain(key.reveal());
  }

  @Test
  void blockUpdateAndListHaveLiteLlmsFields() throws Exception {
    Secret key = generate("{}");
    String named = "{\"key\":\"" + key.reveal() + "\"}";
    assertThat(names(api.post("/key/block", named).ok().body()))
        .isEqualTo(names(example("key_block.http")));
    assertThat(names(api.post("/key/update", named).ok().body()))
        .isEqualTo(names(example("key_update.http")));
    assertThat(names(api.get("/key/list").ok().body())).isEqualTo(names(example("key_list.http")));
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"max_budget\":\"abc\"}     | float_parsing   | [\"body\",\"max_budget\"]",
        "{\"max_budget\":[]}          | float_type      | [\"body\",\"max_budget\"]",
        "{\"max_budget\":1e999999999} | finite_number   | [\"body\",\"max_budget\"]",
        "{\"max_budget\":\"1e-99999\"} | finite_number  | [\"body\",\"max_budget\"]",
        "{\"tpm_limit\":\"x\"}        | int_parsing     | [\"body\",\"tpm_limit\"]",
        "{\"tpm_limit\":{}}           | int_type        | [\"body\",\"tpm_limit\"]",
        "{\"tpm_limit\":1.5}          | int_from_float  | [\"body\",\"tpm_limit\"]",
        "{\"tpm_limit\":1e999999999}  | int_parsing_size | [\"body\",\"tpm_limit\"]",
        "{\"models\":\"up\"}          | list_type       | [\"body\",\"models\"]",
        "{\"models\":[\"up\",1]}      | string_type     | [\"body\",\"models\",1]",
        "{\"metadata\":[]}            | dict_type       | [\"body\",\"metadata\"]",
        "{\"aliases\":{\"a\":1}}      | string_type     | [\"body\",\"aliases\",\"a\"]",
        "{\"key_alias\":1}            | string_type     | [\"body\",\"key_alias\"]",
        "{\"blocked\":\"maybe\"}      | bool_parsing    | [\"body\",\"blocked\"]",
        "{\"blocked\":[]}             | bool_type       | [\"body\",\"blocked\"]",
        "{\"key_type\":\"root\"}      | literal_error   | [\"body\",\"key_type\"]",
        "{\"key_alias\":\"a\\u0000b\"} | value_error    | [\"body\",\"key_alias\"]",
        "[]                           | model_attributes_type | [\"body\"]",
        "''                           | missing         | [\"body\"]",
      })
  void wrongTypesAreAnsweredAsFastApiDoes(String body, String type, String place) {
    Reply reply = api.post("/key/generate", body);
    assertThat(reply.status()).as(reply.text()).isEqualTo(422);
    assertThat(reply.body().at("/detail")).hasSize(1);
    assertThat(reply.string("/detail/0/type")).isEqualTo(type);
    assertThat(reply.body().at("/detail/0/loc").toString()).isEqualTo(place);
    assertThat(reply.string("/detail/0/msg")).isNotEmpty();
    assertThat(api.get("/key/list").body().get("total_count").intValue()).isZero();
  }

  @Test
  void aValidationErrorIsWordForWordAndAllAreListed() {
    assertThat(api.post("/key/generate", "{\"max_budget\":\"abc\"}").text())
        .isEqualTo(
            "{\"detail\":[{\"type\":\"float_parsing\",\"loc\":[\"body\",\"max_budget\"],"
                + "\"msg\":\"Input should be a valid number, unable to parse string as a"
                + " number\"}]}");
    assertThat(
            api.post("/key/generate", "{\"max_budget\":\"abc\",\"models\":1}").body().at("/detail"))
        .hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "{\"a\":1", "nope", "{\"models\":[],\"models\":[]}", "{} {}"})
  void whatIsNoJsonIsRefused(String body) {
    Reply reply = api.post("/key/generate", body);
    assertThat(reply.status()).isEqualTo(422);
    assertThat(reply.string("/detail/0/type")).isEqualTo("json_invalid");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"max_budget\":-1}                   | max_budget",
        "{\"max_budget\":99999999999}          | max_budget",
        "{\"spend\":-1}                        | spend",
        "{\"rpm_limit\":-1}                    | rpm_limit",
        "{\"budget_duration\":\"soon\"}        | budget_duration",
        "{\"budget_duration\":\"0d\"}          | budget_duration",
        "{\"duration\":\"1y\"}                 | duration",
        "{\"key\":\"mine\"}                    | key",
        "{\"key\":\"sk-with space\"}           | key",
        "{\"default_estimated_output_tokens\":0} | default_estimated_output_tokens",
        "{\"metadata\":{\"budget_enforcement\":\"lax\"}} | metadata",
      })
  void valuesThatMakeNoSenseAreRefusedByName(String body, String param) {
    Reply reply = api.post("/key/generate", body);
    assertThat(reply.status()).as(reply.text()).isEqualTo(400);
    assertThat(reply.string("/error/param")).isEqualTo(param);
    assertThat(reply.string("/error/type")).isEqualTo("bad_request_error");
    assertThat(api.get("/key/list").body().get("total_count").intValue()).isZero();
  }

  @Test
  void sizesAreBounded() {
    String models = "\"m\",".repeat(1000) + "\"m\"";
    assertThat(api.post("/key/generate", "{\"models\":[" + models + "]}").string("/detail/0/type"))
        .isEqualTo("too_long");
    assertThat(
            api.post("/key/generate", "{\"key_alias\":\"" + "a".repeat(1025) + "\"}")
                .string("/detail/0/type"))
        .isEqualTo("string_too_long");
    for (String name : List.of("metadata", "config")) {
      assertThat(
              api.post(
                      "/key/generate",
                      "{\"" + name + "\":{\"x\":\"" + "a".repeat(64 * 1024) + "\"}}")
                  .status())
          .isEqualTo(400);
    }
    assertThat(
            api.post(
                    "/key/generate",
                    "{\"metadata\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}")
                .status())
        .isEqualTo(422);
    assertThatThrownBy(
            () -> api.post("/key/generate", "{\"x\":\"" + "a".repeat(1024 * 1024) + "\"}"))
        .isInstanceOfSatisfying(
            FailureException.class, thrown -> assertThat(thrown.failure().status()).isEqualTo(413));
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
  void anUpdateNeedsAKey() {
    for (String path : List.of("/key/update", "/key/block", "/key/unblock")) {
      assertThat(api.post(path, "{}").text())
          .isEqualTo(
              "{\"detail\":[{\"type\":\"missing\",\"loc\":[\"body\",\"key\"],\"msg\":\"Field"
                  + " required\"}]}");
    }
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
  void settingsThatAreNotActedUponAreKeptAndShown() {
    Secret key =
        generate(
            """
            {"tags":["a"],"model_rpm_limit":{"up":3},"team_id":"t1","tpd_limit":9,
             "budget_limits":[{"budget_duration":"1d","max_budget":1}],"config":{"x":1},
             "unknown_field":true,"metadata":{"mine":1.50}}
            """);
    JsonNode info = api.get("/key/info?key=" + key.reveal()).ok().body().get("info");
    assertThat(info.get("metadata").toString())
        .isEqualTo("{\"mine\":1.50,\"tags\":[\"a\"],\"model_rpm_limit\":{\"up\":3}}");
    assertThat(info.get("team_id").asString()).isEqualTo("t1");
    assertThat(info.get("tpd_limit").intValue()).isEqualTo(9);
    assertThat(info.get("budget_limits")).hasSize(1);
    assertThat(info.get("config").toString()).isEqualTo("{\"x\":1}");
    assertThat(info.has("unknown_field")).isFalse();
    api.post("/key/update", "{\"key\":\"" + key.reveal() + "\",\"tags\":null}").ok();
    info = api.get("/key/info?key=" + key.reveal()).body().get("info");
    assertThat(info.get("metadata").toString())
        .isEqualTo("{\"mine\":1.50,\"model_rpm_limit\":{\"up\":3}}");
  }

  @Test
  void metadataCanAskForStrictBudgets() {
    Secret key =
        generate(
            "{\"metadata\":{\"budget_enforcement\":\"strict\"},"
                + "\"default_estimated_output_tokens\":64}");
    assertThat(api.access.identify(key).scopes().getFirst().strict()).isTrue();
    assertThat(api.access.identify(key).estimatedOutputTokens()).isEqualTo(64);
    api.post("/key/update", "{\"key\":\"" + key.reveal() + "\",\"metadata\":{}}").ok();
    assertThat(api.access.identify(key).scopes().getFirst().strict()).isFalse();
    assertThat(api.access.identify(key).estimatedOutputTokens()).isNull();
  }

  @Test
  void theTypeOfAKeySetsItsRoutes() {
    assertThat(api.access.identify(generate("{\"key_type\":\"llm_api\"}")).allowedRoutes())
        .containsExactly("llm_api_routes");
    assertThat(api.access.identify(generate("{\"key_type\":\"read_only\"}")).allowedRoutes())
        .containsExactly("info_routes");
    assertThat(api.access.identify(generate("{\"key_type\":\"default\"}")).allowedRoutes())
        .isEmpty();
  }

  @Test
  void defaultsFillWhatARequestLeavesOut() {
    api.rules =
        new KeyRules(
            Map.of("max_budget", 1.5, "models", List.of("up"), "budget_duration", "1d"),
            Map.of(),
            false,
            BudgetDay.of(ZoneId.of("America/New_York")));
    Caller caller = api.access.identify(generate("{\"max_budget\":null}"));
    assertThat(caller.models()).containsExactly("up");
    assertThat(caller.scopes().getFirst().budgetMax()).isEqualTo(Money.ofNanos(1_500_000_000));
    assertThat(caller.scopes().getFirst().budgetResetAt()).isEqualTo("2026-11-23T05:00:00Z");
    assertThat(api.access.identify(generate("{\"models\":[\"down\"]}")).models())
        .containsExactly("down");
  }

  @Test
  void upperBoundsHoldForNewAndChangedKeys() {
    api.rules =
        new KeyRules(
            Map.of(),
            Map.of("max_budget", 10, "duration", "30d", "rpm_limit", 60),
            false,
            BudgetDay.UTC);
    Reply above = api.post("/key/generate", "{\"max_budget\":100}");
    assertThat(above.status()).isEqualTo(400);
    assertThat(above.string("/error/message"))
        .isEqualTo(
            "{'error': 'max_budget is over max limit set in config - user_value=100;"
                + " max_value=10'}");
    assertThat(api.post("/key/generate", "{\"duration\":\"31d\"}").status()).isEqualTo(400);
    assertThat(api.post("/key/generate", "{\"duration\":\"-1\"}").status()).isEqualTo(400);
    Secret key = generate("{}");
    Caller caller = api.access.identify(key);
    assertThat(caller.scopes().getFirst().budgetMax()).isEqualTo(Money.ofNanos(10_000_000_000L));
    assertThat(caller.expires()).isEqualTo(Instant.parse("2026-12-22T12:11:32.644Z"));
    String named = "{\"key\":\"" + key.reveal() + "\",";
    assertThat(api.post("/key/update", named + "\"rpm_limit\":61}").status()).isEqualTo(400);
    assertThat(api.post("/key/update", named + "\"duration\":\"-1\"}").status()).isEqualTo(400);
    api.post("/key/update", named + "\"rpm_limit\":null}").ok();
    assertThat(api.access.identify(key).scopes().getFirst().rates().requestsPerMinute())
        .isEqualTo(60);
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
