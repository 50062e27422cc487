package dev.tollgate.admin.tenant;

import dev.tollgate.access.Allowance;
import dev.tollgate.access.Draft;
import dev.tollgate.access.Tenant;
import dev.tollgate.access.Tenant.Kind;
import dev.tollgate.admin.form.Guarantee;
import dev.tollgate.admin.form.RefusedException;

/** What is guaranteed to an organisation's teams. Stateless. */
final class GuaranteedTeams {
  private static final Guarantee<Allowance> TEAMS =
      new Guarantee<>(
          "Team", "organization", Allowance::tokensPerMinute, Allowance::requestsPerMinute);

  private GuaranteedTeams() {}

  /**
   * Checks the limits of a team as a draft has it.
   *
   * @throws RefusedException if its organisation has not so much to give
   */
  static void mustFit(Draft draft, Tenant team) {
    String parent = team.terms().parentId();
    if (parent == null || !Guarantee.isNamed(team.terms().metadata())) {
      return;
    }
    TEAMS.mustFit(
        team.terms().metadata(),
        team.terms().allowance(),
        allowance(draft, parent),
        () ->
            draft.list(Kind.TEAM, other -> parent.equals(other.terms().parentId())).stream()
                .filter(other -> !other.id().equals(team.id()))
                .map(other -> other.terms().allowance()));
  }

  /** An organisation's limits are those of its budget. */
  private static Allowance allowance(Draft draft, String organization) {
    String budget =
        draft
            .find(Kind.ORGANIZATION, organization)
            .map(found -> found.terms().budgetId())
            .orElse(null);
    return budget == null
        ? Allowance.NONE
        : draft
            .find(Kind.BUDGET, budget)
            .map(found -> found.terms().allowance())
            .orElse(Allowance.NONE);
  }
}
