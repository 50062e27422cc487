package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.app.TestGateway;
import dev.tollgate.model.Money;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The operator's own endpoints that are made through {@code /config/pass_through_endpoint}. */
class MadeEndpointsTest {
  private static final String ROUTE = "/config/pass_through_endpoint";
  private static final String SECRET = RunningGateway.PROVIDER_KEY;
  private static final String MASTER = RunningGateway.MASTER;

  private final FakeProvider target =
      new FakeProvider().usually(FakeProvider.whole(202, "{\"pages\":3}"));

  @RegisterExtension final RunningGateway gateway = start(target, Map.of());

  private final String key = gateway.key(Terms.open());

  private static RunningGateway start(FakeProvider target, Map<String, String> environment) {
    String endpoints =
        """
        general_settings:
          pass_through_endpoints:
            - path: /configured
              target: %s/configured?token=%s
              headers: {api-key: %s}
        """
            .formatted(target.base(), SECRET, SECRET);
    String config = RunningGateway.config(target) + endpoints;
    return new RunningGateway(TestGateway.Setup.of(config).with(environment), target);
  }

  private String body(String path, String more) {
    return "{\"path\":\"%s\",\"target\":\"%s/made\",\"headers\":{\"x-key\":\"%s\"}%s}"
        .formatted(path, target.base(), SECRET, more);
  }

  private static JsonNode json(RawClient.Answer answer) throws IOException {
    return JsonMapper.shared().readTree(answer.body());
  }

  private RawClient.Answer delete(String by, String id) throws IOException {
    return delete(gateway, by, id);
  }

  private static RawClient.Answer delete(RunningGateway at, String by, String id)
      throws IOException {
    try (RawClient client = at.client()) {
      String head = "DELETE " + ROUTE + "?endpoint_id=" + id + " HTTP/1.1\r\nHost: gateway\r\n";
      return client.send(head + "Authorization: Bearer " + by + "\r\n\r\n").answer();
    }
  }

  @Test
  void anEndpointIsServedAsSoonAsItIsMadeAndNoLongerThanItIsThere() throws IOException {
    assertThat(gateway.post("/made", key, "{}").status()).isEqualTo(404);
    RawClient.Answer made =
        gateway.post(
            ROUTE, MASTER, body("/made", ",\"cost_per_request\":0.5,\"methods\":[\"post\"]"));
    assertThat(made.status()).as(made.body()).isEqualTo(200);
    JsonNode shown = json(made).path("endpoints").path(0);
    String id = shown.path("id").asString();
    assertThat(shown.propertyNames())
        .containsExactly(
            "id",
            "path",
            "target",
            "headers",
            "default_query_params",
            "include_subpath",
            "cost_per_request",
            "timeout",
            "auth",
            "guardrails",
            "is_from_config",
            "methods");
    assertThat(shown.path("headers").path("x-key").asString()).isEqualTo("sk-p****3210");

    assertThat(gateway.post("/made", key, "{}").status()).isEqualTo(202);
    assertThat(target.seen().getFirst().headers()).containsEntry("x-key", SECRET);
    assertThat(gateway.get("/made", key).status()).isEqualTo(405);
    gateway.isAtRest();
    assertThat(gateway.sumOfRows(key)).isEqualTo(Money.ofNanos(500_000_000));

    String change =
        "{\"path\":\"/moved\",\"headers\":{\"x-key\":\"sk-p****3210\",\"x-more\":\"1\"}}";
    RawClient.Answer changed = gateway.post(ROUTE + "/" + id, MASTER, change);
    assertThat(changed.status()).as(changed.body()).isEqualTo(200);
    assertThat(gateway.post("/made", key, "{}").status()).isEqualTo(404);
    assertThat(gateway.post("/moved", key, "{}").status()).isEqualTo(202);
    assertThat(target.seen().getLast().headers())
        .containsEntry("x-key", SECRET)
        .containsEntry("x-more", "1");

    assertThat(delete(MASTER, id).status()).isEqualTo(200);
    assertThat(gateway.post("/moved", key, "{}").status()).isEqualTo(404);
    assertThat(delete(MASTER, id).status()).isEqualTo(400);
    assertThat(gateway.post(ROUTE + "/" + id, MASTER, "{}").status()).isEqualTo(404);
  }

