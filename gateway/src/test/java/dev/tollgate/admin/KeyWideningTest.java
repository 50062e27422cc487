package dev.tollgate.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.AdminApi.Reply;
import dev.tollgate.admin.key.KeyRules;
import dev.tollgate.model.BudgetDay;
import dev.tollgate.model.Secret;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The owner of a key neither loosens it, nor makes one that may do more. */
class KeyWideningTest {
  private final AdminApi api = new AdminApi();

  @BeforeEach
  void user() {
    api.post("/user/new", "{\"user_id\":\"u\",\"user_role\":\"internal_user\"}").ok();
    api.post("/budget/new", "{\"budget_id\":\"b\",\"max_budget\":1,\"rpm_limit\":5}").ok();
  }

  /** A key of the user with these fields, made by the administrator. */
  private Secret given(String fields) {
    String more = fields.isEmpty() ? "" : "," + fields;
    return Secret.of(
        api.post("/key/generate", "{\"user_id\":\"u\"" + more + "}").ok().string("/key"));
  }

  private Reply update(Secret caller, Secret key, String fields) {
    return api.as(
        caller, "POST", "/key/update", "{\"key\":\"" + key.reveal() + "\"," + fields + "}");
  }

  private Reply generate(Secret caller, String fields) {
    return api.as(caller, "POST", "/key/generate", "{" + fields + "}");
  }

