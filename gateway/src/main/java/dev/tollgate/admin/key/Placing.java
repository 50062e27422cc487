package dev.tollgate.admin.key;

import dev.tollgate.access.Tenant;
import dev.tollgate.access.Tenant.Kind;
import dev.tollgate.access.Tenants;
import dev.tollgate.access.VirtualKey.Terms;
import dev.tollgate.admin.form.RefusedException;
import dev.tollgate.admin.form.Rights;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where one caller, who does not administer the proxy, may put a key: team, organisation and user
 * bound it. For one request.
 */
final class Placing {
  private final Rights rights;
  private final Tenants tenants;
  private final String path;

  Placing(Rights rights, Tenants tenants, String path) {
    this.rights = rights;
    this.tenants = tenants;
    this.path = path;
  }

  /**
   * Checks where a key would be.
   *
   * @param before its terms before, null for a new one
   * @throws RefusedException if the caller may not put it there, or not take it away from where it
   *     is
   */
  void mustAllow(@Nullable Terms before, Terms after) {
    String left = before == null ? null : before.teamId();
    String joined = after.teamId();
    Tenant team = team(joined);
    if (before == null || !Objects.equals(left, joined)) {
      if (joined != null) {
        mustJoin(joined, team);
      }
      if (left != null) {
        mustLeave(left);
      }
      String own = rights.caller().standing().teamId();
      boolean managed = team != null && rights.administers(team);
      if (own != null && !own.equals(joined) && !managed) {
        throw KeyRights.beyond("team_id");
      }
    }
    mustBelong(before, after, team);
    if (before != null && !Objects.equals(before.userId(), after.userId())) {
      throw KeyRights.adminsOnly("user_id");
    }
  }

  private @Nullable Tenant team(@Nullable String id) {
    return id == null ? null : tenants.find(Kind.TEAM, id).orElse(null);
  }

  private void mustJoin(String id, @Nullable Tenant team) {
    if (team == null) {
      throw RefusedException.python(404, "error", "Unable to find team object. Team ID: " + id);
    }
    if (!rights.administers(team) && !rights.memberMay(team, path)) {
      throw RefusedException.envelope(
          401,
          "Team member does not have permissions for endpoint: "
              + path
              + ". You only have access to the following endpoints: "
              + Rights.permissions(team)
              + " for team_id="
              + id,
          "team_member_permission_error",
          path);
    }
  }

  /** A team's models and a member's budget hold for the team's keys only. */
  private void mustLeave(String id) {
    Tenant team = team(id);
    if (team == null || !rights.administers(team)) {
      throw RefusedException.envelope(
          403,
          "Only an admin of the team can take a key out of it. team_id=" + id,
          "auth_error",
          "team_id");
    }
  }

  /** An organisation's budget holds for its keys only; the one that a key names, not its team's. */
  private void mustBelong(@Nullable Terms before, Terms after, @Nullable Tenant team) {
    String was = before == null ? null : KeyRights.organization(before.extras());
    String next = KeyRights.organization(after.extras());
    boolean sameTeam = before != null && Objects.equals(before.teamId(), after.teamId());
    boolean same = Objects.equals(was, next);
    if (same && (sameTeam || next == null)) {
      return;
    }
    if (!same && was != null && (next == null || !rights.administersOrganization(was))) {
      throw KeyRights.adminsOnly("organization_id");
    }
    if (next == null) {
      return;
    }
    String ofTeam = team == null ? null : team.terms().parentId();
    boolean fromTeam =
        ofTeam != null && !ofTeam.equals(next) && !rights.administersOrganization(ofTeam);
    if (fromTeam || (!same && !rights.administersOrganization(next))) {
      throw KeyRights.beyond("organization_id");
    }
  }
}
