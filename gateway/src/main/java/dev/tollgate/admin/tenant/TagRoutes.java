package dev.tollgate.admin.tenant;

import dev.tollgate.access.Tenant;
import dev.tollgate.access.Tenant.Kind;
import dev.tollgate.access.Tenant.Terms;
import dev.tollgate.admin.form.Form;
import dev.tollgate.admin.form.Json;
import dev.tollgate.admin.form.RefusedException;
import dev.tollgate.admin.form.Routes;
import dev.tollgate.http.ManagementRoute;
import dev.tollgate.http.ManagementRoute.Admission;
import dev.tollgate.http.ManagementRoute.Answer;
import dev.tollgate.http.ManagementRoute.Query;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** LiteLLM's tags, which have budgets here as in its enterprise edition. Thread-safe. */
public final class TagRoutes {
  private static final int LIST_MAX = 1000;

  private final Desk desk;

  public TagRoutes(Desk desk) {
    this.desk = desk;
  }

  public List<ManagementRoute> all() {
    return List.of(
        Routes.post("/tag/new", Admission.ADMIN, this::make),
        Routes.post("/tag/update", Admission.ADMIN, this::update),
        Routes.post("/tag/delete", Admission.ADMIN, this::delete),
        Routes.route("POST", "/tag/info", Admission.OWN_VIEW, "info_routes", this::info),
        Routes.get("/tag/list", Admission.OWN_VIEW, _ -> list()));
  }

  private Answer make(Query query) {
    Form form = Desk.form(Entity.TAG, query);
    String name = form.needed("name");
    Tenant tag =
        desk.tenants()
            .write(
                Routes.author(query),
                draft -> {
                  if (draft.find(Kind.TAG, name).isPresent()) {
                    throw RefusedException.python(400, "error", "Tag " + name + " already exists");
                  }
                  return desk.make(draft, Entity.TAG, name, form, Terms.OPEN);
                });
    return told(name, "created", tag);
  }

  private Answer told(String name, String what, Tenant tag) {
    ObjectNode body = Json.object();
    body.put("message", "Tag " + name + " " + what + " successfully");
    body.set("tag", desk.view().row(Entity.TAG, tag));
    return Json.answer(200, body);
  }

  private Answer update(Query query) {
    Form form = Desk.form(Entity.TAG, query);
    String name = form.needed("name");
    Tenant tag =
        desk.tenants()
            .write(
                Routes.author(query),
                draft ->
                    desk.change(
                        draft,
                        Entity.TAG,
                        draft.find(Kind.TAG, name).orElseThrow(() -> Desk.notFound(Kind.TAG, name)),
                        form));
    return told(name, "updated", tag);
  }

  private Answer delete(Query query) {
    String name = Desk.needed(Form.document(query.body()), "name");
    desk.tenants()
        .write(
            Routes.author(query),
            draft -> {
              Tenant tag =
                  draft.find(Kind.TAG, name).orElseThrow(() -> Desk.notFound(Kind.TAG, name));
              draft.delete(tag);
              return tag;
            });
    return Json.answer(200, Json.object().put("message", "Tag " + name + " deleted successfully"));
  }

  private Answer info(Query query) {
    ObjectNode body = Json.object();
    for (String name : Desk.ids(query, "names")) {
      desk.tenants()
          .find(Kind.TAG, name)
          .ifPresent(tag -> body.set(name, desk.view().row(Entity.TAG, tag)));
    }
    if (body.isEmpty()) {
      throw RefusedException.python(404, "error", "No tags found");
    }
    return Json.answer(200, body);
  }

  private Answer list() {
    ArrayNode rows = JsonNodeFactory.instance.arrayNode();
    TenantView view = desk.view();
    desk.tenants().list(Kind.TAG, _ -> true).stream()
        .limit(LIST_MAX)
        .forEach(tag -> rows.add(view.row(Entity.TAG, tag)));
    return Json.answer(200, rows);
  }
}
