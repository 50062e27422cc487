package dev.tollgate.admin.tenant;

import dev.tollgate.access.Draft;
import dev.tollgate.access.KeyRow;
import dev.tollgate.access.MemberTerms;
import dev.tollgate.access.Tenant;
import dev.tollgate.access.Tenant.Kind;
import dev.tollgate.access.Tenant.Ref;
import dev.tollgate.access.Tenant.Terms;
import dev.tollgate.access.VirtualKey;
import dev.tollgate.admin.form.Form;
import dev.tollgate.admin.form.Json;
import dev.tollgate.admin.form.RefusedException;
import dev.tollgate.admin.form.Rights;
import dev.tollgate.admin.form.Routes;
import dev.tollgate.http.ManagementRoute;
import dev.tollgate.http.ManagementRoute.Admission;
import dev.tollgate.http.ManagementRoute.Answer;
import dev.tollgate.http.ManagementRoute.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Making, changing and removing LiteLLM's teams. Thread-safe. */
public final class TeamRoutes {
  /** What the admins of a team may change of it; the rest bounds them. */
  private static final Set<String> FOR_TEAM_ADMINS =
      Set.of(
          "team_id",
          "team_alias",
          "team_member_permissions",
          "team_member_budget",
          "team_member_budget_duration",
          "team_member_rpm_limit",
          "team_member_tpm_limit",
          "default_team_member_models");

  private final Desk desk;
  private final Members members;
  private final MemberBudget memberBudget;

  public TeamRoutes(Desk desk) {
    this.desk = desk;
    this.members = new Members(desk);
    this.memberBudget = new MemberBudget(desk);
  }

  public List<ManagementRoute> all() {
    Admission own = Admission.OWN_CHANGE;
    List<ManagementRoute> all = new ArrayList<>();
    all.add(Routes.post("/team/new", own, this::make));
    all.add(Routes.post("/team/update", own, this::update));
    all.add(Routes.post("/team/delete", own, this::delete));
    all.add(Routes.post("/team/block", Admission.ADMIN, query -> block(query, true)));
    all.add(Routes.post("/team/unblock", Admission.ADMIN, query -> block(query, false)));
    all.add(Routes.post("/team/model/add", Admission.ADMIN, query -> models(query, true)));
    all.add(Routes.post("/team/model/delete", Admission.ADMIN, query -> models(query, false)));
    all.add(Routes.post("/team/permissions_update", own, this::permissions));
    all.addAll(new TeamMemberRoutes(desk, members).all());
    all.addAll(new TeamViews(desk).all());
    return all;
  }

  private Answer make(Query query) {
    Form form =
        Desk.defaulted(Entity.TEAM, Desk.form(Entity.TEAM, query), desk.rules().teamDefaults());
    Rights rights = desk.rights(query);
    String organization = form.text("organization_id");
    if (!rights.administers()
        && (organization == null || !rights.administersOrganization(organization))) {
      throw rights.denied();
    }
    if (!rights.administers() && form.get("model_aliases") != null) {
      // An alias could lead to a model that the organisation does not have.
      throw adminsOnly("model_aliases");
    }
    String id = form.text("team_id") == null ? Desk.newId() : form.needed("team_id");
    Tenant team =
        desk.tenants()
            .write(
                Routes.author(query),
                draft -> {
                  if (draft.find(Kind.TEAM, id).isPresent()) {
                    throw RefusedException.python(
                        400,
                        "error",
                        "Team id = " + id + " already exists. Please use a different team id.");
                  }
                  Form kept = MemberBudget.kept(null, form);
                  Tenant made = desk.make(draft, Entity.TEAM, id, kept, Terms.OPEN);
                  TeamPassing.mustBeFor(rights, "{}", made.terms().metadata());
                  made = memberBudget.limited(draft, rights, made, form);
                  GuaranteedTeams.mustFit(draft, made);
                  addAll(draft, made, form, Routes.author(query));
                  return made;
                });
    return Json.answer(200, desk.view().row(Entity.TEAM, team));
  }

  /** The caller manages what it makes; then those that the request names. */
  private void addAll(Draft draft, Tenant team, Form form, String author) {
    JsonNode wanted = form.get("members_with_roles");
    List<Members.Named> named =
        wanted == null || wanted.isEmpty() ? List.of() : Members.named(wanted, Kind.TEAM_MEMBER);
    if (named.stream().noneMatch(each -> author.equals(each.userId()))) {
      draft.make(
          Ref.member(Kind.TEAM_MEMBER, team.id(), author),
          Terms.member(team.id(), author, Rights.TEAM_ADMIN));
    }
    for (Members.Named each : named) {
      members.add(draft, Kind.TEAM_MEMBER, team, each, Form.empty());
    }
  }

