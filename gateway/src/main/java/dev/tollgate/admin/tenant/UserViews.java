package dev.tollgate.admin.tenant;

import dev.tollgate.access.KeyOrder;
import dev.tollgate.access.KeyRow;
import dev.tollgate.access.Selection;
import dev.tollgate.access.Tenant;
import dev.tollgate.access.Tenant.Kind;
import dev.tollgate.admin.form.Json;
import dev.tollgate.admin.form.Parameters;
import dev.tollgate.admin.form.Rights;
import dev.tollgate.admin.form.Routes;
import dev.tollgate.admin.key.KeyView;
import dev.tollgate.http.ManagementRoute;
import dev.tollgate.http.ManagementRoute.Admission;
import dev.tollgate.http.ManagementRoute.Answer;
import dev.tollgate.http.ManagementRoute.Query;
import dev.tollgate.model.Caller;
import dev.tollgate.model.Role;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Looking at users. Thread-safe. */
final class UserViews {
  private static final int SIZE_MAX = 100;
  private static final int KEYS_MAX = 1000;

  private static final Map<Role, String> ABOUT =
      Map.of(
          Role.PROXY_ADMIN, "admin over the platform",
          Role.PROXY_ADMIN_VIEWER, "can see all keys, users and spend; changes nothing",
          Role.ORG_ADMIN, "manages the teams, users and keys of an organization",
          Role.INTERNAL_USER, "can make, see and delete own keys and see own spend",
          Role.INTERNAL_USER_VIEWER, "can see own keys and own spend");

  private final Desk desk;

  UserViews(Desk desk) {
    this.desk = desk;
  }

  List<ManagementRoute> all() {
    return List.of(
        Routes.get("/user/info", Admission.OWN_VIEW, this::info),
        Routes.get("/v2/user/info", Admission.OWN_VIEW, this::row),
        Routes.get("/user/list", Admission.ADMIN_VIEW, this::list),
        Routes.get("/user/available_roles", Admission.OWN_VIEW, _ -> roles()));
  }

  /** Whose row is wanted: the caller's own unless it may see others'. */
  private String wanted(Query query) {
    String id = Parameters.text(query, "user_id");
    Rights rights = desk.rights(query);
    String own = rights.userId();
    if (id == null) {
      return own == null ? Caller.DEFAULT_USER : own;
    }
    if (!rights.seesAll() && !rights.isSelf(id) && !managesOrganizationOf(rights, id)) {
      throw rights.denied();
    }
    return id;
  }

  private boolean managesOrganizationOf(Rights rights, String userId) {
    return desk
        .tenants()
        .list(Kind.ORGANIZATION_MEMBER, each -> userId.equals(each.terms().memberId()))
        .stream()
        .anyMatch(each -> rights.administersOrganization(each.terms().parentId()));
  }

  private @Nullable Tenant user(String id, boolean everybody) {
    Tenant user = desk.tenants().find(Kind.USER, id).orElse(null);
    if (user == null && everybody) {
      throw Desk.notFound(Kind.USER, id);
    }
    return user;
  }

  private Answer info(Query query) {
    String id = wanted(query);
    Tenant user = user(id, Parameters.text(query, "user_id") != null);
    TenantView view = desk.view();
    KeyView keyView = desk.keyView();
    ObjectNode body = Json.object();
    body.put("user_id", id);
    body.set("user_info", user == null ? Json.object() : view.row(Entity.USER, user));
    ArrayNode keys = body.putArray("keys");
    desk.keys()
        .page(KeyRow.ofUser(id), KeyOrder.NEWEST_FIRST, 0, KEYS_MAX)
        .rows()
        .forEach(row -> keys.add(keyView.listed(row.key())));
    ArrayNode teams = body.putArray("teams");
    desk.tenants().list(Kind.TEAM_MEMBER, each -> id.equals(each.terms().memberId())).stream()
        .limit(KEYS_MAX)
        .forEach(
            each ->
                desk.tenants()
                    .find(Kind.TEAM, String.valueOf(each.terms().parentId()))
                    .ifPresent(team -> teams.add(view.row(Entity.TEAM, team))));
    return Json.answer(200, body);
  }

  private Answer row(Query query) {
    String id = wanted(query);
    Tenant user =
        desk.tenants().find(Kind.USER, id).orElseThrow(() -> Desk.notFound(Kind.USER, id));
    return Json.answer(200, desk.view().row(Entity.USER, user));
  }

  private Answer list(Query query) {
    int page = Parameters.number(query, "page", 1, 1, Integer.MAX_VALUE);
    int size = Parameters.number(query, "page_size", 25, 1, SIZE_MAX);
    Selection<Tenant> found = desk.tenants().page(Kind.USER, fits(query), (page - 1L) * size, size);
    Map<String, Long> counts = keyCounts(found.rows());
    TenantView view = desk.view();
    ObjectNode body = Json.object();
    ArrayNode rows = body.putArray("users");
    for (Tenant user : found.rows()) {
      ObjectNode row = view.row(Entity.USER, user);
      row.put("key_count", counts.getOrDefault(user.id(), 0L));
      rows.add(row);
    }
    body.put("total", found.total());
    body.put("page", page);
    body.put("page_size", size);
    body.put("total_pages", (found.total() + size - 1) / size);
    return Json.answer(200, body);
  }

  /** How many keys each has, in one look at all keys. */
  private Map<String, Long> keyCounts(List<Tenant> users) {
    Set<String> ids = users.stream().map(Tenant::id).collect(Collectors.toSet());
    return desk.keys()
        .rows(key -> Desk.isAmong(ids, key.userId()))
        .collect(
            Collectors.groupingBy(
                (KeyRow key) -> String.valueOf(key.userId()), Collectors.counting()));
  }

  private Predicate<Tenant> fits(Query query) {
    String role = Parameters.text(query, "role");
    String ids = Parameters.text(query, "user_ids");
    List<String> named = ids == null ? List.of() : List.of(ids.split(",", 1000));
    String email = Parameters.text(query, "user_email");
    String team = Parameters.text(query, "team");
    return user ->
        (role == null || role.equals(user.terms().role()))
            && (named.isEmpty() || named.contains(user.id()))
            && (email == null || emailOf(user).contains(email.toLowerCase(Locale.ROOT)))
            && (team == null
                || desk.tenants()
                    .find(Tenant.Ref.member(Kind.TEAM_MEMBER, team, user.id()))
                    .isPresent());
  }

  private static String emailOf(Tenant user) {
    return Json.read(user.terms().extras())
        .path("user_email")
        .asString("")
        .toLowerCase(Locale.ROOT);
  }

  private static Answer roles() {
    ObjectNode body = Json.object();
    for (Role role :
        List.of(
            Role.PROXY_ADMIN,
            Role.PROXY_ADMIN_VIEWER,
            Role.ORG_ADMIN,
            Role.INTERNAL_USER,
            Role.INTERNAL_USER_VIEWER)) {
      body.putObject(role.word())
          .put("description", ABOUT.get(role))
          .put("ui_label", role.word().replace('_', ' '));
    }
    return Json.answer(200, body);
  }
}
