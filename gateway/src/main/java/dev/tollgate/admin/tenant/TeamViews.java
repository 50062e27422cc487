package dev.tollgate.admin.tenant;

import dev.tollgate.access.Deleted;
import dev.tollgate.access.KeyOrder;
import dev.tollgate.access.KeyRow;
import dev.tollgate.access.Selection;
import dev.tollgate.access.Tenant;
import dev.tollgate.access.Tenant.Kind;
import dev.tollgate.admin.form.Form;
import dev.tollgate.admin.form.Json;
import dev.tollgate.admin.form.Moments;
import dev.tollgate.admin.form.Parameters;
import dev.tollgate.admin.form.RefusedException;
import dev.tollgate.admin.form.Rights;
import dev.tollgate.admin.form.Routes;
import dev.tollgate.admin.key.KeyView;
import dev.tollgate.http.ManagementRoute;
import dev.tollgate.http.ManagementRoute.Admission;
import dev.tollgate.http.ManagementRoute.Answer;
import dev.tollgate.http.ManagementRoute.Query;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Looking at teams. Thread-safe. */
final class TeamViews {
  /** What the members of a team can be allowed to do with its keys. */
  static final List<String> PERMISSIONS =
      List.of(
          "/key/generate",
          "/key/update",
          "/key/delete",
          "/key/info",
          "/key/regenerate",
          "/key/{key}/regenerate",
          "/key/list",
          "/key/block",
          "/key/unblock",
          "/key/health",
          "/key/service-account/generate");

  private static final int SIZE_MAX = 100;

  /** More keys of one team than this are looked up in {@code /key/list}. */
  private static final int KEYS_MAX = 1000;

  private final Desk desk;

  TeamViews(Desk desk) {
    this.desk = desk;
  }

  List<ManagementRoute> all() {
    return List.of(
        Routes.get("/team/info", Admission.KEY, this::info),
        Routes.get("/team/list", Admission.OWN_VIEW, this::list),
        Routes.get("/v2/team/list", Admission.OWN_VIEW, this::page),
        Routes.get("/team/available", Admission.OWN_VIEW, this::available),
        Routes.get("/team/permissions_list", Admission.OWN_VIEW, this::permissions),
        Routes.get("/team/{team_id}/callback", Admission.OWN_VIEW, this::callbacks),
        Routes.post("/team/{team_id}/callback", Admission.OWN_CHANGE, this::addCallback));
  }

  private Tenant seen(Query query, String id) {
    Rights rights = desk.rights(query);
    Tenant team = desk.tenants().find(Kind.TEAM, id).orElse(null);
    if (team == null && rights.seesAll()) {
      throw Desk.notFound(Kind.TEAM, id);
    }
    if (team == null || !rights.sees(team)) {
      throw RefusedException.python(
          403,
          "error",
          "key not allowed to access this team's info. Key team_id="
              + rights.caller().standing().teamId()
              + ", team_id="
              + id);
    }
    return team;
  }

  private static String wanted(Query query) {
    String id = Parameters.text(query, "team_id");
    if (id == null) {
      String own = Routes.caller(query).standing().teamId();
      if (own != null) {
        return own;
      }
      throw Parameters.invalid("missing", "team_id", "Field required");
    }
    return id;
  }

  private Answer info(Query query) {
    Tenant team = seen(query, wanted(query));
    TenantView view = desk.view();
    ObjectNode body = Json.object();
    body.put("team_id", team.id());
    body.set("team_info", view.row(Entity.TEAM, team));
    ArrayNode keys = body.putArray("keys");
    KeyView keyView = desk.keyView();
    desk.keys()
        .page(KeyRow.ofTeam(team.id()), KeyOrder.NEWEST_FIRST, 0, KEYS_MAX)
        .rows()
        .forEach(row -> keys.add(keyView.listed(row.key())));
    ArrayNode memberships = body.putArray("team_memberships");
    view.members(Kind.TEAM_MEMBER, team.id())
        .forEach(member -> memberships.add(view.membership(member)));
    return Json.answer(200, body);
  }

  /** The teams that a request asks for, as far as the caller sees them. */
  private Predicate<Tenant> fits(Query query) {
    Rights rights = desk.rights(query);
    String userId = Parameters.text(query, "user_id");
    if (userId != null && !rights.seesAll() && !rights.isSelf(userId)) {
      throw rights.denied();
    }
    String organization = Parameters.text(query, "organization_id");
    String id = Parameters.text(query, "team_id");
    String alias = Parameters.text(query, "team_alias");
    return team ->
        (organization == null || organization.equals(team.terms().parentId()))
            && (id == null || id.equals(team.id()))
            && (alias == null || has(team.terms().alias(), alias))
            && (userId == null || isMember(team.id(), userId))
            && rights.sees(team);
  }

  private boolean isMember(String teamId, String userId) {
    return desk.tenants().find(Tenant.Ref.member(Kind.TEAM_MEMBER, teamId, userId)).isPresent();
  }

  private static boolean has(@org.jspecify.annotations.Nullable String text, String part) {
    return text != null && text.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
  }

