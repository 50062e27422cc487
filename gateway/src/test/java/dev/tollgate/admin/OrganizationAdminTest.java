package dev.tollgate.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.access.Keys;
import dev.tollgate.admin.AdminApi.Reply;
import dev.tollgate.model.Secret;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the admin of an organisation cannot reach by what its teams are called and say. */
class OrganizationAdminTest {
  private static final String MEMBERS_BUDGET = "/team_info/metadata/team_member_budget_id";

  private final AdminApi api = new AdminApi();
  private Secret admin = AdminApi.MASTER;

  @BeforeEach
  void organization() {
    make("/organization/new", "'organization_id':'o','organization_alias':'o','max_budget':5");
    admin = Secret.of(make("/user/new", "'user_id':'oa'").string("/key"));
    make(
        "/organization/member_add",
        "'organization_id':'o','member':{'role':'org_admin','user_id':'oa'}");
  }

  private static String body(String fields) {
    return ("{" + fields + "}").replace('\'', '"');
  }

  /** As the master. */
  private Reply make(String path, String fields) {
    return api.post(path, body(fields)).ok();
  }

  private Reply as(String path, String fields) {
    return api.as(admin, "POST", path, body(fields));
  }

  private Reply team(String id, String more) {
    return as("/team/new", "'team_id':'" + id + "','organization_id':'o'" + more);
  }

  private Reply update(String more) {
    return as("/team/update", "'team_id':'t'," + more);
  }

  private boolean isThere(String key) {
    return api.access.keys().find(Keys.hashOf(key)).isPresent();
  }

  @Test
  void aTeamCalledNullHasNoKeysButItsOwn() {
    String alone = make("/key/generate", "").string("/key");
    team("null", "").ok();
    String own = make("/key/generate", "'team_id':'null'").string("/key");
    Reply gone = as("/team/delete", "'team_ids':['null']").ok();
    assertThat(gone.string("/deleted_keys")).isEqualTo("1");
    assertThat(isThere(alone)).isTrue();
    assertThat(isThere(own)).isFalse();
  }

  @Test
  void aUserCalledNullHasNoKeysButItsOwn() {
    String alone = make("/key/generate", "").string("/key");
    String own = make("/user/new", "'user_id':'null'").string("/key");
    Reply listed = api.get("/user/list?user_ids=null").ok();
    assertThat(listed.string("/users/0/key_count")).isEqualTo("1");
    make("/user/delete", "'user_ids':['null']");
    assertThat(isThere(alone)).isTrue();
    assertThat(isThere(own)).isFalse();
  }

  @Test
  void anOrganizationCalledNullHasNoTeamsButItsOwn() {
    make("/organization/new", "'organization_id':'null','organization_alias':'x'");
    make("/team/new", "'team_id':'alone'");
    String key = make("/key/generate", "'team_id':'alone'").string("/key");
    String named = body("'organization_ids':['null']");
    api.as(AdminApi.MASTER, "DELETE", "/organization/delete", named).ok();
    assertThat(isThere(key)).isTrue();
    api.get("/team/info?team_id=alone").ok();
  }

  private String organizationsBudget() {
    String id = api.get("/organization/info?organization_id=o").ok().string("/budget_id");
    assertThat(id).isNotEmpty();
    return id;
  }

  private String membersBudget() {
    return api.get("/team/info?team_id=t").ok().string(MEMBERS_BUDGET);
  }

  private double most(String budget) {
    Reply info = make("/budget/info", "'budgets':['" + budget + "']");
    return info.body().at("/0/max_budget").asDouble();
  }

  @Test
  void noRequestSaysWhichBudgetMembersHave() {
    String budget = organizationsBudget();
    String naming = "'metadata':{'team_member_budget_id':'" + budget + "'}";
    Reply refused = team("t", "," + naming);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.text()).contains("team_member_budget_id");
    team("t", "").ok();
    assertThat(update(naming).status()).isEqualTo(400);
    assertThat(update(naming + ",'team_member_budget':9").status()).isEqualTo(400);
    update("'team_member_budget':999999").ok();
    assertThat(update(naming).status()).isEqualTo(400);
    assertThat(most(budget)).isEqualTo(5);
  }

  @Test
  void metadataThatAreSentBackKeepTheMembersBudget() {
    team("t", ",'team_member_budget':1").ok();
    String id = membersBudget();
    assertThat(id).isNotEmpty();
    update("'metadata':{'team_member_budget_id':'" + id + "'}").ok();
    update("'metadata':{'a':1}").ok();
    assertThat(membersBudget()).isEqualTo(id);
    update("'metadata':null").ok();
    assertThat(membersBudget()).isEqualTo(id);
    update("'team_member_budget':2").ok();
    assertThat(most(id)).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/key/generate", "/customer/new"})
  void aMembersBudgetThatOthersHaveTooIsNotTheTeamsToChange(String path) {
    team("t", ",'team_member_budget':1").ok();
    String id = membersBudget();
    make(path, "'user_id':'c','budget_id':'" + id + "'");
    assertThat(update("'team_member_budget':2").status()).isEqualTo(400);
    assertThat(most(id)).isEqualTo(1);
    make("/team/update", "'team_id':'t','team_member_budget':2");
    assertThat(most(id)).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'allowed_passthrough_routes':['/openai/*']",
        "'metadata':{'allowed_passthrough_routes':['/openai/*']}",
        "'metadata':{'allowed_passthrough_routes':{'a':'/openai/*'}}"
      })
  void aTeamsOwnRoutesToProvidersAreAnAdministratorsToGive(String routes) {
    assertThat(team("t", "," + routes).status()).isEqualTo(403);
    team("t", "").ok();
    Reply refused = update(routes);
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.text()).contains("allowed_passthrough_routes");
    make("/team/update", "'team_id':'t'," + routes);
    update(routes).ok();
    assertThat(update("'metadata':{}").status()).isEqualTo(403);
    assertThat(update("'allowed_passthrough_routes':null").status()).isEqualTo(403);
  }

  @Test
  void routesThatAreDeniedCanBecomeMoreButNotFewer() {
    team("t", ",'denied_passthrough_routes':['/openai/*']").ok();
    update("'denied_passthrough_routes':['/openai/*','/cohere']").ok();
    for (String fewer :
        new String[] {
          "'denied_passthrough_routes':['/cohere']",
          "'denied_passthrough_routes':null",
          "'metadata':{}"
        }) {
      Reply refused = update(fewer);
      assertThat(refused.status()).as(fewer).isEqualTo(403);
      assertThat(refused.text()).contains("denied_passthrough_routes");
    }
  }
}
