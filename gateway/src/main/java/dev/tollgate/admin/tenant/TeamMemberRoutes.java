package dev.tollgate.admin.tenant;

import dev.tollgate.access.Tenant;
import dev.tollgate.access.Tenant.Kind;
import dev.tollgate.access.Tenants;
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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Who is in a team, and what each may spend there. Thread-safe. */
final class TeamMemberRoutes {
  private final Desk desk;
  private final Tenants tenants;
  private final Members members;

  TeamMemberRoutes(Desk desk, Members members) {
    this.desk = desk;
    this.tenants = desk.tenants();
    this.members = members;
  }

  List<ManagementRoute> all() {
    Admission own = Admission.OWN_CHANGE;
    return List.of(
        Routes.post("/team/member_add", own, query -> add(query, "member")),
        Routes.post("/team/bulk_member_add", own, query -> add(query, "members")),
        Routes.post("/team/member_update", own, this::update),
        Routes.post("/team/member_delete", own, this::delete));
  }

  private record Added(Tenant team, List<Tenant> members) {}

  private Answer add(Query query, String name) {
    ObjectNode document = Form.document(query.body());
    Form limits = Members.limits(document);
    String id = Desk.needed(document, "team_id");
    JsonNode wanted = document.get(name);
    List<Members.Named> named = Members.named(wanted, Kind.TEAM_MEMBER);
    Rights rights = desk.rights(query);
    Added added =
        tenants.write(
            Routes.author(query),
            draft -> {
              Tenant team = TeamRoutes.mine(draft, rights, id);
              List<Tenant> all = new ArrayList<>();
              for (Members.Named each : named) {
                all.add(members.add(draft, Kind.TEAM_MEMBER, team, each, limits));
              }
              // So that a team that is deleted meanwhile does not keep members.
              return new Added(draft.change(team, team.terms()), all);
            });
    TenantView view = desk.view();
    ObjectNode body = view.row(Entity.TEAM, added.team());
    ArrayNode users = body.putArray("updated_users");
    ArrayNode memberships = body.putArray("updated_team_memberships");
    for (Tenant member : added.members()) {
      tenants
          .find(Kind.USER, String.valueOf(member.terms().memberId()))
          .ifPresent(user -> users.add(view.row(Entity.USER, user)));
      memberships.add(view.membership(member));
    }
    return Json.answer(200, body);
  }

  private Answer update(Query query) {
    ObjectNode document = Form.document(query.body());
    Form form = Members.limits(document);
    String id = Desk.needed(document, "team_id");
    Rights rights = desk.rights(query);
    Tenant member =
        tenants.write(
            Routes.author(query),
            draft -> {
              Tenant team = TeamRoutes.mine(draft, rights, id);
              Tenant found = Members.found(draft, Kind.TEAM_MEMBER, team, form);
              return members.change(draft, Kind.TEAM_MEMBER, found, form);
            });
    ObjectNode body = Json.object();
    body.put("team_id", id);
    body.put("user_id", member.terms().memberId());
    body.put("user_email", desk.view().email(member.terms().memberId()));
    JsonNode budget = desk.view().budget(member.terms().budgetId());
    body.set("max_budget_in_team", orNull(budget.get("max_budget")));
    body.set("tpm_limit", orNull(budget.get("tpm_limit")));
    body.set("rpm_limit", orNull(budget.get("rpm_limit")));
    body.set("budget_duration", orNull(budget.get("budget_duration")));
    body.set("allowed_models", Json.tree(member.terms().models()));
    return Json.answer(200, body);
  }

  private static JsonNode orNull(JsonNode value) {
    return value == null ? JsonNodeFactory.instance.nullNode() : value;
  }

  private Answer delete(Query query) {
    ObjectNode document = Form.document(query.body());
    Form form = Members.limits(document);
    String id = Desk.needed(document, "team_id");
    Rights rights = desk.rights(query);
    Tenant left =
        tenants.write(
            Routes.author(query),
            draft -> {
              Tenant team = TeamRoutes.mine(draft, rights, id);
              Tenant member;
              try {
                member = Members.found(draft, Kind.TEAM_MEMBER, team, form);
              } catch (RefusedException missing) {
                if (form.text("user_id") == null && form.text("user_email") == null) {
                  throw missing;
                }
                throw RefusedException.python(
                    400, "error", "User not found in team. team_id=" + id);
              }
              draft.delete(member);
              String userId = String.valueOf(member.terms().memberId());
              // Else the key would go on drawing on the team without its member's budget.
              desk.keys()
                  .list(key -> id.equals(key.teamId()) && userId.equals(key.userId()))
                  .forEach(key -> draft.deleteKey(key.hash()));
              return draft.change(team, team.terms());
            });
    return Json.answer(200, desk.view().row(Entity.TEAM, left));
  }
}
