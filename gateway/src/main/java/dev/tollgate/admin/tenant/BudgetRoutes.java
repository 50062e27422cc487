package dev.tollgate.admin.tenant;

import dev.tollgate.access.Tenant;
import dev.tollgate.access.Tenant.Kind;
import dev.tollgate.access.Tenant.Terms;
import dev.tollgate.admin.form.Field;
import dev.tollgate.admin.form.Form;
import dev.tollgate.admin.form.Json;
import dev.tollgate.admin.form.Parameters;
import dev.tollgate.admin.form.RefusedException;
import dev.tollgate.admin.form.Routes;
import dev.tollgate.http.ManagementRoute;
import dev.tollgate.http.ManagementRoute.Admission;
import dev.tollgate.http.ManagementRoute.Answer;
import dev.tollgate.http.ManagementRoute.Query;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** LiteLLM's budgets that several share. Thread-safe. */
public final class BudgetRoutes {
  private static final int LIST_MAX = 1000;

  private final Desk desk;

  public BudgetRoutes(Desk desk) {
    this.desk = desk;
  }

  public List<ManagementRoute> all() {
    return List.of(
        Routes.post("/budget/new", Admission.ADMIN, this::make),
        Routes.post("/budget/update", Admission.ADMIN, this::update),
        Routes.post("/budget/delete", Admission.ADMIN, this::delete),
        Routes.route("POST", "/budget/info", Admission.ADMIN_VIEW, "info_routes", this::info),
        Routes.get("/budget/list", Admission.ADMIN_VIEW, this::list),
        Routes.get("/budget/settings", Admission.ADMIN_VIEW, this::settings));
  }

  private Answer make(Query query) {
    Form form = Desk.form(Entity.BUDGET, query);
    String id = form.text("budget_id") == null ? Desk.newId() : form.needed("budget_id");
    return answer(
        desk.tenants()
            .write(
                Routes.author(query),
                draft -> {
                  if (draft.find(Kind.BUDGET, id).isPresent()) {
                    throw RefusedException.python(
                        400, "error", "Budget with budget_id=" + id + " already exists.");
                  }
                  return desk.make(draft, Entity.BUDGET, id, form, Terms.OPEN);
                }));
  }

  private Answer answer(Tenant budget) {
    return Json.answer(200, desk.view().row(Entity.BUDGET, budget));
  }

  private Answer update(Query query) {
    Form form = Desk.form(Entity.BUDGET, query);
    String id = form.needed("budget_id");
    return answer(
        desk.tenants()
            .write(
                Routes.author(query),
                draft ->
                    desk.change(
                        draft,
                        Entity.BUDGET,
                        draft
                            .find(Kind.BUDGET, id)
                            .orElseThrow(() -> Desk.notFound(Kind.BUDGET, id)),
                        form)));
  }

  private Answer delete(Query query) {
    String id = Desk.needed(Form.document(query.body()), "id");
    Tenant gone =
        desk.tenants()
            .write(
                Routes.author(query),
                draft -> {
                  Tenant budget =
                      draft.find(Kind.BUDGET, id).orElseThrow(() -> Desk.notFound(Kind.BUDGET, id));
                  draft.delete(budget);
                  return budget;
                });
    return answer(gone);
  }

  private Answer info(Query query) {
    ArrayNode rows = JsonNodeFactory.instance.arrayNode();
    for (String id : Desk.ids(query, "budgets")) {
      desk.tenants()
          .find(Kind.BUDGET, id)
          .ifPresent(budget -> rows.add(desk.view().row(Entity.BUDGET, budget)));
    }
    return Json.answer(200, rows);
  }

  private Answer list(Query query) {
    int page = Parameters.number(query, "page", 1, 1, Integer.MAX_VALUE);
    int size = Parameters.number(query, "page_size", LIST_MAX, 1, LIST_MAX);
    ArrayNode rows = JsonNodeFactory.instance.arrayNode();
    TenantView view = desk.view();
    desk.tenants().list(Kind.BUDGET, _ -> true).stream()
        .skip((page - 1L) * size)
        .limit(size)
        .forEach(budget -> rows.add(view.row(Entity.BUDGET, budget)));
    return Json.answer(200, rows);
  }

  /** The fields of a budget, with their values in one. */
  private Answer settings(Query query) {
    String id = Parameters.text(query, "budget_id");
    if (id == null) {
      throw Parameters.invalid("missing", "budget_id", "Field required");
    }
    ObjectNode row =
        desk.view()
            .row(
                Entity.BUDGET,
                desk.tenants()
                    .find(Kind.BUDGET, id)
                    .orElseThrow(() -> Desk.notFound(Kind.BUDGET, id)));
    ArrayNode fields = JsonNodeFactory.instance.arrayNode();
    Entity.BUDGET.fields().values().stream()
        .sorted(java.util.Comparator.comparing(Field::name))
        .forEach(
            field -> {
              JsonNode value = row.get(field.name());
              ObjectNode one = fields.addObject();
              one.put("field_name", field.name());
              one.put("field_type", type(field.kind()));
              one.put("field_description", field.name().replace('_', ' '));
              one.set("field_value", value);
              one.put("stored_in_db", value != null && !value.isNull());
              one.putNull("field_default_value");
            });
    return Json.answer(200, fields);
  }

  private static String type(Field.Kind kind) {
    return switch (kind) {
      case NUMBER -> "Float";
      case INTEGER -> "Integer";
      case TEXT -> "String";
      case FLAG -> "Boolean";
      case TEXTS, LIST, WINDOWS -> "List";
      case TEXT_MAP, OBJECT, MODEL_BUDGETS, COUNTS, TEXT_LISTS -> "Dict";
    };
  }
}
