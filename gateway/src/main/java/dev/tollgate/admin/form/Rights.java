package dev.tollgate.admin.form;

import dev.tollgate.access.Access;
import dev.tollgate.access.KeyCeiling;
import dev.tollgate.access.Tenant;
import dev.tollgate.access.Tenant.Kind;
import dev.tollgate.access.Tenant.Ref;
import dev.tollgate.access.Tenants;
import dev.tollgate.http.ManagementRoute.Query;
import dev.tollgate.model.Caller;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Role;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What one caller may see and change. For one request. */
public final class Rights {
  /** LiteLLM's role of those who manage a team. */
  public static final String TEAM_ADMIN = "admin";

  /** What every member of a team may do with its keys, unless the team says otherwise. */
  private static final Set<String> MEMBERS_MAY = Set.of("/key/info", "/key/health");

  private final Caller caller;
  private final String path;
  private final Tenants tenants;

  public Rights(Query query, Tenants tenants) {
    this.caller = Routes.caller(query);
    this.path = query.path();
    this.tenants = tenants;
  }

  public Caller caller() {
    return caller;
  }

  /** An administrator of the proxy. */
  public boolean administers() {
    return caller.standing().role() == Role.PROXY_ADMIN;
  }

  /** Someone who may see everything. */
  public boolean seesAll() {
    return administers() || caller.standing().role() == Role.PROXY_ADMIN_VIEWER;
  }

  /** The user who calls; null for a key without one. */
  public @Nullable String userId() {
    return caller.userId();
  }

  public boolean isSelf(@Nullable String userId) {
    return userId != null && userId.equals(caller.userId());
  }

  private @Nullable String roleIn(Kind kind, @Nullable String groupId) {
    String userId = caller.userId();
    return userId == null || groupId == null
        ? null
        : tenants
            .find(Ref.member(kind, groupId, userId))
            .map(each -> each.terms().role())
            .orElse(null);
  }

  /** Whether the caller manages an organisation. */
  public boolean administersOrganization(@Nullable String organizationId) {
    return administers()
        || Role.ORG_ADMIN.word().equals(roleIn(Kind.ORGANIZATION_MEMBER, organizationId));
  }

  /** Whether the caller is in an organisation. */
  public boolean isInOrganization(@Nullable String organizationId) {
    return seesAll() || roleIn(Kind.ORGANIZATION_MEMBER, organizationId) != null;
  }

  /** Whether the caller manages a team: as its admin, or as its organisation's. */
  public boolean administers(Tenant team) {
    return administers()
        || TEAM_ADMIN.equals(roleIn(Kind.TEAM_MEMBER, team.id()))
        || administersOrganization(team.terms().parentId());
  }

  /** Whether the caller may look at a team. */
  public boolean sees(Tenant team) {
    return seesAll()
        || administers(team)
        || roleIn(Kind.TEAM_MEMBER, team.id()) != null
        || team.id().equals(caller.standing().teamId());
  }

  /** Whether the caller, being a member of a team, may use a route on the team's keys. */
  public boolean memberMay(Tenant team, String route) {
    return roleIn(Kind.TEAM_MEMBER, team.id()) != null && permissions(team).contains(route);
  }

  /** What a team's members may do with its keys. */
  public static Set<String> permissions(Tenant team) {
    JsonNode listed = Json.read(team.terms().extras()).path("team_member_permissions");
    if (listed.isEmpty()) {
      return MEMBERS_MAY;
    }
    Set<String> routes = new HashSet<>();
    listed.forEach(each -> routes.add(each.asString()));
    return routes;
  }

  /** Whether a user is one whose keys only an administrator may give out or change. */
  public boolean outranks(@Nullable String userId) {
    if (userId == null || isSelf(userId)) {
      return false;
    }
    String role = tenants.find(Kind.USER, userId).map(user -> user.terms().role()).orElse(null);
    return List.of(Role.PROXY_ADMIN, Role.PROXY_ADMIN_VIEWER, Role.ORG_ADMIN).stream()
        .anyMatch(high -> high.word().equals(role));
  }

  /** Whether the key that the caller calls with may call all routes that another one would. */
  public boolean mayGiveRoutes(List<String> routes) {
    return KeyCeiling.routes(caller.allowedRoutes(), routes);
  }

  /** LiteLLM's refusal of those who are no administrators. */
  public FailureException denied() {
    return new FailureException(Access.adminOnly(caller, path));
  }
}
