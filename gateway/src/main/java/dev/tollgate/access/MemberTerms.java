package dev.tollgate.access;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** What a team gives to each of its members. */
public final class MemberTerms {
  /** Where a team's metadata names the budget of its members, as in LiteLLM. */
  public static final String BUDGET_ID = "team_member_budget_id";

  private static final JsonMapper JSON = JsonMapper.shared();

  private MemberTerms() {}

  /** The budget that bounds each member by itself, null for none. */
  public static @Nullable String budgetId(Tenant team) {
    if (!team.terms().metadata().contains(BUDGET_ID)) {
      return null;
    }
    try {
      var value = JSON.readTree(team.terms().metadata()).path(BUDGET_ID);
      return value.isString() ? value.stringValue() : null;
    } catch (JacksonException _) {
      return null;
    }
  }
}
