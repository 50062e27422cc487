package dev.tollgate.admin.tenant;

import dev.tollgate.access.Draft;
import dev.tollgate.access.MemberTerms;
import dev.tollgate.access.Tenant;
import dev.tollgate.access.Tenant.Kind;
import dev.tollgate.access.Tenant.Terms;
import dev.tollgate.admin.form.AllowanceReader;
import dev.tollgate.admin.form.Form;
import dev.tollgate.admin.form.Json;
import dev.tollgate.admin.form.RefusedException;
import dev.tollgate.admin.form.Rights;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What each member of a team may spend: a budget that the team's metadata names, as in LiteLLM.
 * Which one it is only the gateway says, since who manages a team changes that budget's limits.
 * Thread-safe.
 */
final class MemberBudget {
  private static final Map<String, String> LIMITS =
      Map.of(
          "team_member_budget", "max_budget",
          "team_member_budget_duration", "budget_duration",
          "team_member_rpm_limit", "rpm_limit",
          "team_member_tpm_limit", "tpm_limit");

  private final Desk desk;

  MemberBudget(Desk desk) {
    this.desk = desk;
  }

  /**
   * A request whose metadata, if it brings any, name the budget that the team has.
   *
   * @param budget the team's, null for none
   * @throws RefusedException if they name another one
   */
  static Form kept(@Nullable String budget, Form form) {
    if (!form.has("metadata")) {
      return form;
    }
    ObjectNode metadata = form.object("metadata");
    JsonNode named = metadata.remove(MemberTerms.BUDGET_ID);
    boolean other =
        named != null
            && !named.isNull()
            && !(named.isString() && named.stringValue().equals(budget));
    if (other) {
      throw RefusedException.badRequest(
          "metadata."
              + MemberTerms.BUDGET_ID
              + " cannot be set: leave it out, and give the members limits by team_member_budget",
          "metadata");
    }
    if (budget != null) {
      metadata.put(MemberTerms.BUDGET_ID, budget);
    }
    return form.with(Map.of("metadata", metadata));
  }

  /** The team with the limits of a request in its members' budget, made if there is none. */
  Tenant limited(Draft draft, Rights rights, Tenant team, Form form) {
    haveToBeLimits(form);
    Map<String, JsonNode> limits = new HashMap<>();
    LIMITS.forEach(
        (name, as) -> {
          if (form.has(name)) {
            JsonNode value = form.get(name);
            limits.put(as, value == null ? JsonNodeFactory.instance.nullNode() : value);
          }
        });
    if (limits.isEmpty()) {
      return team;
    }
    String old = MemberTerms.budgetId(team);
    if (old != null && !rights.administers()) {
      mustBeOwn(draft, team, old);
    }
    Terms holder = desk.budgeted(draft, Form.empty().with(limits), Terms.OPEN.withBudget(old));
    ObjectNode metadata = (ObjectNode) Json.read(team.terms().metadata());
    if (holder.budgetId() != null) {
      metadata.put(MemberTerms.BUDGET_ID, holder.budgetId());
    }
    return draft.change(team, team.terms().withTexts(Json.text(metadata), team.terms().extras()));
  }

  /** Checks them under the names that the request has for them. */
  private static void haveToBeLimits(Form form) {
    form.money("team_member_budget");
    form.number("team_member_rpm_limit", 0);
    form.number("team_member_tpm_limit", 0);
    String duration = form.text("team_member_budget_duration");
    if (duration != null) {
      AllowanceReader.window("team_member_budget_duration", duration);
    }
  }

  /** Who manages the team does not manage what else an administrator has put under its budget. */
  private void mustBeOwn(Draft draft, Tenant team, String budget) {
    boolean shared = false;
    for (Kind kind : Kind.values()) {
      shared |= !draft.list(kind, each -> budget.equals(each.terms().budgetId())).isEmpty();
    }
    shared |=
        !draft
            .list(
                Kind.TEAM,
                each -> !each.id().equals(team.id()) && budget.equals(MemberTerms.budgetId(each)))
            .isEmpty();
    String quoted = Json.text(JsonNodeFactory.instance.stringNode(budget));
    shared |=
        desk.keys()
            .rows(key -> key.hasExtras() && key.extras().contains(quoted))
            .findFirst()
            .isPresent();
    if (shared) {
      throw RefusedException.badRequest(
          "The members' budget "
              + budget
              + " is that of others, too: an administrator can change it by /budget/update",
          "team_member_budget");
    }
  }
}
