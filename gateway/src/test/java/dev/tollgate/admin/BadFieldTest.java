package dev.tollgate.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.AdminApi.Reply;
import dev.tollgate.admin.form.Field;
import dev.tollgate.admin.form.Json;
import dev.tollgate.admin.key.KeyFieldTable;
import dev.tollgate.admin.tenant.EntityFieldTable;
import dev.tollgate.model.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/**
 * Every field of every request that makes or changes something, with every kind of value that is
 * none for it: refused with the field's name, and nothing is written. Generated from the tables of
 * fields.
 */
class BadFieldTest {
  private static final String HUGE = "1e400";
  private static final String DEEP = "[".repeat(70) + "]".repeat(70);

  private final AdminApi api = new AdminApi();
  private String key = "";

  @BeforeEach
  void everythingIsThere() {
    api.post("/organization/new", "{\"organization_id\":\"o\",\"organization_alias\":\"o\"}").ok();
    api.post("/team/new", "{\"team_id\":\"t\",\"organization_id\":\"o\"}").ok();
    api.post("/user/new", "{\"user_id\":\"u\",\"auto_create_key\":false}").ok();
    api.post("/budget/new", "{\"budget_id\":\"b\",\"max_budget\":1}").ok();
    api.post("/customer/new", "{\"user_id\":\"c\"}").ok();
    api.post("/tag/new", "{\"name\":\"g\"}").ok();
    key = api.post("/key/generate", "{\"team_id\":\"t\"}").ok().string("/key");
  }

  /** A request that would be good. */
  record Good(String method, String path, String body, Map<String, Field> fields) {
    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  static List<Good> requests() {
    Map<String, Map<String, Field>> tables = EntityFieldTable.all();
    List<Good> all = new ArrayList<>();
    for (String path : List.of("/key/generate", "/key/service-account/generate")) {
      all.add(new Good("POST", path, "{\"team_id\":\"t\"}", KeyFieldTable.all()));
    }
    for (String path : List.of("/key/update", "/key/regenerate")) {
      all.add(new Good("POST", path, "{\"key\":\"KEY\"}", KeyFieldTable.all()));
    }
    Map<String, String> ids =
        Map.of(
            "team",
            "team_id",
            "user",
            "user_id",
            "customer",
            "user_id",
            "budget",
            "budget_id",
            "tag",
            "name",
            "organization",
            "organization_id");
    Map<String, String> there =
        Map.of(
            "team",
            "t",
            "user",
            "u",
            "customer",
            "c",
            "budget",
            "b",
            "tag",
            "g",
            "organization",
            "o");
    tables.forEach(
        (root, fields) -> {
          String id = "{\"" + ids.get(root) + "\":\"%s\"%s}";
          String more =
              switch (root) {
                case "organization" -> ",\"organization_alias\":\"n\"";
                case "user" -> ",\"auto_create_key\":false";
                default -> "";
              };
          all.add(new Good("POST", "/" + root + "/new", id.formatted("new", more), fields));
          String update = root.equals("organization") ? "PATCH" : "POST";
          all.add(
              new Good(update, "/" + root + "/update", id.formatted(there.get(root), ""), fields));
        });
    return all;
  }

