package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.Cast;
import dev.tollgate.admin.RoleTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every management route of the assembled gateway, as its own description lists them: let through
 * or turned away for each role, and never at a loss for what it is sent.
 */
class ManagementTest {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String LONG = "x".repeat((1 << 20) - 4096);

  /** Who does not name a team or an organisation asks for everybody's. */
  private static final Map<String, String> ASKING_FOR_ALL =
      Map.of("GET /team/daily/activity", "AV", "GET /organization/daily/activity", "AV");

  @RegisterExtension static final RunningGateway gateway = RunningGateway.start();
  private static Map<Character, String> callers = Map.of();

  @BeforeAll
  static void everyRole() throws IOException {
    callers = Cast.keys(gateway::admin);
    callers.put('-', "");
  }

  /** Method and path of each route that spends nothing. */
  private static List<String> routes() throws IOException {
    JsonNode paths =
        JSON.readTree(gateway.get("/openapi.json", RunningGateway.MASTER).body()).path("paths");
    List<String> routes = new ArrayList<>();
    for (Map.Entry<String, JsonNode> path : paths.properties()) {
      for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
        if (method.getValue().has("x-tollgate-admission")) {
          routes.add(method.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey());
        }
      }
    }
    return routes;
  }

  private static RawClient.Answer send(String route, String key, String query, String body)
      throws IOException {
    String method = route.substring(0, route.indexOf(' '));
    String path = route.substring(method.length() + 1).replaceAll("\\{[^}]*}", "nobody");
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String head =
        "%s %s%s HTTP/1.1\r\nHost: gateway\r\n%sContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            .formatted(
                method,
                path,
                query,
                key.isEmpty() ? "" : "Authorization: Bearer " + key + "\r\n",
                bytes.length);
    try (RawClient client = gateway.client()) {
      return client.send(head).send(bytes).answer();
    }
  }

  @Test
  void theTableOfRolesHasEveryRoute() throws IOException {
    assertThat(routes()).containsExactlyInAnyOrderElementsOf(RoleTable.all().keySet());
  }

  @Test
  void everyRoleIsLetThroughOrTurnedAwayAsDocumented() throws IOException {
    List<String> odd = new ArrayList<>();
    for (String route : routes()) {
      String may = ASKING_FOR_ALL.getOrDefault(route, RoleTable.all().getOrDefault(route, ""));
      for (Map.Entry<Character, String> caller : callers.entrySet()) {
        RawClient.Answer answer = send(route, caller.getValue(), "", "{");
        boolean turnedAway =
            answer.status() == 401
                && (caller.getKey() == '-'
                    || answer.body().contains("Only proxy admin can be used"));
        if (turnedAway == may.indexOf(caller.getKey()) >= 0) {
          odd.add(route + " as " + caller.getKey() + ": " + answer.status());
        }
      }
    }
    assertThat(odd).isEmpty();
  }

  private static final List<String> BODIES =
      List.of(
          "",
          "{",
          "[]",
          "7",
          "null",
          "\"text\"",
          "NaN",
          "{\"max_budget\":NaN}",
          "{\"max_budget\":-1,\"key\":\"sk-nobody\",\"team_id\":\"t\",\"user_id\":\"n\"}",
          "{\"max_budget\":1e999999999,\"key\":\"sk-nobody\",\"team_id\":\"t\"}",
          "{\"team_id\":\"t\",\"team_id\":\"t\"}",
          "[".repeat(5000),
          "{\"metadata\":" + "[".repeat(500) + "]".repeat(500) + "}",
          "{\"key\":{},\"team_id\":[],\"user_id\":7,\"name\":null,\"budget_id\":{}}",
          "{\"keys\":[{}],\"team_ids\":[7],\"user_ids\":{},\"names\":7,\"budgets\":[[]],\"models\":7}",
          "{\"team_id\":\"nobody\",\"user_id\":\"nobody\",\"key\":\"sk-nobody\",\"id\":\"nobody\"}",
          "{\"team_id\":\"'; drop table tenant; --\",\"key\":\"' or 1=1 --\",\"user_id\":\"\\\" or 1\"}",
          "{\"team_id\":\"a\\u0000b\",\"key\":\"\\u0007\",\"user_id\":\"\\ud800\",\"name\":\"\\n\"}",
          "{\"team_id\":\"" + LONG + "\"}",
          "{\"key\":\"" + LONG + "\"}",
          "{\"metadata\":{\"a\":\"" + LONG + "\"},\"key\":\"sk-nobody\",\"team_id\":\"nobody\"}",
          "{\"a\":\"" + LONG + LONG + "\"}");

  private static final List<String> QUERIES =
      List.of(
          "",
          "?page=-1&size=0&page_size=NaN&limit=-5",
          "?page=99999999999999999999&size=1e9",
          "?start_date=yesterday&end_date=%00",
          "?start_date=2026-13-45&end_date=0000-00-00",
          "?start_date=2026-01-01&end_date=1999-01-01",
          "?key=%27%20or%201%3D1&team_id=%27&user_id=%22&api_key=%00",
          "?user_id=nobody&team_id=nobody&organization_id=nobody&key=sk-nobody&tag=nobody",
          "?sort_by=%27%3B--&sort_order=sideways&group_by=no_such_group",
          "?key=" + "y".repeat(3000),
          "?key=%zz");

  /** What may stand in no answer. */
  private static final List<String> SECRETS =
      List.of(
          RunningGateway.MASTER,
          RunningGateway.PROVIDER_KEY,
          "Exception",
          "dev.tollgate",
          "java.",
          "sqlite",
          "SQL");

  @Test
  void whateverIsSentTheAnswerIsOneOfLiteLlmsAndNothingIsHalfWritten() throws IOException {
    Set<String> odd = new LinkedHashSet<>();
    List<String> before = gateway.gateway().state();
    for (String route : routes()) {
      List<String[]> inputs = new ArrayList<>();
      QUERIES.forEach(query -> inputs.add(new String[] {query, ""}));
      if (!route.startsWith("GET ")) {
        BODIES.forEach(body -> inputs.add(new String[] {"", body}));
      }
      for (String[] input : inputs) {
        RawClient.Answer answer = send(route, RunningGateway.MASTER, input[0], input[1]);
        String about =
            "%s %.40s %.60s: %d %.200s"
                .formatted(route, input[0], input[1], answer.status(), answer.body());
        judge(answer).forEach(what -> odd.add(what + " " + about));
        if (gateway.gateway().hasChanged()) {
          List<String> after = gateway.gateway().state();
          if (answer.status() >= 400 && !after.equals(before)) {
            odd.add("wrote: " + about);
          }
          before = after;
        }
      }
    }
    assertThat(odd).isEmpty();
    assertThat(gateway.get("/health/readiness", RunningGateway.MASTER).status()).isEqualTo(200);
  }

  private static List<String> judge(RawClient.Answer answer) {
    List<String> wrong = new ArrayList<>();
    if (answer.status() >= 500) {
      wrong.add("fails:");
    }
    if (answer.status() >= 400 && !isLiteLlms(answer)) {
      wrong.add("in a shape of its own:");
    }
    if (answer.status() >= 400) {
      SECRETS.stream()
          .filter(secret -> answer.body().contains(secret))
          .forEach(secret -> wrong.add("tells of " + secret + ":"));
    }
    return wrong;
  }

  /** OpenAI's error, or FastAPI's list of what is wrong with which field. */
  private static boolean isLiteLlms(RawClient.Answer answer) {
    if (!answer.headers().getOrDefault("content-type", "").startsWith("application/json")) {
      return false;
    }
    JsonNode body = JSON.readTree(answer.body());
    JsonNode error = body.path("error");
    if (error.isObject()) {
      return error.path("message").isString()
          && error.has("type")
          && error.has("param")
          && error.has("code");
    }
    JsonNode detail = body.path("detail");
    if (!detail.isArray() || detail.isEmpty()) {
      return detail.isString() || detail.isObject();
    }
    for (JsonNode problem : detail) {
      if (!problem.path("loc").isArray() || !problem.path("msg").isString()) {
        return false;
      }
    }
    return true;
  }
}
