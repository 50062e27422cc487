package dev.tollgate.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that are promised a share of what their team may use a minute. */
class GuaranteedTest {
  private final AdminApi api = new AdminApi();

  @BeforeEach
  void team() {
    api.post("/team/new", "{\"team_id\":\"t\",\"tpm_limit\":10000,\"rpm_limit\":100}").ok();
    api.post("/key/generate", "{\"team_id\":\"t\",\"tpm_limit\":6000,\"rpm_limit\":60}").ok();
    api.post("/key/generate", "{\"team_id\":\"t\",\"tpm_limit\":3000,\"rpm_limit\":30}").ok();
    api.post("/key/generate", "{\"tpm_limit\":90000,\"rpm_limit\":9000}").ok();
  }

  private static String key(String what, long limit, String type) {
    return "{\"team_id\":\"t\",\"%s_limit\":%d,\"%s_limit_type\":\"%s\"}"
        .formatted(what, limit, what, type);
  }

  @ParameterizedTest
  @CsvSource({
    "tpm, 1001, Allocated TPM limit=9000 + Key TPM limit=1001 is greater than team TPM limit=10000",
    "rpm, 11, Allocated RPM limit=90 + Key RPM limit=11 is greater than team RPM limit=100"
  })
  void moreThanTheTeamHasLeftIsRefused(String what, long limit, String message) {
    AdminApi.Reply refused = api.post("/key/generate", key(what, limit, "guaranteed_throughput"));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.string("/error/message")).isEqualTo(message);
    api.post("/key/generate", key(what, limit - 1, "guaranteed_throughput")).ok();
  }

  @ParameterizedTest
  @ValueSource(strings = {"best_effort_throughput", "dynamic"})
  void whatIsNotGuaranteedMayBeMore(String type) {
    api.post("/key/generate", key("tpm", 50_000, type)).ok();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/key/update", "/key/regenerate"})
  void aKeysOwnShareDoesNotStandInItsWay(String path) {
    String made =
        api.post("/key/generate", key("tpm", 1000, "guaranteed_throughput")).ok().string("/key");
    AdminApi.Reply refused = api.post(path, "{\"key\":\"" + made + "\",\"tpm_limit\":1001}");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.text()).contains("Allocated TPM limit=9000 + Key TPM limit=1001");
    api.post(path, "{\"key\":\"" + made + "\",\"tpm_limit\":999}").ok();
  }

  private void organization() {
    api.post(
            "/organization/new",
            "{\"organization_id\":\"o\",\"organization_alias\":\"o\",\"tpm_limit\":10000,"
                + "\"rpm_limit\":100}")
        .ok();
    api.post("/team/new", team("first", "tpm", 9000, "best_effort_throughput")).ok();
    api.post("/team/new", team("second", "rpm", 90, "best_effort_throughput")).ok();
  }

  private static String team(String id, String what, long limit, String type) {
    return "{\"team_id\":\"%s\",\"organization_id\":\"o\",\"%s_limit\":%d,\"%s_limit_type\":\"%s\"}"
        .formatted(id, what, limit, what, type);
  }

  @ParameterizedTest
  @CsvSource({
    "tpm, 1001, Allocated TPM limit=9000 + Team TPM limit=1001 is greater than organization TPM limit=10000",
    "rpm, 11, Allocated RPM limit=90 + Team RPM limit=11 is greater than organization RPM limit=100"
  })
  void moreThanTheOrganisationHasLeftIsRefused(String what, long limit, String message) {
    organization();
    AdminApi.Reply refused =
        api.post("/team/new", team("third", what, limit, "guaranteed_throughput"));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.string("/error/message")).isEqualTo(message);
    api.post("/team/new", team("third", what, limit - 1, "guaranteed_throughput")).ok();
    api.post("/team/new", team("fourth", what, limit, "best_effort_throughput")).ok();
  }

  @Test
  void aTeamsOwnShareDoesNotStandInItsWay() {
    organization();
    api.post("/team/new", team("third", "tpm", 1000, "guaranteed_throughput")).ok();
    api.post("/team/update", "{\"team_id\":\"third\",\"tpm_limit\":999}").ok();
    AdminApi.Reply refused = api.post("/team/update", "{\"team_id\":\"third\",\"tpm_limit\":1001}");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.text()).contains("Allocated TPM limit=9000 + Team TPM limit=1001");
  }

  @Test
  void whatATeamCannotBePromisedIsRefusedByName() {
    AdminApi.Reply refused = api.post("/team/new", team("t2", "tpm", 1, "dynamic"));
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.text()).contains("tpm_limit_type");
  }
}