  private Answer update(Query query) {
    Form form = Desk.form(Entity.TEAM, query);
    String id = form.needed("team_id");
    Rights rights = desk.rights(query);
    Tenant team =
        desk.tenants()
            .write(
                Routes.author(query),
                draft -> {
                  Tenant old = mine(draft, rights, id);
                  mayChange(rights, old, form);
                  Form kept = MemberBudget.kept(MemberTerms.budgetId(old), form);
                  Tenant changed = desk.change(draft, Entity.TEAM, old, kept);
                  TeamPassing.mustBeFor(rights, old.terms().metadata(), changed.terms().metadata());
                  GuaranteedTeams.mustFit(draft, changed);
                  return memberBudget.limited(draft, rights, changed, form);
                });
    ObjectNode body = Json.object();
    body.put("team_id", id);
    body.set("data", desk.view().row(Entity.TEAM, team));
    return Json.answer(200, body);
  }

  /** A team that the caller manages. */
  static Tenant mine(Draft draft, Rights rights, String id) {
    Tenant team = draft.find(Kind.TEAM, id).orElse(null);
    if (team == null) {
      throw rights.seesAll() ? Desk.notFound(Kind.TEAM, id) : notYours(id);
    }
    if (!rights.administers(team)) {
      throw notYours(id);
    }
    return team;
  }

  /** The same for a team that is not there: who may not see it is not told. */
  static RefusedException notYours(String id) {
    return RefusedException.python(
        403, "error", "Call not allowed. User not proxy admin OR team admin. team_id=" + id);
  }

  private static void mayChange(Rights rights, Tenant team, Form form) {
    if (rights.administers()) {
      return;
    }
    boolean ofOrganization = rights.administersOrganization(team.terms().parentId());
    if (ofOrganization) {
      if (form.has("model_aliases")) {
        throw adminsOnly("model_aliases");
      }
      String to = form.text("organization_id");
      if (form.has("organization_id") && (to == null || !rights.administersOrganization(to))) {
        throw adminsOnly("organization_id");
      }
      return;
    }
    for (String name : form.names()) {
      if (!FOR_TEAM_ADMINS.contains(name)) {
        throw adminsOnly(name);
      }
    }
  }

  static RefusedException adminsOnly(String field) {
    return RefusedException.envelope(
        403, "Only proxy admins can set " + field + " of a team.", "auth_error", field);
  }

  private Answer delete(Query query) {
    List<String> ids = Desk.ids(query, "team_ids");
    Rights rights = desk.rights(query);
    List<VirtualKey> keys = desk.keys().list(KeyRow.ofTeams(Set.copyOf(ids)));
    List<Tenant> gone =
        desk.tenants()
            .write(
                Routes.author(query),
                draft -> {
                  List<Tenant> teams = new ArrayList<>();
                  for (String id : Set.copyOf(ids)) {
                    Tenant team = mine(draft, rights, id);
                    boolean own =
                        rights.administers()
                            || rights.administersOrganization(team.terms().parentId());
                    if (!own) {
                      throw notYours(id);
                    }
                    draft
                        .list(Kind.TEAM_MEMBER, each -> id.equals(each.terms().parentId()))
                        .forEach(draft::delete);
                    draft.delete(team);
                    teams.add(team);
                  }
                  keys.forEach(key -> draft.deleteKey(key.hash()));
                  return teams;
                });
    ObjectNode body = Json.object();
    ArrayNode names = body.putArray("deleted_teams");
    gone.forEach(team -> names.add(team.id()));
    body.put("deleted_keys", keys.size());
    return Json.answer(200, body);
  }

  private Answer changed(Query query, UnaryOperator<Terms> change) {
    String id = Desk.needed(Form.document(query.body()), "team_id");
    Rights rights = desk.rights(query);
    Tenant team =
        desk.tenants()
            .write(
                Routes.author(query),
                draft -> {
                  Tenant old = mine(draft, rights, id);
                  return draft.change(old, change.apply(old.terms()));
                });
    return Json.answer(200, desk.view().row(Entity.TEAM, team));
  }

  private Answer block(Query query, boolean blocked) {
    return changed(query, terms -> terms.withBlocked(blocked));
  }

  private Answer models(Query query, boolean add) {
    List<String> names = Desk.ids(query, "models");
    return changed(
        query,
        terms -> {
          List<String> models = new ArrayList<>(terms.models());
          if (add) {
            names.stream().filter(name -> !models.contains(name)).forEach(models::add);
          } else {
            models.removeAll(names);
            if (models.isEmpty() && !terms.models().isEmpty()) {
              // An empty list grants all: taking the last model away must not do that.
              models.add("no-default-models");
            }
          }
          return terms.withModels(models);
        });
  }

  private Answer permissions(Query query) {
    List<String> routes = Desk.ids(query, "team_member_permissions");
    for (String route : routes) {
      if (!TeamViews.PERMISSIONS.contains(route)) {
        throw RefusedException.badRequest(
            "team_member_permissions has " + route + ", expected one of " + TeamViews.PERMISSIONS,
            "team_member_permissions");
      }
    }
    return changed(
        query,
        terms -> {
          ObjectNode extras = (ObjectNode) Json.read(terms.extras());
          extras.set("team_member_permissions", Json.tree(routes));
          return terms.withTexts(terms.metadata(), Json.text(extras));
        });
  }
}
