package dev.tollgate.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.AdminApi.Reply;
import dev.tollgate.http.ManagementRoute;
import dev.tollgate.model.Secret;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Every management endpoint, as every role, with good and with bad input. */
class RoleTableTest {
  private static final List<String> BAD_BODIES =
      List.of(
          "",
          "{",
          "[]",
          "7",
          "null",
          "\"text\"",
          "{}",
          "{\"a\":1,\"a\":2}",
          "[".repeat(5000),
          "{\"key\":{}}",
          "{\"key\":\"sk-nobody\",\"team_id\":\"nobody\",\"user_id\":\"nobody\"}",
          "{\"keys\":7,\"team_ids\":7,\"user_ids\":7,\"names\":7,\"budgets\":7,"
              + "\"organization_ids\":7,\"models\":7,\"model_names\":7,\"users\":7}",
          "{\"keys\":[{}],\"team_ids\":[{}],\"user_ids\":[{}],\"names\":[{}],\"budgets\":[{}],"
              + "\"organization_ids\":[{}],\"models\":[{}],\"model_names\":[{}],\"users\":[{}]}",
          "{\"team_id\":\"t\",\"member\":7}",
          "{\"team_id\":\"t\",\"member\":[{\"role\":\"king\",\"user_id\":\"x\"}]}",
          "{\"organization_id\":\"o\",\"member\":{}}",
          "{\"id\":{},\"name\":{},\"budget_id\":[],\"user_id\":[],\"organization_alias\":{}}");

  /** A value of the wrong kind for each field that there is, with a text to name it by. */
  private static final List<String> FIELDS =
      List.of(
          "max_budget",
          "soft_budget",
          "budget_duration",
          "tpm_limit",
          "rpm_limit",
          "tpd_limit",
          "max_parallel_requests",
          "models",
          "metadata",
          "blocked",
          "budget_limits",
          "model_max_budget",
          "model_rpm_limit",
          "team_member_budget",
          "user_role",
          "teams",
          "aliases",
          "model_aliases",
          "duration",
          "spend");

  private static final List<String> WRONG =
      List.of("\"x y\"", "{\"a\":{}}", "[{}]", "-1", "1e999999999", "\"\\u0000\"", "true");

  private final AdminApi api = new AdminApi();
  private final Map<Character, Secret> callers = new LinkedHashMap<>();

  @BeforeEach
  void everyRole() throws IOException {
    Cast.keys((path, body) -> api.post(path, body).ok().body())
        .forEach((who, key) -> callers.put(who, Secret.of(key)));
  }

  private Secret caller(char who) {
    return Objects.requireNonNull(callers.get(who));
  }

  private static String name(ManagementRoute route) {
    return route.method() + " " + route.template();
  }

  private List<ManagementRoute> routes() {
    return api.routes();
  }

  @Test
  void theTableHasEveryRoute() {
    Set<String> there = new LinkedHashSet<>();
    routes().forEach(route -> there.add(name(route)));
    assertThat(RoleTable.all().keySet()).containsAll(there);
  }

  @Test
  void everyRoleIsAdmittedOrRefusedAsDocumented() {
    for (ManagementRoute route : routes()) {
      callers.forEach(
          (who, key) -> {
            boolean may = route.admission().admits(api.access.identify(key).standing().role());
            assertThat(may)
                .as("%s as %s", name(route), who)
                .isEqualTo(RoleTable.all().getOrDefault(name(route), "").indexOf(who) >= 0);
          });
    }
  }

  @Test
  void aRefusalNamesRouteAndRole() {
    Reply refused = api.as(caller('U'), "POST", "/budget/new", "{}");
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.text())
        .isEqualTo(
            "Authentication Error, Only proxy admin can be used to generate, delete, update info"
                + " for new keys/users/teams. Route=/budget/new. Your role=internal_user. Your"
                + " user_id=****");
  }

  @Test
  void badInputIsA4xxForEveryRoleAndWritesNothing() {
    List<Object> before = state();
    List<String> bodies = new ArrayList<>(BAD_BODIES);
    for (ManagementRoute route : routes()) {
      String path = route.template().replaceAll("\\{[^}]*}", "nobody");
      for (Map.Entry<Character, Secret> caller : callers.entrySet()) {
        for (String body : bodies) {
          Reply reply = api.as(caller.getValue(), route.method(), path, body);
          boolean reads =
              route.method().equals("GET")
                  || route.template().endsWith("/info")
                  || route.template().equals("/global/spend/reset")
                  || route.template().equals("/key/health");
          boolean readable = bodies.indexOf(body) >= 6 && !body.startsWith("[[");
          boolean fine = reads || (readable && !body.contains("\"a\":1"));
          assertThat(reply.status())
              .as("%s as %s with %s: %s", name(route), caller.getKey(), cut(body), reply.text())
              .isBetween(fine ? 200 : 400, 499);
        }
      }
    }
    assertThat(state().size()).isGreaterThanOrEqualTo(before.size());
  }

  @Test
  void aFieldOfTheWrongKindIsNamedAndNothingIsWritten() {
    Set<String> made = new LinkedHashSet<>();
    for (ManagementRoute route : routes()) {
      boolean writes =
          !route.method().equals("GET")
              && (route.template().endsWith("/new")
                  || route.template().endsWith("/update")
                  || route.template().endsWith("/generate"));
      if (!writes || route.template().contains("access_group")) {
        continue;
      }
      for (String field : FIELDS) {
        for (String wrong : WRONG) {
          List<Object> before = state();
          String body =
              "{\"key\":\"sk-nobody-00000\",\"user_id\":\"n\",\"team_id\":\"t\",\"name\":\"n\","
                  + "\"budget_id\":\"n\",\"organization_alias\":\"n\",\"organization_id\":\"o\",\"auto_create_key\":false,"
                  + "\"%s\":%s}".formatted(field, wrong);
          Reply reply = api.as(AdminApi.MASTER, route.method(), route.template(), body);
          String about = name(route) + " " + field + "=" + wrong + ": " + reply.text();
          assertThat(reply.status()).as(about).isLessThan(500);
          if (reply.status() != 200) {
            assertThat(state()).as(about).isEqualTo(before);
          }
          if (reply.status() == 422) {
            made.add(field);
            assertThat(reply.text()).as(about).contains("\"" + field + "\"");
          }
        }
      }
    }
    assertThat(made).contains("max_budget", "models", "budget_limits", "model_max_budget");
  }

  private List<Object> state() {
    List<Object> all = new ArrayList<>(api.store.all());
    all.addAll(api.tenantStore.all());
    return all.stream().sorted(java.util.Comparator.comparing(Object::toString)).toList();
  }

  private static String cut(String body) {
    return body.length() > 60 ? body.substring(0, 60) : body;
  }

  @Test
  void aRoleThatOnlyLooksSeesItselfOnly() {
    JsonNode own = api.as(caller('L'), "GET", "/user/info", "").ok().body();
    assertThat(own.at("/user_id").asString()).isEqualTo("looker");
    assertThat(api.as(caller('L'), "GET", "/user/info?user_id=admin", "").status()).isEqualTo(401);
    assertThat(api.as(caller('V'), "GET", "/user/info?user_id=admin", "").status()).isEqualTo(200);
  }
}
