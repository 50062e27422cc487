package dev.tollgate.admin.tenant;

import dev.tollgate.access.Allowance;
import dev.tollgate.access.Tenant;
import dev.tollgate.access.Tenant.Kind;
import dev.tollgate.access.Tenants;
import dev.tollgate.admin.form.Json;
import dev.tollgate.admin.form.Moments;
import dev.tollgate.admin.key.Balances;
import dev.tollgate.model.BudgetDay;
import dev.tollgate.model.BudgetWindow;
import dev.tollgate.model.Money;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes tenants as LiteLLM's answers have them, field by field. For one request. */
final class TenantView {
  private static final List<String> IN_METADATA =
      List.of("temp_budget_increase", "temp_budget_expiry");

  private static final String BUDGET_ACTION = "budget_action";

  private final Tenants tenants;
  private final Balances balances;
  private final Instant now;
  private final BudgetDay day;

  TenantView(Tenants tenants, Balances balances, Instant now, BudgetDay day) {
    this.tenants = tenants;
    this.balances = balances;
    this.now = now;
    this.day = day;
  }

  /** A row with the fields of its kind. */
  ObjectNode row(Entity entity, Tenant tenant) {
    ObjectNode all = all(entity, tenant);
    ObjectNode row = Json.object();
    for (String name : entity.row()) {
      JsonNode value = all.get(name);
      row.set(name, value == null ? JsonNodeFactory.instance.nullNode() : value);
    }
    if (all.has(BUDGET_ACTION)) { // not LiteLLM's: only where somebody has set it
      row.set(BUDGET_ACTION, all.get(BUDGET_ACTION));
    }
    return row;
  }

  private ObjectNode all(Entity entity, Tenant tenant) {
    Tenant.Terms terms = tenant.terms();
    ObjectNode all = Json.object();
    entity.lists().forEach(all::putArray);
    entity.objects().forEach(all::putObject);
    all.setAll((ObjectNode) Json.read(terms.extras()));
    ObjectNode metadata = (ObjectNode) Json.read(terms.metadata());
    IN_METADATA.forEach(name -> all.set(name, metadata.get(name)));
    if (metadata.path("callback_settings").path("callback_vars") instanceof ObjectNode secrets) {
      // Credentials: their names are enough to look at.
      List.copyOf(secrets.propertyNames()).forEach(name -> secrets.put(name, "***"));
    }
    all.set("metadata", metadata);
    all.put(entity.idName(), tenant.id());
    all.put(entity.aliasName(), terms.alias());
    if (entity.parentName() != null) {
      all.put(entity.parentName(), terms.parentId());
    }
    all.put("user_role", terms.role());
    all.put("blocked", terms.blocked());
    all.set("models", Json.tree(terms.models()));
    all.set("allowed_models", Json.tree(terms.models()));
    limits(all, terms.allowance());
    if (entity.scope() != null) {
      all.set("spend", Json.money(balances.settled(entity.scope(), tenant.id())));
    }
    if (entity.budgeted()) {
      all.put("budget_id", terms.budgetId());
      all.set("litellm_budget_table", budget(terms.budgetId()));
    }
    all.put("created_at", Moments.text(tenant.createdAt(), "Z"));
    all.put("created_by", tenant.createdBy());
    all.put("updated_at", Moments.text(tenant.updatedAt(), "Z"));
    all.put("updated_by", tenant.updatedBy());
    if (entity.kind() == Kind.TEAM) {
      teamOnly(all, tenant);
    }
    if (entity.kind() == Kind.USER) {
      all.set("teams", teamsOf(tenant.id()));
    }
    return all;
  }

  private void limits(ObjectNode all, Allowance allowance) {
    all.set("max_budget", Json.money(allowance.maxBudget()));
    all.put("budget_duration", allowance.budgetDuration());
    all.put("budget_reset_at", Moments.text(reset(allowance), "Z"));
    all.put("tpm_limit", allowance.tokensPerMinute());
    all.put("rpm_limit", allowance.requestsPerMinute());
    all.put("max_parallel_requests", allowance.parallelRequests());
  }

  /** A window that has ended since the row was written has been followed by others. */
  private @Nullable Instant reset(Allowance allowance) {
    Instant reset = allowance.budgetResetAt();
    String duration = allowance.budgetDuration();
    return reset == null || duration == null
        ? reset
        : BudgetWindow.rolled(reset, now, duration, day);
  }

  private void teamOnly(ObjectNode all, Tenant team) {
    ArrayNode members = all.putArray("members_with_roles");
    for (Tenant member : members(Kind.TEAM_MEMBER, team.id())) {
      members
          .addObject()
          .put("user_id", member.terms().memberId())
          .put("user_email", email(member.terms().memberId()))
          .put("role", member.terms().role());
    }
    JsonNode aliases = all.get("model_aliases");
    if (aliases != null && !aliases.isEmpty()) {
      all.putObject("litellm_model_table").set("model_aliases", aliases);
    }
  }

  /** Members of a group, oldest first. */
  List<Tenant> members(Kind kind, String groupId) {
    return tenants.list(kind, each -> groupId.equals(each.terms().parentId())).reversed();
  }

  @Nullable String email(@Nullable String userId) {
    return userId == null
        ? null
        : tenants
            .find(Kind.USER, userId)
            .map(user -> Json.read(user.terms().extras()).path("user_email").asString(null))
            .orElse(null);
  }

  private ArrayNode teamsOf(String userId) {
    ArrayNode teams = JsonNodeFactory.instance.arrayNode();
    tenants
        .list(Kind.TEAM_MEMBER, each -> userId.equals(each.terms().memberId()))
        .forEach(each -> teams.add(each.terms().parentId()));
    return teams;
  }

  /** The row of a budget; null for none. */
  JsonNode budget(@Nullable String id) {
    Tenant budget = id == null ? null : tenants.find(Kind.BUDGET, id).orElse(null);
    if (budget == null) {
      return JsonNodeFactory.instance.nullNode();
    }
    ObjectNode row = row(Entity.BUDGET, budget);
    row.remove(List.of("created_by", "updated_at", "updated_by"));
    return row;
  }

  /** A membership of a team. */
  ObjectNode membership(Tenant member) {
    ObjectNode row = Json.object();
    row.put("user_id", member.terms().memberId());
    row.put("team_id", member.terms().parentId());
    row.put("budget_id", member.terms().budgetId());
    Money spend = balances.settled(dev.tollgate.model.Scope.Kind.TEAM_MEMBER, member.id());
    row.set("spend", Json.money(spend));
    row.set("total_spend", Json.money(spend));
    row.set("litellm_budget_table", budget(member.terms().budgetId()));
    return row;
  }
}
