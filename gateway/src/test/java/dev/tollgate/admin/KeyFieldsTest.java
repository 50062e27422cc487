package dev.tollgate.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.admin.AdminApi.Reply;
import dev.tollgate.admin.key.KeyRules;
import dev.tollgate.model.BudgetDay;
import dev.tollgate.model.Caller;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Money;
import dev.tollgate.model.Secret;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What the fields of a request for a key may hold, and what they do. */
class KeyFieldsTest {
  private final AdminApi api = new AdminApi();

  private Secret generate(String body) {
    return Secret.of(api.post("/key/generate", body).ok().string("/key"));
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
  void anUpdateNeedsAKey() {
    for (String path : List.of("/key/update", "/key/block", "/key/unblock")) {
      assertThat(api.post(path, "{}").text())
          .isEqualTo(
              "{\"detail\":[{\"type\":\"missing\",\"loc\":[\"body\",\"key\"],\"msg\":\"Field"
                  + " required\"}]}");
    }
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
  void onlyAnAdministratorMaySoftenAnUpperBound() {
    Secret user =
        Secret.of(
            api.post("/user/new", "{\"user_id\":\"u\",\"user_role\":\"internal_user\"}")
                .ok()
                .string("/key"));
    api.rules =
        new KeyRules(Map.of(), Map.of("max_budget", 10, "rpm_limit", 60), false, BudgetDay.UTC);
    String unbounded = "{\"tpm_limit_type\":\"dynamic\"}";
    for (String softer :
        List.of(
            "\"budget_action\":\"alert\"",
            "\"throttle_on_budget_exceeded\":true",
            "\"rpm_limit_type\":\"dynamic\"",
            "\"metadata\":{\"rpm_limit_type\":\"dynamic\"}")) {
      String key = api.as(user, "POST", "/key/generate", unbounded).ok().string("/key");
      String named = "{\"key\":\"" + key + "\",";
      assertThat(api.as(user, "POST", "/key/generate", "{" + softer + "}").status())
          .as(softer)
          .isEqualTo(403);
      assertThat(api.as(user, "POST", "/key/update", named + softer + "}").status())
          .as(softer)
          .isEqualTo(403);
      api.post("/key/update", named + softer + "}").ok();
      // What an administrator gave stays when the owner changes something else.
      api.as(user, "POST", "/key/update", named + "\"tags\":[\"a\"]}").ok();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"metadata\":{\"enforced_params\":\"user\"}",
        "\"metadata\":{\"enforced_params\":[\"user\",1]}",
        "\"metadata\":{\"enforced_params\":{\"user\":true}}",
        "\"enforced_params\":[%s]",
        "\"metadata\":{\"tags\":\"a\"}",
        "\"metadata\":{\"tags\":[1]}",
        "\"tags\":[%s]"
      })
  void namesThatWouldNotBeReadAreRefused(String given) {
    String names = String.join(",", Collections.nCopies(21, "\"user\""));
    Reply refused = api.post("/key/generate", "{" + given.formatted(names) + "}");
    assertThat(refused.status()).as(refused.text()).isEqualTo(400);
    assertThat(refused.string("/error/param"))
        .isEqualTo(given.contains("tags") ? "tags" : "enforced_params");
  }
}
