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
}
