package dev.tollgate.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.access.Keys;
import dev.tollgate.admin.AdminApi.Reply;
import dev.tollgate.model.Secret;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A key with {@code allowed_routes} gets nobody one that may call more, whoever's it is. */
class BoundAdminTest {
  private static final String ROUTES =
      "'allowed_routes':['/user/new','/user/update','/user/bulk_update','/key/regenerate',"
          + "'/key/update','/key/info']";

  private final AdminApi api = new AdminApi();
  private Secret bound = AdminApi.MASTER;
  private String whole = "";

  @BeforeEach
  void admins() {
    whole = make("/user/new", "'user_id':'adm','user_role':'proxy_admin'").string("/key");
    bound = Secret.of(key("'user_id':'adm'," + ROUTES));
  }

  private static String body(String fields) {
    return ("{" + fields + "}").replace('\'', '"');
  }

  /** As the master. */
  private Reply make(String path, String fields) {
    return api.post(path, body(fields)).ok();
  }

  private String key(String fields) {
    return make("/key/generate", fields).string("/key");
  }

  private Reply as(String path, String fields) {
    return api.as(bound, "POST", path, body(fields));
  }

  private static void isRefused(Reply reply, String field) {
    assertThat(reply.status()).as(reply.text()).isEqualTo(403);
    assertThat(reply.text()).contains(field);
  }

  @Test
  void aNewUsersKeyMayCallNoMore() {
    isRefused(as("/user/new", "'user_id':'u'"), "allowed_routes");
    assertThat(api.get("/user/list?user_ids=u").string("/total")).isEqualTo("0");
    Reply made = as("/user/new", "'user_id':'u','allowed_routes':['/key/info']").ok();
    assertThat(made.body().at("/allowed_routes").toString()).isEqualTo("[\"/key/info\"]");
    as("/user/new", "'user_id':'v','auto_create_key':false").ok();
  }

  @Test
  void anOrganizationsAdminIsBoundToo() {
    make("/organization/new", "'organization_id':'o','organization_alias':'o'");
    make("/user/new", "'user_id':'oa'");
    make(
        "/organization/member_add",
        "'organization_id':'o','member':{'role':'org_admin','user_id':'oa'}");
    bound = Secret.of(key("'user_id':'oa'," + ROUTES));
    String user = "'user_id':'u','organizations':['o']";
    isRefused(as("/user/new", user), "allowed_routes");
    Reply made = as("/user/new", user + ",'allowed_routes':['/key/info']").ok();
    assertThat(made.body().at("/allowed_routes").toString()).isEqualTo("[\"/key/info\"]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"proxy_admin", "proxy_admin_viewer"})
  void nobodyBecomesAnAdministrator(String role) {
    make("/user/new", "'user_id':'u'");
    String given = "'user_role':'" + role + "'";
    isRefused(as("/user/new", given + ",'auto_create_key':false"), "user_role");
    isRefused(as("/user/update", "'user_id':'u'," + given), "user_role");
    Reply many = as("/user/bulk_update", "'users':[{'user_id':'u'," + given + "}]").ok();
    assertThat(many.string("/failed_updates")).isEqualTo("1");
    as("/user/update", "'user_id':'u','user_role':'internal_user_viewer'").ok();
    as("/user/update", "'user_id':'adm','user_role':'proxy_admin','rpm_limit':9").ok();
  }

  @Test
  void theNewSecretOfAKeyThatMayCallMoreIsNotTold() {
    String hash = Keys.hashOf(whole);
    isRefused(as("/key/regenerate", "'key':'" + hash + "'"), "allowed_routes");
    assertThat(api.access.keys().find(hash)).isPresent();
    String few = key("'user_id':'adm','allowed_routes':['/key/info']");
    as("/key/regenerate", "'key':'" + Keys.hashOf(few) + "'").ok();
  }

  @Test
  void norIsItToldToItsOwnUserByAKeyThatMayCallLess() {
    String own = make("/user/new", "'user_id':'u'").string("/key");
    bound = Secret.of(key("'user_id':'u'," + ROUTES));
    isRefused(as("/key/regenerate", "'key':'" + Keys.hashOf(own) + "'"), "allowed_routes");
  }

  @Test
  void aKeyThatMayCallMoreIsNotMadeAnAdministrators() {
    String plain = key("");
    isRefused(as("/key/update", "'key':'" + plain + "','user_id':'adm'"), "allowed_routes");
    as("/key/update", "'key':'" + plain + "','rpm_limit':3").ok();
  }
}
