package dev.tollgate.admin.tenant;

import dev.tollgate.access.Allowance;
import dev.tollgate.access.Draft;
import dev.tollgate.access.Tenant;
import dev.tollgate.access.Tenant.Kind;
import dev.tollgate.admin.form.Json;
import dev.tollgate.admin.form.RefusedException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * {@code tpm_limit_type} and {@code rpm_limit_type} of teams: those with {@code
 * guaranteed_throughput} are given no more than what their organisation has left beside its other
 * teams. Stateless.
 */
final class GuaranteedTeams {
  static final String GUARANTEED = "guaranteed_throughput";

  private GuaranteedTeams() {}

  /**
   * Checks the limits of a team as a draft has it.
   *
   * @throws RefusedException if its organisation has not so much to give
   */
  static void mustFit(Draft draft, Tenant team) {
    String parent = team.terms().parentId();
    if (parent == null || !team.terms().metadata().contains(GUARANTEED)) {
      return;
    }
    Allowance most = allowance(draft, parent);
    JsonNode metadata = Json.read(team.terms().metadata());
    if (metadata.path("tpm_limit_type").asString("").equals(GUARANTEED)) {
      mustFit(draft, team, "TPM", most, Allowance::tokensPerMinute);
    }
    if (metadata.path("rpm_limit_type").asString("").equals(GUARANTEED)) {
      mustFit(draft, team, "RPM", most, Allowance::requestsPerMinute);
    }
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

  private static void mustFit(
      Draft draft,
      Tenant team,
      String what,
      Allowance organization,
      Function<Allowance, @Nullable Long> limit) {
    Long most = limit.apply(organization);
    Long wanted = limit.apply(team.terms().allowance());
    if (most == null || wanted == null) {
      return;
    }
    String parent = String.valueOf(team.terms().parentId());
    long given =
        draft.list(Kind.TEAM, other -> parent.equals(other.terms().parentId())).stream()
            .filter(other -> !other.id().equals(team.id()))
            .map(other -> limit.apply(other.terms().allowance()))
            .mapToLong(each -> each == null ? 0 : Math.min(each, Integer.MAX_VALUE))
            .sum();
    if (given > most - wanted) {
      throw RefusedException.envelope(
          400,
          "Allocated %s limit=%d + Team %s limit=%d is greater than organization %s limit=%d"
              .formatted(what, given, what, wanted, what, most),
          "auth_error",
          "None");
    }
  }
}
