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
import java.util.Objects;
import java.util.function.Predicate;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** LiteLLM's access groups: names that stand for several models. Thread-safe. */
public final class AccessGroupRoutes {
  private static final int LIST_MAX = 1000;

  private final Desk desk;
  private final Predicate<String> isModel;

  /**
   * @param isModel whether the gateway serves a model of this name
   */
  public AccessGroupRoutes(Desk desk, Predicate<String> isModel) {
    this.desk = desk;
    this.isModel = isModel;
  }

  public List<ManagementRoute> all() {
    return List.of(
        Routes.post("/access_group/new", Admission.ADMIN, this::make),
        Routes.get("/access_group/list", Admission.ADMIN_VIEW, _ -> list()),
        Routes.get("/access_group/{access_group}/info", Admission.ADMIN_VIEW, this::info),
        Routes.route(
            "PUT",
            "/access_group/{access_group}/update",
            Admission.ADMIN,
            "management_routes",
            this::update),
        Routes.route(
            "DELETE",
            "/access_group/{access_group}/delete",
            Admission.ADMIN,
            "management_routes",
            this::delete));
  }

  private Answer make(Query query) {
    String name = Desk.needed(Form.document(query.body()), "access_group");
    List<String> models = models(query);
    Tenant group =
        desk.tenants()
            .write(
                Routes.author(query),
                draft -> {
                  if (draft.find(Kind.ACCESS_GROUP, name).isPresent()) {
                    throw RefusedException.python(
                        409, "error", "Access group '" + name + "' already exists.");
                  }
                  return draft.make(
                      new Tenant.Ref(Kind.ACCESS_GROUP, name), Terms.OPEN.withModels(models));
                });
    return told(group);
  }

  private List<String> models(Query query) {
    List<String> models = Desk.ids(query, "model_names");
    for (String model : models) {
      if (!isModel.test(model)) {
        throw RefusedException.python(
            400, "error", "Model '" + model + "' does not exist in the model list.");
      }
    }
    return models;
  }

  private static Answer told(Tenant group) {
    ObjectNode body = row(group);
    body.put("models_updated", group.terms().models().size());
    return Json.answer(200, body);
  }

  private static ObjectNode row(Tenant group) {
    ObjectNode row = Json.object();
    row.put("access_group", group.id());
    row.set("model_names", Json.tree(group.terms().models()));
    row.put("deployment_count", group.terms().models().size());
    return row;
  }

  private Answer list() {
    ObjectNode body = Json.object();
    ArrayNode rows = body.putArray("access_groups");
    desk.tenants().list(Kind.ACCESS_GROUP, _ -> true).stream()
        .limit(LIST_MAX)
        .forEach(group -> rows.add(row(group)));
    return Json.answer(200, body);
  }

  private static String named(Query query) {
    return Objects.requireNonNull(query.pathParameters().get("access_group"));
  }

  private Answer info(Query query) {
    String name = named(query);
    return Json.answer(
        200,
        row(
            desk.tenants()
                .find(Kind.ACCESS_GROUP, name)
                .orElseThrow(() -> Desk.notFound(Kind.ACCESS_GROUP, name))));
  }

  private Answer update(Query query) {
    String name = named(query);
    List<String> models = models(query);
    return told(
        desk.tenants()
            .write(
                Routes.author(query),
                draft -> {
                  Tenant old =
                      draft
                          .find(Kind.ACCESS_GROUP, name)
                          .orElseThrow(() -> Desk.notFound(Kind.ACCESS_GROUP, name));
                  return draft.change(old, old.terms().withModels(models));
                }));
  }

  private Answer delete(Query query) {
    String name = named(query);
    Tenant gone =
        desk.tenants()
            .write(
                Routes.author(query),
                draft -> {
                  Tenant old =
                      draft
                          .find(Kind.ACCESS_GROUP, name)
                          .orElseThrow(() -> Desk.notFound(Kind.ACCESS_GROUP, name));
                  draft.delete(old);
                  return old;
                });
    ObjectNode body = Json.object();
    body.put("access_group", gone.id());
    body.put("models_updated", gone.terms().models().size());
    body.put("message", "Access group '" + gone.id() + "' deleted");
    return Json.answer(200, body);
  }
}
