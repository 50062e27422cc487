package dev.tollgate.admin.tenant;

import dev.tollgate.access.Draft;
import dev.tollgate.access.KeyRow;
import dev.tollgate.access.Tenant;
import dev.tollgate.access.Tenant.Kind;
import dev.tollgate.access.Tenant.Terms;
import dev.tollgate.access.VirtualKey;
import dev.tollgate.admin.form.Form;
import dev.tollgate.admin.form.Json;
import dev.tollgate.admin.form.Parameters;
import dev.tollgate.admin.form.RefusedException;
import dev.tollgate.admin.form.Rights;
import dev.tollgate.admin.form.Routes;
import dev.tollgate.http.ManagementRoute;
import dev.tollgate.http.ManagementRoute.Admission;
import dev.tollgate.http.ManagementRoute.Answer;
import dev.tollgate.http.ManagementRoute.Query;
import dev.tollgate.model.Money;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** LiteLLM's organisations and who is in them. Thread-safe. */
public final class OrganizationRoutes {
  private static final int LIST_MAX = 1000;

  private final Desk desk;
  private final Members members;

  public OrganizationRoutes(Desk desk) {
    this.desk = desk;
    this.members = new Members(desk);
  }

  public List<ManagementRoute> all() {
    Admission own = Admission.OWN_CHANGE;
    return List.of(
        Routes.post("/organization/new", Admission.ADMIN, this::make),
        change("PATCH", "/organization/update", Admission.ADMIN, this::update),
        change("DELETE", "/organization/delete", Admission.ADMIN, this::delete),
        Routes.get("/organization/list", Admission.OWN_VIEW, this::list),
        Routes.get("/organization/info", Admission.OWN_VIEW, this::info),
        Routes.route("POST", "/organization/info", Admission.OWN_VIEW, "info_routes", this::infos),
        Routes.post("/organization/member_add", own, this::addMembers),
        change("PATCH", "/organization/member_update", own, this::updateMember),
        change("DELETE", "/organization/member_delete", own, this::deleteMember));
  }

  private static ManagementRoute change(
      String method, String path, Admission admission, ManagementRoute.Handler handler) {
    return Routes.route(method, path, admission, "management_routes", handler);
  }

  private Answer make(Query query) {
    Form form = Desk.form(Entity.ORGANIZATION, query);
    form.needed("organization_alias");
    String id =
        form.text("organization_id") == null ? Desk.newId() : form.needed("organization_id");
    Tenant made =
        desk.tenants()
            .write(
                Routes.author(query),
                draft -> {
                  if (draft.find(Kind.ORGANIZATION, id).isPresent()) {
                    throw RefusedException.python(
                        400, "error", "Organization with id " + id + " already exists");
                  }
                  return desk.make(draft, Entity.ORGANIZATION, id, form, Terms.OPEN);
                });
    return Json.answer(200, row(made));
  }

  private Answer update(Query query) {
    Form form = Desk.form(Entity.ORGANIZATION, query);
    String id = form.needed("organization_id");
    Tenant changed =
        desk.tenants()
            .write(
                Routes.author(query),
                draft -> desk.change(draft, Entity.ORGANIZATION, there(draft, id), form));
    return Json.answer(200, row(changed));
  }

  private static Tenant there(Draft draft, String id) {
    return draft
        .find(Kind.ORGANIZATION, id)
        .orElseThrow(() -> Desk.notFound(Kind.ORGANIZATION, id));
  }

  /** With its members, its teams, and the keys of these, as LiteLLM does. */
  private Answer delete(Query query) {
    List<String> ids = Desk.ids(query, "organization_ids");
    List<String> teams =
        desk.tenants().list(Kind.TEAM, team -> Desk.isAmong(ids, team.terms().parentId())).stream()
            .map(Tenant::id)
            .toList();
    List<VirtualKey> keys = desk.keys().list(KeyRow.ofTeams(Set.copyOf(teams)));
    List<Tenant> gone =
        desk.tenants()
            .write(
                Routes.author(query),
                draft -> {
                  List<Tenant> all = Desk.all(draft, Kind.ORGANIZATION, ids);
                  for (Kind kind : List.of(Kind.ORGANIZATION_MEMBER, Kind.TEAM)) {
                    draft
                        .list(kind, each -> Desk.isAmong(ids, each.terms().parentId()))
                        .forEach(draft::delete);
                  }
                  draft
                      .list(Kind.TEAM_MEMBER, each -> Desk.isAmong(teams, each.terms().parentId()))
                      .forEach(draft::delete);
                  keys.forEach(key -> draft.deleteKey(key.hash()));
                  all.forEach(draft::delete);
                  return all;
                });
    ArrayNode rows = JsonNodeFactory.instance.arrayNode();
    gone.forEach(each -> rows.add(desk.view().row(Entity.ORGANIZATION, each)));
    return Json.answer(200, rows);
  }

  /** A row with members and teams. */
  private ObjectNode row(Tenant organization) {
    TenantView view = desk.view();
    ObjectNode row = view.row(Entity.ORGANIZATION, organization);
    ArrayNode memberships = row.putArray("members");
    view.members(Kind.ORGANIZATION_MEMBER, organization.id())
        .forEach(member -> memberships.add(membership(view, member)));
    ArrayNode teams = row.putArray("teams");
    desk.tenants()
        .list(Kind.TEAM, team -> organization.id().equals(team.terms().parentId()))
        .forEach(team -> teams.add(view.row(Entity.TEAM, team)));
    return row;
  }