  private static void refuses(Reply reply, String field) {
    assertThat(reply.status()).as(reply.text()).isEqualTo(403);
    assertThat(reply.string("/error/param")).as(reply.text()).endsWith(field);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # what the administrator gave | what the owner asks for | the field that is named
          `` | "allowed_passthrough_routes":["/a/*"] | allowed_passthrough_routes
          `` | "metadata":{"allowed_passthrough_routes":["/a/*"]} | metadata.allowed_passthrough_routes
          "allowed_passthrough_routes":["/a/*"] | "metadata":{} | allowed_passthrough_routes
          "allowed_passthrough_routes":["/a/*"] | "allowed_passthrough_routes":[] | allowed_passthrough_routes
          "allowed_passthrough_routes":["/a/*"] | "allowed_passthrough_routes":["/b/*"] | allowed_passthrough_routes
          "denied_passthrough_routes":["/a/*"] | "denied_passthrough_routes":[] | denied_passthrough_routes
          "denied_passthrough_routes":["/a/*"] | "denied_passthrough_routes":["/a/b/*"] | denied_passthrough_routes
          "metadata":{"denied_passthrough_routes":["/a/*"]} | "metadata":{} | denied_passthrough_routes
          "tag_rpm_limit":{"t":1} | "tag_rpm_limit":{} | tag_rpm_limit
          "tag_rpm_limit":{"t":1} | "tag_rpm_limit":{"t":2} | tag_rpm_limit
          "tag_rpm_limit":{"t":1} | "metadata":{} | tag_rpm_limit
          "model_rpm_limit":{"m":1} | "metadata":{} | model_max_budget
          "model_tpm_limit":{"m":1} | "metadata":{"model_tpm_limit":{"m":2}} | model_max_budget
          "metadata":{"budget_enforcement":"strict"} | "metadata":{} | metadata
          "metadata":{"service_account_id":"s"} | "metadata":{} | metadata
          "enforced_params":["user"] | "metadata":{} | enforced_params
          "temp_budget_increase":1 | "metadata":{"temp_budget_increase":2} | metadata.temp_budget_increase
          "tags":["a","b"] | "tags":["a"] | tags
          "tags":["a"] | "tags":null | tags
          "metadata":{"tags":["a"]} | "metadata":{"note":"x"} | tags
          "max_budget":1,"budget_duration":"30d" | "budget_duration":"1s" | budget_duration
          "max_budget":1,"budget_duration":"30d" | "max_budget":0.5,"budget_duration":"29d" | budget_duration
          "max_budget":1,"budget_duration":"20d" | "budget_duration":"30d" | budget_duration
          "max_budget":1 | "budget_duration":"30d" | budget_duration
          "budget_id":"b" | "max_budget":2 | max_budget
          "budget_id":"b" | "max_budget":1,"budget_duration":"1d" | budget_duration
          "budget_id":"b" | "rpm_limit":6 | rpm_limit
          "budget_id":"b" | "budget_action":"alert" | budget_action
          "budget_id":null | "metadata":{"temp_budget_expiry":"2027-01-01T00:00:00Z"} | metadata.temp_budget_expiry
          """)
  void anOwnerDoesNotLoosenWhatAnAdministratorGave(String given, String asked, String field) {
    Secret key = given(given);
    String before = api.get("/key/info?key=" + key.reveal()).text();
    refuses(update(key, key, asked), field);
    refuses(update(given(""), key, asked), field);
    assertThat(api.get("/key/info?key=" + key.reveal()).text()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # what the key has | what is asked for another one | the field that is named
          "allowed_passthrough_routes":["/a/*"] | "models":["m"] | allowed_passthrough_routes
          "allowed_passthrough_routes":["/a/*"] | "allowed_passthrough_routes":["/*"] | allowed_passthrough_routes
          "denied_passthrough_routes":["/a/*"] | "models":["m"] | denied_passthrough_routes
          "denied_passthrough_routes":["/a/*"] | "metadata":{"denied_passthrough_routes":["/b"]} | denied_passthrough_routes
          "tag_rpm_limit":{"t":1} | "models":["m"] | tag_rpm_limit
          "tag_rpm_limit":{"t":1} | "metadata":{"tag_rpm_limit":{"t":2}} | tag_rpm_limit
          "tags":["a"] | "tags":["b"] | tags
          "max_budget":1,"budget_duration":"30d" | "max_budget":1,"budget_duration":"1s" | budget_duration
          "max_budget":1 | "max_budget":1,"budget_duration":"30d" | budget_duration
          "budget_id":"b" | "rpm_limit":5 | max_budget
          "budget_id":"b" | "max_budget":1 | rpm_limit
          """)
  void aKeyMakesNoneThatMayDoMore(String given, String asked, String field) {
    refuses(generate(given(given), asked), field);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # what the key has | what its owner may ask, of it and of another one
          `` | "denied_passthrough_routes":["/a"],"tag_rpm_limit":{"t":1}
          "allowed_passthrough_routes":["/a/*"] | "allowed_passthrough_routes":["/A/b*"]
          "denied_passthrough_routes":["/a/*"] | "denied_passthrough_routes":["/a","/b"]
          "tag_rpm_limit":{"t":2} | "tag_rpm_limit":{"t":1,"other":5}
          "temp_budget_increase":1 | "metadata":{"temp_budget_increase":1,"note":"x"}
          "max_budget":1,"budget_duration":"1d" | "max_budget":1,"budget_duration":"30d"
          "max_budget":1,"budget_duration":"1d" | "max_budget":1,"budget_duration":null
          "max_budget":1 | "max_budget":0.5
          "tags":["a"] | "tags":["b","a"]
          "budget_id":"b" | "max_budget":0.5,"rpm_limit":4
          """)
  void lessIsNotRefused(String given, String asked) {
    Secret key = given(given);
    update(key, key, asked).ok();
    if (!given.contains("temp_budget")) {
      generate(key, asked).ok();
    }
  }

  @Test
  void theOperatorsDefaultMetadataMayGiveRoutes() {
    Map<String, Object> routes = Map.of("allowed_passthrough_routes", List.of("/a/*"));
    Secret key = given("");
    api.rules = new KeyRules(Map.of("metadata", routes), Map.of(), false, BudgetDay.UTC);
    assertThat(generate(key, "").ok().body().at("/metadata/allowed_passthrough_routes/0"))
        .hasToString("\"/a/*\"");
  }

  /** Teams of which the user is a member who may make and change their keys. */
  private void teams(String role) {
    for (String id : List.of("t1", "t2")) {
      String member = "{\"user_id\":\"u\",\"role\":\"" + role + "\"}";
      api.post(
              "/team/new",
              "{\"team_id\":\""
                  + id
                  + "\",\"members_with_roles\":["
                  + member
                  + "],\"team_member_permissions\":[\"/key/update\",\"/key/generate\"]}")
          .ok();
    }
  }

  @Test
  void aMemberTakesNoKeyOutOfItsTeam() {
    teams("user");
    Secret key = given("\"team_id\":\"t1\"");
    for (Secret caller : List.of(key, given(""), given("\"models\":[\"m\"]"))) {
      refuses(update(caller, key, "\"team_id\":null"), "team_id");
      refuses(update(caller, key, "\"team_id\":\"t2\""), "team_id");
    }
    update(key, key, "\"team_id\":\"t1\"").ok();
    refuses(generate(key, "\"team_id\":\"t2\""), "team_id");
    generate(key, "\"team_id\":\"t1\"").ok();
    assertThat(api.access.identify(key).standing().teamId()).isEqualTo("t1");
  }

  @Test
  void aTeamsAdminTakesAKeyOutOfItAsFarAsItsOwnKeyGoes() {
    teams("admin");
    Secret key = given("\"team_id\":\"t1\"");
    refuses(update(given("\"models\":[\"m\"]"), key, "\"team_id\":null"), "models");
    refuses(update(key, key, "\"team_id\":null"), "team_id");
    update(key, key, "\"team_id\":\"t2\"").ok();
    update(given(""), key, "\"team_id\":null").ok();
  }

  @Test
  void whatAKeyKeepsIsNotHeldToTheKeyThatChangesIt() {
    teams("admin");
    Secret key =
        given(
            "\"team_id\":\"t1\",\"max_budget\":8,\"budget_duration\":\"1d\","
                + "\"allowed_passthrough_routes\":[\"/a/*\"]");
    Secret caller =
        given(
            "\"max_budget\":10,\"budget_duration\":\"30d\",\"tags\":[\"ops\"],\"tpd_limit\":10,"
                + "\"enforced_params\":[\"user\"],\"tag_rpm_limit\":{\"ops\":1}");
    update(caller, key, "\"tags\":[\"dev\"]").ok();
    update(caller, key, "\"denied_passthrough_routes\":[\"/a/b\"]").ok();
    update(caller, key, "\"max_budget\":5").ok();
    refuses(update(caller, key, "\"tpd_limit\":11"), "tpd_limit");
    refuses(update(caller, key, "\"max_budget\":9"), "budget_duration");
  }

  @Test
  void whoManagesAnOrganisationTakesNoKeyOutOfAnotherOne() {
    organizations("o2");
    api.post(
            "/team/new",
            named(
                "team_id",
                "t",
                "\"organization_id\":\"o1\",\"members_with_roles\":[{\"user_id\":\"u\",\"role\":\"admin\"}]"))
        .ok();
    for (String first : List.of("\"organization_id\":\"o1\"", "\"team_id\":\"t\"")) {
      refuses(update(given(""), given(first), "\"organization_id\":\"o2\""), "organization_id");
    }
    update(given(""), given(""), "\"organization_id\":\"o2\"").ok();
  }

  @Test
  void aKeyOfOneOrganisationComesIntoNoTeamOfAnother() {
    organizations("o1");
    api.post(
            "/team/new",
            named(
                "team_id",
                "t",
                "\"organization_id\":\"o2\",\"team_member_permissions\":[\"/key/update\"],"
                    + "\"members_with_roles\":[{\"user_id\":\"u\",\"role\":\"user\"}]"))
        .ok();
    Secret key = given("\"organization_id\":\"o1\"");
    refuses(update(given(""), key, "\"team_id\":\"t\""), "organization_id");
  }

  /** Two organisations, one of which the user administers. */
  private void organizations(String administered) {
    for (String id : List.of("o1", "o2")) {
      api.post("/organization/new", named("organization_id", id, "\"organization_alias\":\"o\""))
          .ok();
    }
    String member = "\"member\":{\"role\":\"org_admin\",\"user_id\":\"u\"}";
    api.post("/organization/member_add", named("organization_id", administered, member)).ok();
  }

  private static String named(String field, String id, String more) {
    return "{\"" + field + "\":\"" + id + "\"," + more + "}";
  }
}
