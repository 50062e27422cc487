package dev.tollgate.admin.tenant;

import dev.tollgate.access.Access;
import dev.tollgate.access.Draft;
import dev.tollgate.access.Keys;
import dev.tollgate.access.Tenant;
import dev.tollgate.access.Tenant.Kind;
import dev.tollgate.access.Tenant.Ref;
import dev.tollgate.access.Tenant.Terms;
import dev.tollgate.access.Tenants;
import dev.tollgate.admin.form.Field;
import dev.tollgate.admin.form.FieldReader;
import dev.tollgate.admin.form.Form;
import dev.tollgate.admin.form.Json;
import dev.tollgate.admin.form.RefusedException;
import dev.tollgate.admin.form.Rights;
import dev.tollgate.admin.key.Balances;
import dev.tollgate.admin.key.KeyRules;
import dev.tollgate.admin.key.KeyView;
import dev.tollgate.http.ManagementRoute.Query;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What the routes of all tenants need, and do in the same way. Thread-safe. */
public final class Desk {
  /** What a tenant with a budget keeps there and not in its own row. */
  private static final List<String> LIMITS =
      List.of(
          "max_budget",
          "soft_budget",
          "budget_action",
          "budget_duration",
          "max_parallel_requests",
          "tpm_limit",
          "rpm_limit",
          "tpd_limit",
          "model_max_budget",
          "allowed_models");

  private static final List<String> DEFAULTED =
      List.of("user_role", "max_budget", "budget_duration", "models", "tpm_limit", "rpm_limit");

  private final Access access;
  private final Balances balances;
  private final Supplier<KeyRules> rules;
  private final InstantSource clock;

  /**
   * @param rules the running configuration's rules; asked for each request
   */
  public Desk(Access access, Balances balances, Supplier<KeyRules> rules, InstantSource clock) {
    this.access = access;
    this.balances = balances;
    this.rules = rules;
    this.clock = clock;
  }

  Tenants tenants() {
    return access.tenants();
  }

  Keys keys() {
    return access.keys();
  }

  Balances balances() {
    return balances;
  }

  KeyRules rules() {
    return rules.get();
  }

  Instant now() {
    return clock.instant();
  }

  Rights rights(Query query) {
    return new Rights(query, tenants());
  }

  TenantView view() {
    return new TenantView(tenants(), balances, now(), rules().day());
  }

  /** Writes keys as they are now. */
  public KeyView keyView() {
    return new KeyView(balances, this::budgetRow, now(), rules().day());
  }

  /** The row of a budget, for the keys that name it; null for none. */
  public @Nullable JsonNode budgetRow(@Nullable String id) {
    return view().budget(id);
  }

  static Form form(Entity entity, Query query) {
    return Form.of(query.body(), entity.fields());
  }

  /** A request with what the operator gives to those who are given nothing. */
  static Form defaulted(Entity entity, Form form, Map<String, Object> defaults) {
    Map<String, JsonNode> filled = new LinkedHashMap<>();
    Form checked = Form.of(Json.tree(defaults), entity.fields());
    for (String name : DEFAULTED) {
      JsonNode value = checked.get(name);
      JsonNode given = form.get(name);
      if (value != null && (given == null || (given.isArray() && given.isEmpty()))) {
        filled.put(name, value);
      }
    }
    return form.with(filled);
  }

  /** A fresh id for what a request does not name. */
  static String newId() {
    return UUID.randomUUID().toString();
  }

  /** Adds a tenant with what a request says about it. */
  Tenant make(Draft draft, Entity entity, String id, Form form, Terms base) {
    return draft.make(new Ref(entity.kind(), id), applied(draft, entity, form, base));
  }

  /** Changes a tenant by what a request says about it. */
  Tenant change(Draft draft, Entity entity, Tenant tenant, Form form) {
    return draft.change(tenant, applied(draft, entity, form, tenant.terms()));
  }

  private Terms applied(Draft draft, Entity entity, Form form, Terms old) {
    if (entity.parentName() != null) {
      mustBe(draft, Kind.ORGANIZATION, entity.parentName(), form);
    }
    if (!entity.budgeted()) {
      return new TermsReader(entity, form, draft.now(), rules().day()).applied(old);
    }
    Form own = without(form, LIMITS);
    Terms terms = new TermsReader(entity, own, draft.now(), rules().day()).applied(old);
    return budgeted(draft, form, terms);
  }