  private ObjectNode membership(TenantView view, Tenant member) {
    ObjectNode row = Json.object();
    row.put("user_id", member.terms().memberId());
    row.put("organization_id", member.terms().parentId());
    row.put("user_role", member.terms().role());
    row.set("spend", Json.money(Money.ZERO));
    row.put("budget_id", member.terms().budgetId());
    row.put("user_email", view.email(member.terms().memberId()));
    row.set("litellm_budget_table", view.budget(member.terms().budgetId()));
    return row;
  }

  private Answer list(Query query) {
    Rights rights = desk.rights(query);
    ArrayNode rows = JsonNodeFactory.instance.arrayNode();
    String id = Parameters.text(query, "org_id");
    String alias = Parameters.text(query, "org_alias");
    desk
        .tenants()
        .list(
            Kind.ORGANIZATION,
            each ->
                rights.isInOrganization(each.id())
                    && (id == null || id.equals(each.id()))
                    && (alias == null || contains(each.terms().alias(), alias)))
        .stream()
        .limit(LIST_MAX)
        .forEach(each -> rows.add(row(each)));
    return Json.answer(200, rows);
  }

  private static boolean contains(@Nullable String text, String part) {
    return text != null && text.contains(part);
  }

  private Answer info(Query query) {
    String id = Parameters.text(query, "organization_id");
    if (id == null) {
      throw Parameters.invalid("missing", "organization_id", "Field required");
    }
    if (!desk.rights(query).isInOrganization(id)) {
      throw desk.rights(query).denied();
    }
    return Json.answer(
        200,
        row(
            desk.tenants()
                .find(Kind.ORGANIZATION, id)
                .orElseThrow(() -> Desk.notFound(Kind.ORGANIZATION, id))));
  }

  private Answer infos(Query query) {
    Rights rights = desk.rights(query);
    ArrayNode rows = JsonNodeFactory.instance.arrayNode();
    for (String id : Set.copyOf(Desk.ids(query, "organizations"))) {
      if (rights.isInOrganization(id)) {
        desk.tenants().find(Kind.ORGANIZATION, id).ifPresent(each -> rows.add(row(each)));
      }
    }
    return Json.answer(200, rows);
  }

  private Tenant mine(Draft draft, Rights rights, String id) {
    if (!rights.administersOrganization(id)) {
      throw rights.denied();
    }
    return there(draft, id);
  }

  private Answer addMembers(Query query) {
    ObjectNode document = Form.document(query.body());
    Form limits = Members.limits(document);
    String id = Desk.needed(document, "organization_id");
    List<Members.Named> named = Members.named(document.get("member"), Kind.ORGANIZATION_MEMBER);
    Rights rights = desk.rights(query);
    List<Tenant> added =
        desk.tenants()
            .write(
                Routes.author(query),
                draft -> {
                  Tenant organization = mine(draft, rights, id);
                  List<Tenant> all = new ArrayList<>();
                  for (Members.Named each : named) {
                    all.add(
                        members.add(draft, Kind.ORGANIZATION_MEMBER, organization, each, limits));
                  }
                  // So that an organisation that is deleted meanwhile does not keep members.
                  draft.change(organization, organization.terms());
                  return all;
                });
    TenantView view = desk.view();
    ObjectNode body = Json.object();
    body.put("organization_id", id);
    ArrayNode users = body.putArray("updated_users");
    ArrayNode memberships = body.putArray("updated_organization_memberships");
    for (Tenant member : added) {
      desk.tenants()
          .find(Kind.USER, String.valueOf(member.terms().memberId()))
          .ifPresent(user -> users.add(view.row(Entity.USER, user)));
      memberships.add(membership(view, member));
    }
    return Json.answer(200, body);
  }

  private Answer updateMember(Query query) {
    ObjectNode document = Form.document(query.body());
    Form form = Members.limits(document);
    String id = Desk.needed(document, "organization_id");
    Rights rights = desk.rights(query);
    Tenant member =
        desk.tenants()
            .write(
                Routes.author(query),
                draft -> {
                  Tenant organization = mine(draft, rights, id);
                  return members.change(
                      draft,
                      Kind.ORGANIZATION_MEMBER,
                      Members.found(draft, Kind.ORGANIZATION_MEMBER, organization, form),
                      form);
                });
    return Json.answer(200, membership(desk.view(), member));
  }

  private Answer deleteMember(Query query) {
    ObjectNode document = Form.document(query.body());
    Form form = Members.limits(document);
    String id = Desk.needed(document, "organization_id");
    Rights rights = desk.rights(query);
    Tenant gone =
        desk.tenants()
            .write(
                Routes.author(query),
                draft -> {
                  Tenant organization = mine(draft, rights, id);
                  Tenant member =
                      Members.found(draft, Kind.ORGANIZATION_MEMBER, organization, form);
                  draft.delete(member);
                  return member;
                });
    return Json.answer(200, membership(desk.view(), gone));
  }
}