  @Test
  void noAnswerAndNoRowShowsACredential() throws IOException {
    String more = ",\"default_query_params\":{\"api_key\":\"" + SECRET + "\",\"version\":2}";
    String made = gateway.post(ROUTE, MASTER, body("/made", more)).body();
    String all = gateway.get(ROUTE, MASTER).body();
    JsonNode endpoints = JsonMapper.shared().readTree(all).path("endpoints");
    assertThat(endpoints.size()).isEqualTo(2);
    assertThat(endpoints.path(0).path("is_from_config").asBoolean()).isTrue();
    assertThat(endpoints.path(0).path("target").asString()).endsWith("/configured?****");
    assertThat(endpoints.path(1).path("default_query_params").path("version").asString())
        .isEqualTo("2");
    assertThat(made + all + gateway.gateway().log()).doesNotContain(SECRET);
    assertThat(gateway.gateway().state().toString()).contains("/made").doesNotContain(SECRET);
    assertThat(gateway.post("/made?version=3", key, "{}").status()).isEqualTo(202);
    assertThat(target.seen().getFirst().uri())
        .contains("version=3", "api_key=" + SECRET)
        .doesNotContain("version=2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"target\":\"%s\"}|headers",
        "{\"target\":\"%s\",\"headers\":{\"x-key\":\"sk-p****3210\"}}|headers",
        "{\"target\":\"%s\",\"headers\":{\"x-key\":\"new\"}}|default_query_params"
      })
  void whatIsKeptGoesToTheServerThatItWasGivenForAlone(String change, String field)
      throws IOException {
    String more = ",\"id\":\"mine\",\"default_query_params\":{\"api_key\":\"" + SECRET + "\"}";
    assertThat(gateway.post(ROUTE, MASTER, body("/made", more)).status()).isEqualTo(200);
    try (FakeProvider other = new FakeProvider()) {
      RawClient.Answer refused =
          gateway.post(ROUTE + "/mine", MASTER, change.formatted(other.base()));
      assertThat(refused.status()).as(refused.body()).isEqualTo(400);
      assertThat(json(refused).path("error").path("param").asString()).isEqualTo(field);
      assertThat(gateway.post("/made", key, "{}").status()).isEqualTo(202);

      RawClient.Answer moved =
          gateway.post(
              ROUTE + "/mine",
              MASTER,
              "{\"target\":\"%s\",\"headers\":{},\"default_query_params\":{}}"
                  .formatted(other.base()));
      assertThat(moved.status()).as(moved.body()).isEqualTo(200);
      assertThat(gateway.post("/made", key, "{}").status()).isEqualTo(200);
      assertThat(other.seen().toString()).doesNotContain(SECRET);
    }
    String elsewhere = "{\"target\":\"" + target.base() + "/elsewhere\"}";
    assertThat(gateway.post(ROUTE + "/mine", MASTER, elsewhere).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/chat/completions||path",
        "/openai/mine||path",
        "/key/generate||path",
        "/configured||path",
        "/a/../b||path",
        "/a/||path",
        "nothing||path",
        "/x|,\"target\":\"ftp://a\"|target",
        "/x|,\"target\":\"http://169.254.169.254/\"|target",
        "/x|,\"headers\":{\"Host\":\"a\"}|headers",
        "/x|,\"headers\":{\"a\":\"\u20ac\"}|headers",
        "/x|,\"headers\":{\"a\":\"Bearer os.environ/DATABASE_URL\"}|headers",
        "/x|,\"methods\":[\"TRACE\"]|methods",
        "/x|,\"timeout\":-1|timeout",
        "/x|,\"timeout\":1e30|timeout",
        "/x|,\"cost_per_request\":-1|cost_per_request",
        "/x|,\"cost_per_request\":1e12|cost_per_request",
        "/x|,\"default_query_params\":{\"a\":{}}|default_query_params",
        "/x|,\"auth\":false|auth",
        "/x|,\"guardrails\":{\"a\":null}|guardrails",
        "/x|,\"id\":\"a/b\"|id"
      })
  void badInputIsA400ThatNamesTheField(String path, String more, String field) throws IOException {
    String body = more == null ? body(path, "") : replaced(path, more);
    RawClient.Answer answer = gateway.post(ROUTE, MASTER, body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(json(answer).path("error").path("param").asString()).isEqualTo(field);
    assertThat(json(gateway.get(ROUTE, MASTER)).path("endpoints").size()).isEqualTo(1);
  }

  /** The body with other members in the place of its own. */
  private String replaced(String path, String more) {
    StringBuilder body = new StringBuilder("{\"path\":\"" + path + "\"");
    if (!more.contains("\"target\"")) {
      body.append(",\"target\":\"").append(target.base()).append("\"");
    }
    return body.append(more).append("}").toString();
  }

  @Test
  void ofOnePathAndOneIdThereIsOne() throws IOException {
    String named = body("/made", ",\"id\":\"mine\"");
    assertThat(gateway.post(ROUTE, MASTER, named).status()).isEqualTo(200);
    assertThat(gateway.post(ROUTE, MASTER, named).status()).isEqualTo(400);
    assertThat(gateway.post(ROUTE, MASTER, body("/made", "")).status()).isEqualTo(400);
    assertThat(gateway.post(ROUTE + "/mine", MASTER, "{\"path\":\"/configured\"}").status())
        .isEqualTo(400);
    assertThat(json(gateway.get(ROUTE + "?endpoint_id=mine", MASTER)).path("endpoints").size())
        .isEqualTo(1);
  }

  @Test
  void onlyAdministratorsMakeSeeOrDeleteOne() throws IOException {
    gateway.post(ROUTE, MASTER, body("/made", ",\"id\":\"mine\""));
    for (RawClient.Answer refused :
        List.of(
            gateway.post(ROUTE, key, body("/other", "")),
            gateway.post(ROUTE + "/mine", key, "{}"),
            gateway.get(ROUTE, key),
            gateway.get(ROUTE + "/team/t", key),
            delete(key, "mine"))) {
      assertThat(refused.status()).as(refused.body()).isIn(401, 403);
    }
    assertThat(gateway.post("/made", key, "{}").status()).isEqualTo(202);
  }

  @Test
  void aTeamsListIsWhatItsRoutesAllow() throws IOException {
    gateway.post(ROUTE, MASTER, body("/made", ""));
    String team = "{\"team_id\":\"t\",\"allowed_passthrough_routes\":[\"/made\"]}";
    gateway.admin("/team/new", team);
    JsonNode shown = json(gateway.get(ROUTE + "/team/t", MASTER)).path("endpoints");
    assertThat(shown.size()).isEqualTo(1);
    assertThat(shown.path(0).path("path").asString()).isEqualTo("/made");
    assertThat(gateway.get(ROUTE + "/team/nobody", MASTER).status()).isEqualTo(404);
  }

  @Test
  @EnabledIfEnvironmentVariable(named = "TOLLGATE_TEST_POSTGRES_URL", matches = "postgres.+")
  void allNodesServeItWithinASecondAndAfterAStart() throws Exception {
    Map<String, String> database =
        Map.of("DATABASE_URL", System.getenv("TOLLGATE_TEST_POSTGRES_URL"));
    String id = "shared-" + System.nanoTime();
    String made = body("/" + id, ",\"id\":\"" + id + "\"");
    try (RunningGateway one = start(new FakeProvider(), database);
        RunningGateway two = start(new FakeProvider(), database)) {
      assertThat(one.post(ROUTE, MASTER, made).status()).isEqualTo(200);
      Eventually.so("another node serves it", () -> status(two, id) == 202);
      try (RunningGateway three = start(new FakeProvider(), database)) {
        assertThat(status(three, id)).isEqualTo(202);
        assertThat(three.post(ROUTE + "/" + id, MASTER, "{\"methods\":[\"GET\"]}").status())
            .isEqualTo(200);
        Eventually.so("a change arrives", () -> status(one, id) == 405);
        assertThat(delete(three, MASTER, id).status()).isEqualTo(200);
        Eventually.so(
            "it is gone everywhere", () -> status(one, id) == 404 && status(two, id) == 404);
      }
    }
  }

  private static int status(RunningGateway at, String path) {
    try {
      return at.post("/" + path, MASTER, "{}").status();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