  private static void mustBe(Draft draft, Kind kind, String name, Form form) {
    String id = form.text(name);
    if (id != null && draft.find(kind, id).isEmpty()) {
      throw RefusedException.badRequest(
          "There is no " + kind.word() + " '" + id + "'; make it first.", name);
    }
  }

  /**
   * Takes the limits of a request into the tenant's budget, which is made if there is none.
   *
   * @return the terms with the budget
   */
  Terms budgeted(Draft draft, Form form, Terms terms) {
    Map<String, JsonNode> limits = new LinkedHashMap<>();
    for (String name : LIMITS) {
      if (form.has(name)) {
        JsonNode value = form.get(name);
        limits.put(name, value == null ? JsonNodeFactory.instance.nullNode() : value);
      }
    }
    mustBe(draft, Kind.BUDGET, "budget_id", form);
    if (limits.isEmpty()) {
      return terms;
    }
    if (form.text("budget_id") != null) {
      throw RefusedException.badRequest(
          "Either a budget_id or limits such as max_budget can be set, not both.", "budget_id");
    }
    Form asBudget = Form.empty().with(limits);
    Tenant budget =
        terms.budgetId() == null ? null : draft.find(Kind.BUDGET, terms.budgetId()).orElse(null);
    if (budget != null) {
      change(draft, Entity.BUDGET, budget, asBudget);
      return terms;
    }
    if (limits.values().stream().allMatch(JsonNode::isNull)) {
      return terms;
    }
    return terms.withBudget(make(draft, Entity.BUDGET, newId(), asBudget, Terms.OPEN).id());
  }

  private static Form without(Form form, List<String> names) {
    Map<String, JsonNode> left = new LinkedHashMap<>();
    for (String name : form.names()) {
      JsonNode value = form.get(name);
      if (!names.contains(name)) {
        left.put(name, value == null ? JsonNodeFactory.instance.nullNode() : value);
      }
    }
    return Form.empty().with(left);
  }

  /** The tenants of a list of ids, each of which has to be there. */
  static List<Tenant> all(Draft draft, Kind kind, List<String> ids) {
    return ids.stream()
        .distinct()
        .map(id -> draft.find(kind, id).orElseThrow(() -> notFound(kind, id)))
        .toList();
  }

  /** Whether an id is one of those named; what has none is not, whatever their names are. */
  static boolean isAmong(Collection<String> ids, @Nullable String id) {
    return id != null && ids.contains(id);
  }

  /** LiteLLM's words for what is not there. */
  static RefusedException notFound(Kind kind, String id) {
    return switch (kind) {
      case TEAM ->
          RefusedException.python(404, "message", "Team not found, passed team id: " + id + ".");
      case USER -> RefusedException.python(404, "error", "User " + id + " not found");
      case CUSTOMER ->
          RefusedException.envelope(
              404, "End User Id=" + id + " does not exist in db", "not_found", "user_id");
      case BUDGET -> RefusedException.python(404, "error", "Budget not found, id=" + id);
      case TAG -> RefusedException.python(404, "error", "Tag " + id + " not found");
      case ORGANIZATION ->
          RefusedException.python(404, "error", "Organization not found for organization_id=" + id);
      case TEAM_MEMBER, ORGANIZATION_MEMBER ->
          RefusedException.python(404, "error", "Member not found: " + id);
      case ACCESS_GROUP ->
          RefusedException.python(404, "error", "Access group '" + id + "' not found");
    };
  }

  /** A list of ids that a body has to have, not empty. */
  static List<String> ids(Query query, String name) {
    JsonNode value = Form.document(query.body()).get(name);
    if (value == null || value.isNull()) {
      throw Form.missing(name);
    }
    FieldReader reader = new FieldReader();
    JsonNode read = reader.texts(value, List.of("body", name));
    if (read == null) {
      throw RefusedException.invalid(reader.problems());
    }
    if (read.isEmpty()) {
      throw RefusedException.python(400, "error", name + " cannot be empty");
    }
    return read.values().stream().map(JsonNode::stringValue).toList();
  }

  /** A text that a body has to have. */
  static String needed(ObjectNode document, String name) {
    Form form = Form.of(document, Map.of(name, field(name)));
    return form.needed(name);
  }

  private static Field field(String name) {
    return new Field(name, Field.Kind.TEXT, Field.Place.NOWHERE, List.of());
  }
}
