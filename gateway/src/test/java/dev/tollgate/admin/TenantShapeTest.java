package dev.tollgate.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.AdminApi.Reply;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Answers about tenants beside LiteLLM's recorded ones: the same fields in the same order. */
class TenantShapeTest {
  private final AdminApi api = new AdminApi();

  private static void isShapedLike(Reply reply, String name) throws Exception {
    JsonNode recorded = KeyShapeTest.example(name);
    assertThat(KeyShapeTest.names(reply.ok().body())).isEqualTo(KeyShapeTest.names(recorded));
  }

  @Test
  void aNewTeamHasLiteLlmsFields() throws Exception {
    Reply made =
        api.post(
            "/team/new",
            "{\"team_alias\":\"t1\",\"models\":[\"mock-gpt\"],\"max_budget\":0.00001,"
                + "\"budget_duration\":\"1d\"}");
    isShapedLike(made, "team_new.http");
    assertThat(made.string("/budget_reset_at")).isEqualTo("2026-11-23T00:00:00Z");
    assertThat(made.string("/members_with_roles/0/user_id")).isEqualTo("default_user_id");
    assertThat(made.string("/members_with_roles/0/role")).isEqualTo("admin");
  }

  @Test
  void aNewUserHasLiteLlmsFields() throws Exception {
    Reply made =
        api.post(
            "/user/new",
            "{\"user_email\":\"a@b.c\",\"user_role\":\"internal_user\",\"max_budget\":0.00001}");
    isShapedLike(made, "user_new.http");
    assertThat(made.string("/user_role")).isEqualTo("internal_user");
    assertThat(made.string("/key")).startsWith("sk-");
  }

  @Test
  void aCustomerHasLiteLlmsFields() throws Exception {
    api.post("/customer/new", "{\"user_id\":\"eu1\",\"max_budget\":1}").ok();
    Reply changed =
        api.post("/customer/update", "{\"user_id\":\"eu1\",\"blocked\":true,\"max_budget\":100}");
    isShapedLike(changed, "customer_update_blocked.http");
    assertThat(changed.body().at("/litellm_budget_table/max_budget").decimalValue())
        .isEqualByComparingTo("100");
    JsonNode recorded =
        KeyShapeTest.example("customer_update_blocked.http").path("litellm_budget_table");
    assertThat(KeyShapeTest.names(changed.body().path("litellm_budget_table")))
        .isEqualTo(KeyShapeTest.names(recorded));
  }

  @Test
  void aUserIsMadeWithItsKeyOrNotAtAll() {
    api.post("/key/generate", "{\"key_alias\":\"taken\"}").ok();
    Reply refused = api.post("/user/new", "{\"user_id\":\"u\",\"key_alias\":\"taken\"}");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(api.tenantStore.all()).isEmpty();
    assertThat(api.get("/user/info?user_id=u").status()).isEqualTo(404);
  }
}