  private Answer list(Query query) {
    ArrayNode rows = JsonNodeFactory.instance.arrayNode();
    TenantView view = desk.view();
    int most = Parameters.number(query, "limit", KEYS_MAX, 1, KEYS_MAX);
    desk.tenants()
        .page(Kind.TEAM, fits(query), 0, most)
        .rows()
        .forEach(
            team -> {
              ObjectNode row = view.row(Entity.TEAM, team);
              row.putArray("team_memberships");
              row.putArray("keys");
              rows.add(row);
            });
    return Json.answer(200, rows);
  }

  private Answer page(Query query) {
    TenantView view = desk.view();
    int page = Parameters.number(query, "page", 1, 1, Integer.MAX_VALUE);
    int size = Parameters.number(query, "page_size", 10, 1, SIZE_MAX);
    long skip = (page - 1L) * size;
    ObjectNode body = Json.object();
    ArrayNode rows = body.putArray("teams");
    int total;
    if (Parameters.isDeleted(query)) {
      Rights rights = desk.rights(query);
      // Who belongs to a team of this name now need not have belonged to that one.
      Predicate<Tenant> fits =
          fits(query)
              .and(
                  team ->
                      rights.seesAll() || rights.administersOrganization(team.terms().parentId()));
      List<Deleted<Tenant>> found = desk.tenants().deletedTeams(fits);
      total = found.size();
      found.stream().skip(skip).limit(size).forEach(gone -> rows.add(deleted(view, gone)));
    } else {
      Selection<Tenant> found = desk.tenants().page(Kind.TEAM, fits(query), skip, size);
      total = found.total();
      found.rows().forEach(team -> rows.add(view.row(Entity.TEAM, team)));
    }
    body.put("total", total);
    body.put("page", page);
    body.put("page_size", size);
    body.put("total_pages", (total + size - 1) / size);
    return Json.answer(200, body);
  }

  private static ObjectNode deleted(TenantView view, Deleted<Tenant> gone) {
    return view.row(Entity.TEAM, gone.row())
        .put("deleted_at", Moments.text(gone.at(), "Z"))
        .put("deleted_by", gone.by());
  }

  /** Teams that a user may join without being asked: those that the operator names. */
  private Answer available(Query query) {
    ArrayNode rows = JsonNodeFactory.instance.arrayNode();
    TenantView view = desk.view();
    JsonNode named = Json.tree(desk.rules().userDefaults()).path("available_teams");
    String userId = Routes.caller(query).userId();
    for (JsonNode each : named) {
      String id = each.asString("");
      if (userId == null || !isMember(id, userId)) {
        desk.tenants().find(Kind.TEAM, id).ifPresent(team -> rows.add(view.row(Entity.TEAM, team)));
      }
    }
    return Json.answer(200, rows);
  }

  private Answer permissions(Query query) {
    Tenant team = seen(query, wanted(query));
    ObjectNode body = Json.object();
    body.put("team_id", team.id());
    body.set(
        "team_member_permissions", Json.tree(Rights.permissions(team).stream().sorted().toList()));
    body.set("all_available_permissions", Json.tree(PERMISSIONS));
    return Json.answer(200, body);
  }

  private Answer callbacks(Query query) {
    Tenant team = seen(query, Objects.requireNonNull(query.pathParameters().get("team_id")));
    return Json.answer(200, callbacks(team));
  }

  private static ObjectNode callbacks(Tenant team) {
    JsonNode settings = Json.read(team.terms().metadata()).path("callback_settings");
    ObjectNode body = Json.object();
    body.put("status", "success");
    ObjectNode data = body.putObject("data");
    data.put("team_id", team.id());
    for (String list : List.of("success_callback", "failure_callback")) {
      JsonNode names = settings.get(list);
      data.set(list + "s", names == null ? JsonNodeFactory.instance.arrayNode() : names);
    }
    // Their values are credentials; only their names are shown.
    ObjectNode variables = data.putObject("callback_vars");
    settings
        .path("callback_vars")
        .properties()
        .forEach(entry -> variables.put(entry.getKey(), "***"));
    return body;
  }

  private Answer addCallback(Query query) {
    ObjectNode document = Form.document(query.body());
    String name = Desk.needed(document, "callback_name");
    String id = Objects.requireNonNull(query.pathParameters().get("team_id"));
    Rights rights = desk.rights(query);
    Tenant team =
        desk.tenants()
            .write(
                Routes.author(query),
                draft -> {
                  Tenant old = TeamRoutes.mine(draft, rights, id);
                  ObjectNode metadata = (ObjectNode) Json.read(old.terms().metadata());
                  ObjectNode settings = metadata.withObject("/callback_settings");
                  String type = document.path("callback_type").asString("success_and_failure");
                  for (String kind : List.of("success", "failure")) {
                    if (type.contains(kind)) {
                      ArrayNode names = settings.withArray("/" + kind + "_callback");
                      if (names.valueStream().noneMatch(each -> name.equals(each.asString("")))) {
                        names.add(name);
                      }
                    }
                  }
                  if (document.get("callback_vars") instanceof ObjectNode given) {
                    settings.withObject("/callback_vars").setAll(given);
                  }
                  return draft.change(
                      old,
                      old.terms()
                          .withTexts(
                              dev.tollgate.admin.form.AllowanceReader.bounded("metadata", metadata),
                              old.terms().extras()));
                });
    return Json.answer(200, callbacks(team));
  }
}
