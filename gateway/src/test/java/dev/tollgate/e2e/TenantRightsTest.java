package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.json.JsonMapper;

/** Who may change what of a tenant's, over the management API. */
class TenantRightsTest {
  private static final JsonMapper JSON = JsonMapper.shared();
  @RegisterExtension static final RunningGateway gateway = RunningGateway.start();

  @Test
  void whoMayOnlyLookMayNotAsk() throws Exception {
    String key =
        gateway.admin("/user/new", "{\"user_role\":\"proxy_admin_viewer\"}").path("key").asString();
    assertThat(gateway.chatWith(key, "").status()).isEqualTo(403);
    assertThat(gateway.get("/user/list", key).status()).isEqualTo(200);
    assertThat(gateway.post("/team/new", key, "{}").status()).isEqualTo(401);
  }

  @Test
  void aUserMakesKeysForItselfThatGiveNoMoreThanItsOwn() throws Exception {
    String key =
        gateway
            .admin("/user/new", "{\"user_id\":\"carol\",\"user_role\":\"internal_user\"}")
            .path("key")
            .asString();
    RawClient.Answer made = gateway.post("/key/generate", key, "{}");
    assertThat(JSON.readTree(made.body()).path("user_id").asString()).isEqualTo("carol");
    assertThat(gateway.post("/key/generate", key, "{\"user_id\":\"bob\"}").status()).isEqualTo(403);
    String small =
        gateway.madeKey("{\"user_id\":\"carol\",\"models\":[\"gpt-test\"],\"max_budget\":1}");
    for (String more :
        new String[] {
          "{}",
          "{\"models\":[\"gpt-test\"]}",
          "{\"models\":[\"*\"],\"max_budget\":1}",
          "{\"models\":[\"gpt-test\"],\"max_budget\":1,\"spend\":-1}",
          "{\"models\":[\"gpt-test\"],\"max_budget\":1,\"aliases\":{\"gpt-test\":\"other\"}}",
          "{\"models\":[\"gpt-test\"],\"max_budget\":1,\"metadata\":"
              + "{\"temp_budget_increase\":9}}",
          "{\"models\":[\"gpt-test\"],\"max_budget\":1,\"permissions\":{\"a\":true}}",
          "{\"models\":[\"gpt-test\"],\"max_budget\":1,\"team_id\":\"nobody\"}"
        }) {
      assertThat(gateway.post("/key/generate", small, more).status()).as(more).isBetween(400, 499);
    }
    assertThat(
            gateway
                .post("/key/generate", small, "{\"models\":[\"gpt-test\"],\"max_budget\":0.5}")
                .status())
        .isEqualTo(200);
    String bound = gateway.madeKey("{\"user_id\":\"carol\",\"budget_id\":\"" + budget() + "\"}");
    assertThat(
            gateway
                .post("/key/update", key, "{\"key\":\"" + bound + "\",\"budget_id\":null}")
                .status())
        .isEqualTo(403);
    String named = "{\"key\":\"" + small + "\",";
    for (String more : new String[] {"\"max_budget\":2}", "\"blocked\":false}", "\"models\":[]}"}) {
      assertThat(gateway.post("/key/update", key, named + more).status()).as(more).isEqualTo(403);
    }
    assertThat(gateway.post("/key/update", key, named + "\"max_budget\":0.5}").status())
        .isEqualTo(200);
    assertThat(
            gateway
                .post("/key/delete", key, "{\"keys\":[\"" + gateway.madeKey("{}") + "\"]}")
                .status())
        .isEqualTo(403);
  }

  private static String budget() throws IOException {
    return gateway.admin("/budget/new", "{\"max_budget\":1}").path("budget_id").asString();
  }

  @Test
  void aTeamsAdminManagesItsMembersAndNothingElse() throws Exception {
    String key =
        gateway
            .admin("/user/new", "{\"user_id\":\"lead\",\"user_role\":\"internal_user\"}")
            .path("key")
            .asString();
    gateway.admin("/user/new", "{\"user_id\":\"boss\",\"user_role\":\"proxy_admin\"}");
    gateway.admin(
        "/team/new",
        "{\"team_id\":\"led\",\"members_with_roles\":[{\"role\":\"admin\",\"user_id\":\"lead\"},"
            + "{\"role\":\"user\",\"user_id\":\"boss\"}]}");
    gateway.admin("/team/new", "{\"team_id\":\"other\"}");
    String member = "\"member\":{\"role\":\"user\",\"user_id\":\"dave\"}}";
    assertThat(gateway.post("/team/member_add", key, "{\"team_id\":\"led\"," + member).status())
        .isEqualTo(200);
    assertThat(gateway.post("/team/member_add", key, "{\"team_id\":\"other\"," + member).status())
        .isEqualTo(403);
    assertThat(gateway.post("/team/update", key, "{\"team_id\":\"led\",\"max_budget\":9}").status())
        .isEqualTo(403);
    assertThat(
            gateway
                .post("/key/generate", key, "{\"team_id\":\"led\",\"user_id\":\"dave\"}")
                .status())
        .isEqualTo(200);
    // Else a key of the administrator could be made by whoever has the administrator in a team.
    assertThat(
            gateway
                .post("/key/generate", key, "{\"team_id\":\"led\",\"user_id\":\"boss\"}")
                .status())
        .isEqualTo(403);
    String daves = gateway.madeKey("{\"team_id\":\"led\",\"user_id\":\"dave\"}");
    // A secret of a key that may do all that its user may would make the admin that user.
    assertThat(gateway.post("/key/regenerate", key, "{\"key\":\"" + daves + "\"}").status())
        .isEqualTo(403);
    RawClient.Answer forDave =
        gateway.post("/key/generate", key, "{\"team_id\":\"led\",\"user_id\":\"dave\"}");
    String asking = JSON.readTree(forDave.body()).path("key").asString();
    gateway.chatWith(asking, "").ok();
    assertThat(gateway.get("/user/info", asking).status()).isEqualTo(403);
    String bosss = gateway.madeKey("{\"team_id\":\"led\",\"user_id\":\"boss\"}");
    assertThat(gateway.post("/key/regenerate", key, "{\"key\":\"" + bosss + "\"}").status())
        .isEqualTo(403);
  }
}
