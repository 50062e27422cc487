package dev.tollgate.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.access.Keys;
import dev.tollgate.admin.AdminApi.Reply;
import dev.tollgate.model.Secret;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists of keys and teams that are gone. */
class DeletedListTest {
  private static final String KEYS = "/key/list?status=deleted";
  private static final String TEAMS = "/v2/team/list?status=deleted";

  private final AdminApi api = new AdminApi();

  private Secret key(String body) {
    return Secret.of(api.post("/key/generate", body).ok().string("/key"));
  }

  private void delete(Secret key) {
    api.now = api.now.plus(Duration.ofSeconds(1));
    api.post("/key/delete", "{\"keys\":[\"" + key.reveal() + "\"]}").ok();
  }

  private static String hash(Secret key) {
    return Keys.hashOf(key.reveal());
  }

  @Test
  void deletedKeysAreListedAsTheyWereAndNoOthers() {
    Secret gone = key("{\"key_alias\":\"gone\",\"rpm_limit\":5,\"user_id\":\"u\"}");
    key("{\"key_alias\":\"there\"}");
    delete(gone);
    Reply hashes = api.get(KEYS).ok();
    assertThat(hashes.text())
        .isEqualTo(
            "{\"keys\":[\""
                + hash(gone)
                + "\"],\"total_count\":1,\"current_page\":1,\"total_pages\":1}");
    Reply full = api.get(KEYS + "&return_full_object=true").ok();
    assertThat(full.string("/keys/0/key_alias")).isEqualTo("gone");
    assertThat(full.text()).contains("\"rpm_limit\":5");
    assertThat(full.string("/keys/0/deleted_by")).isEqualTo("default_user_id");
    assertThat(full.string("/keys/0/deleted_at")).startsWith("2026-11-22T12:11:33.644");
    assertThat(api.get("/key/list").ok().text()).doesNotContain(hash(gone));
  }

  @Test
  void theListOfDeletedKeysHasTheFiltersAndPagesOfTheOther() {
    for (int i = 0; i < 5; i++) {
      delete(key("{\"key_alias\":\"k" + i + "\",\"user_id\":\"u" + i % 2 + "\"}"));
    }
    assertThat(api.get(KEYS + "&user_id=u1").ok().text()).contains("\"total_count\":2");
    assertThat(api.get(KEYS + "&key_alias=k3").ok().text()).contains("\"total_count\":1");
    Reply second = api.get(KEYS + "&size=2&page=2&sort_by=key_alias&sort_order=asc&expand=user");
    assertThat(second.ok().string("/keys/0/key_alias")).isEqualTo("k2");
    assertThat(second.string("/keys/1/key_alias")).isEqualTo("k3");
    assertThat(second.text()).contains("\"total_count\":5").contains("\"total_pages\":3");
  }

  @Test
  void aKeyThatGotAnotherSecretWasNotDeleted() {
    Secret old = key("{\"key_alias\":\"kept\"}");
    api.post("/key/regenerate", "{\"key\":\"" + old.reveal() + "\"}").ok();
    assertThat(api.get(KEYS).ok().text()).contains("\"total_count\":0");
  }

  @Test
  void aUserSeesNoDeletedKeysButItsOwn() {
    Secret ann =
        Secret.of(
            api.post("/user/new", "{\"user_id\":\"ann\",\"user_role\":\"internal_user\"}")
                .ok()
                .string("/key"));
    Secret own = key("{\"user_id\":\"ann\"}");
    api.post("/team/new", "{\"team_id\":\"t\"}").ok();
    Secret teams = key("{\"team_id\":\"t\"}");
    delete(own);
    delete(teams);
    api.post("/team/delete", "{\"team_ids\":[\"t\"]}").ok();
    // A team of the same name that is the user's is another one.
    api.post(
            "/team/new",
            "{\"team_id\":\"t\",\"members_with_roles\":[{\"role\":\"admin\",\"user_id\":\"ann\"}]}")
        .ok();
    Reply seen = api.getAs(ann, KEYS).ok();
    assertThat(seen.text()).contains(hash(own)).doesNotContain(hash(teams));
    assertThat(api.getAs(ann, TEAMS).ok().text()).contains("\"total\":0");
    assertThat(api.getAs(ann, KEYS + "&user_id=other").status()).isEqualTo(403);
  }

  @Test
  void deletedTeamsAreListedAsTheyWereAndNoOthers() {
    api.post("/team/new", "{\"team_id\":\"gone\",\"team_alias\":\"Gone\",\"rpm_limit\":7}").ok();
    api.post("/team/new", "{\"team_id\":\"there\"}").ok();
    api.post("/team/delete", "{\"team_ids\":[\"gone\"]}").ok();
    Reply teams = api.get(TEAMS).ok();
    assertThat(teams.string("/teams/0/team_id")).isEqualTo("gone");
    assertThat(teams.string("/teams/0/team_alias")).isEqualTo("Gone");
    assertThat(teams.string("/teams/0/deleted_by")).isEqualTo("default_user_id");
    assertThat(teams.text()).contains("\"total\":1").contains("\"rpm_limit\":7");
    assertThat(api.get(TEAMS + "&team_alias=nobody").ok().text()).contains("\"total\":0");
    assertThat(api.get("/v2/team/list").ok().text()).doesNotContain("\"gone\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/key/list?status=blocked", "/v2/team/list?status=alive"})
  void anyOtherStatusIsRefused(String path) {
    Reply refused = api.get(path);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.text()).contains("status");
  }
}