  private static List<String> wrong(Field field) {
    List<String> values =
        switch (field.kind()) {
          case NUMBER ->
              List.of("\"x\"", "\"NaN\"", "{}", "[]", "-1", "-0.000000001", HUGE, "\"\"");
          case INTEGER ->
              List.of("\"x\"", "1.5", "{}", "[1]", "-1", "99999999999999999999", HUGE, "\"NaN\"");
          case TEXT ->
              List.of("7", "{}", "[]", "true", "[\"x\"]", "\"" + "x".repeat(1 << 19) + "\"");
          case FLAG -> List.of("\"maybe\"", "7", "{}", "[]", "0.5");
          case TEXTS ->
              List.of("7", "\"x\"", "{}", "[7]", "[{}]", "[null]", "[\"a\",[]]", DEEP_LIST);
          case TEXT_MAP -> List.of("7", "\"x\"", "[]", "{\"a\":7}", "{\"a\":{}}", "{\"a\":null}");
          case TEXT_LISTS ->
              List.of(
                  "7", "\"x\"", "[]", "{\"a\":7}", "{\"a\":\"x\"}", "{\"a\":[7]}", "{\"a\":{}}");
          case OBJECT -> List.of("7", "\"x\"", "[]", "true");
          case LIST -> List.of("7", "\"x\"", "{}", "true");
          case WINDOWS ->
              List.of(
                  "7",
                  "\"x\"",
                  "{}",
                  "[7]",
                  "[{}]",
                  "[{\"budget_duration\":\"x\",\"max_budget\":1}]",
                  "[{\"budget_duration\":\"1d\",\"max_budget\":-1}]",
                  "[{\"budget_duration\":\"1d\",\"max_budget\":1e400}]");
          case MODEL_BUDGETS ->
              List.of(
                  "7",
                  "\"x\"",
                  "[]",
                  "{\"m\":{\"budget_limit\":-1,\"time_period\":\"1d\"}}",
                  "{\"m\":{\"budget_limit\":\"x\",\"time_period\":\"1d\"}}",
                  "{\"m\":{\"budget_limit\":1,\"time_period\":\"x\"}}");
          case COUNTS ->
              List.of(
                  "7", "\"x\"", "[]", "{\"m\":\"x\"}", "{\"m\":-1}", "{\"m\":{}}", "{\"m\":1.5}");
        };
    if (field.choices().isEmpty()) {
      return values;
    }
    List<String> all = new ArrayList<>(values);
    all.add("\"no such choice\"");
    return all;
  }

  private static final String DEEP_LIST = "[" + "[".repeat(20) + "]".repeat(20) + "]";

  private Reply send(Good good, ObjectNode body) {
    String text = Json.text(body).replace("\"KEY\"", "\"" + key + "\"");
    return api.as(AdminApi.MASTER, good.method(), good.path(), text);
  }

  @ParameterizedTest
  @MethodSource("requests")
  void aValueOfTheWrongKindIsRefusedByTheFieldsNameAndNothingIsWritten(Good good) {
    List<Object> before = state();
    List<String> odd = new ArrayList<>();
    for (Field field : good.fields().values()) {
      for (String value : wrong(field)) {
        ObjectNode body = (ObjectNode) Json.read(good.body());
        body.set(field.name(), Json.read(value));
        Reply reply = send(good, body);
        String about = field.name() + "=" + (value.length() > 60 ? "long" : value) + ": ";
        if (reply.status() < 400 || reply.status() >= 500) {
          odd.add(about + reply.status());
        } else if (!reply.text().contains(field.name())) {
          odd.add(about + "not named in " + reply.status() + " " + reply.text());
        }
        if (!state().equals(before)) {
          odd.add(about + "written");
          before = state();
        }
      }
    }
    assertThat(odd).as("%s", good).isEmpty();
  }

  @Test
  void theRequestsAreGoodButForTheField() {
    for (Good good : requests()) {
      ObjectNode body = (ObjectNode) Json.read(good.body());
      assertThat(send(good, body).status()).as("%s", good).isEqualTo(200);
      everythingIsThereAgain();
    }
  }

  private void everythingIsThereAgain() {
    key = api.post("/key/generate", "{\"team_id\":\"t\"}").ok().string("/key");
  }

  @Test
  void whatIsNoDocumentIsRefusedAndNothingIsWritten() {
    List<Object> before = state();
    for (Good good : requests()) {
      for (String body :
          List.of(
              "",
              "{",
              "[]",
              "7",
              "null",
              "\"x\"",
              "NaN",
              "{\"a\":NaN}",
              "{\"a\":1,\"a\":2}",
              "{\"max_budget\":1,\"max_budget\":2}",
              DEEP,
              "{\"metadata\":" + DEEP + "}",
              "{}{}",
              "{\"a\":\"\u0000\"}",
              "{'a':1}")) {
        Reply reply = api.as(AdminApi.MASTER, good.method(), good.path(), body);
        assertThat(reply.status()).as("%s with %.40s", good, body).isBetween(400, 499);
      }
    }
    assertThat(state()).isEqualTo(before);
    assertThat(api.access.identify(Secret.of(key)).standing()).isNotNull();
  }

  private List<Object> state() {
    List<Object> all = new ArrayList<>(api.store.all());
    all.addAll(api.tenantStore.all());
    return all;
  }
}
