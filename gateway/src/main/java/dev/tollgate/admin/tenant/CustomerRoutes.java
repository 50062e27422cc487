package dev.tollgate.admin.tenant;

import dev.tollgate.access.Draft;
import dev.tollgate.access.Tenant;
import dev.tollgate.access.Tenant.Kind;
import dev.tollgate.access.Tenant.Terms;
import dev.tollgate.admin.form.Form;
import dev.tollgate.admin.form.Json;
import dev.tollgate.admin.form.Parameters;
import dev.tollgate.admin.form.RefusedException;
import dev.tollgate.admin.form.Routes;
import dev.tollgate.http.ManagementRoute;
import dev.tollgate.http.ManagementRoute.Admission;
import dev.tollgate.http.ManagementRoute.Answer;
import dev.tollgate.http.ManagementRoute.Query;
import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * LiteLLM's end users, under both of its names. One that calls have named and nobody registered is
 * there as soon as it has spent. Thread-safe.
 */
public final class CustomerRoutes {
  private static final int LIST_MAX = 1000;

  private final Desk desk;

  public CustomerRoutes(Desk desk) {
    this.desk = desk;
  }

  public List<ManagementRoute> all() {
    List<ManagementRoute> all = new ArrayList<>();
    for (String root : List.of("/customer", "/end_user")) {
      Admission admin = Admission.ADMIN;
      all.add(Routes.post(root + "/new", admin, this::make));
      all.add(Routes.post(root + "/update", admin, this::update));
      all.add(Routes.post(root + "/delete", admin, this::delete));
      all.add(Routes.post(root + "/block", admin, query -> block(query, true)));
      all.add(Routes.post(root + "/unblock", admin, query -> block(query, false)));
      all.add(Routes.get(root + "/info", Admission.ADMIN_VIEW, this::info));
      all.add(Routes.get(root + "/list", Admission.ADMIN_VIEW, this::list));
    }
    return all;
  }

  private Answer make(Query query) {
    Form form = Desk.form(Entity.CUSTOMER, query);
    String id = form.needed("user_id");
    Money spend = form.money("spend");
    Tenant made =
        desk.tenants()
            .write(
                Routes.author(query),
                draft -> {
                  if (draft.find(Kind.CUSTOMER, id).isPresent()) {
                    throw RefusedException.envelope(
                        400,
                        "Customer already exists, passed user_id="
                            + id
                            + ". Please pass a new user_id.",
                        "bad_request",
                        "user_id");
                  }
                  return desk.make(draft, Entity.CUSTOMER, id, form, Terms.OPEN);
                });
    if (spend != null) {
      desk.balances().set(Scope.Kind.END_USER, id, spend);
    }
    return Json.answer(200, row(made));
  }

  private ObjectNode row(Tenant customer) {
    return desk.view().row(Entity.CUSTOMER, customer);
  }

  /** The customer; one that only calls have named becomes a row now. */
  private Optional<Tenant> known(Draft draft, String id) {
    Optional<Tenant> there = draft.find(Kind.CUSTOMER, id);
    return there.isPresent() || !hasSpent(id)
        ? there
        : Optional.of(draft.make(new Tenant.Ref(Kind.CUSTOMER, id), Terms.OPEN));
  }

  private boolean hasSpent(String id) {
    return desk.balances().known(Scope.Kind.END_USER).contains(Scope.idOf(id));
  }

  private Answer update(Query query) {
    Form form = Desk.form(Entity.CUSTOMER, query);
    String id = form.needed("user_id");
    Money spend = form.money("spend");
    Tenant changed =
        desk.tenants()
            .write(
                Routes.author(query),
                draft ->
                    desk.change(
                        draft,
                        Entity.CUSTOMER,
                        known(draft, id).orElseThrow(() -> Desk.notFound(Kind.CUSTOMER, id)),
                        form));
    if (spend != null) {
      desk.balances().set(Scope.Kind.END_USER, id, spend);
    }
    return Json.answer(200, row(changed));
  }

  private Answer block(Query query, boolean blocked) {
    List<String> ids = Desk.ids(query, "user_ids");
    List<Tenant> changed =
        desk.tenants()
            .write(
                Routes.author(query),
                draft -> {
                  List<Tenant> all = new ArrayList<>();
                  for (String id : ids.stream().distinct().toList()) {
                    // Blocking one that never called keeps it from calling.
                    Tenant customer =
                        draft
                            .find(Kind.CUSTOMER, id)
                            .orElseGet(
                                () -> draft.make(new Tenant.Ref(Kind.CUSTOMER, id), Terms.OPEN));
                    all.add(draft.change(customer, customer.terms().withBlocked(blocked)));
                  }
                  return all;
                });
    ObjectNode body = Json.object();
    ArrayNode rows = body.putArray("blocked_users");
    if (blocked) {
      changed.forEach(each -> rows.add(row(each)));
    } else {
      desk.tenants()
          .list(Kind.CUSTOMER, each -> each.terms().blocked())
          .forEach(each -> rows.add(each.id()));
    }
    return Json.answer(200, body);
  }

  private Answer delete(Query query) {
    List<String> ids = Desk.ids(query, "user_ids");
    int deleted =
        desk.tenants()
            .write(
                Routes.author(query),
                draft -> {
                  List<Tenant> all = Desk.all(draft, Kind.CUSTOMER, ids);
                  all.forEach(draft::delete);
                  return all.size();
                });
    ObjectNode body = Json.object();
    body.put("deleted_customers", deleted);
    body.put("message", "Successfully deleted customers with ids: " + String.join(", ", ids));
    return Json.answer(200, body);
  }

  private Answer info(Query query) {
    String id = Parameters.text(query, "end_user_id");
    if (id == null) {
      id = Parameters.text(query, "user_id");
    }
    if (id == null) {
      throw Parameters.invalid("missing", "end_user_id", "Field required");
    }
    String named = id;
    Tenant customer =
        desk.tenants()
            .find(Kind.CUSTOMER, id)
            .or(() -> hasSpent(named) ? Optional.of(stranger(named)) : Optional.empty())
            .orElseThrow(() -> Desk.notFound(Kind.CUSTOMER, named));
    return Json.answer(200, row(customer));
  }

  /** A customer that calls have named and nobody registered. */
  private Tenant stranger(String id) {
    return new Tenant(
        new Tenant.Ref(Kind.CUSTOMER, id), 0, Terms.OPEN, desk.now(), "", desk.now(), "");
  }

  private Answer list(Query query) {
    int page = Parameters.number(query, "page", 1, 1, Integer.MAX_VALUE);
    int size = Parameters.number(query, "page_size", LIST_MAX, 1, LIST_MAX);
    List<Tenant> all = new ArrayList<>(desk.tenants().list(Kind.CUSTOMER, _ -> true));
    desk.balances().known(Scope.Kind.END_USER).stream()
        .filter(id -> desk.tenants().find(Kind.CUSTOMER, id).isEmpty())
        .sorted()
        .map(this::stranger)
        .forEach(all::add);
    ArrayNode rows = JsonNodeFactory.instance.arrayNode();
    all.stream().skip((page - 1L) * size).limit(size).forEach(each -> rows.add(row(each)));
    return Json.answer(200, rows);
  }
}
