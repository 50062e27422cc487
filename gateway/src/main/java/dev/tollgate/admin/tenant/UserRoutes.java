package dev.tollgate.admin.tenant;

import dev.tollgate.access.Draft;
import dev.tollgate.access.TakenException;
import dev.tollgate.access.Tenant;
import dev.tollgate.access.Tenant.Kind;
import dev.tollgate.access.Tenant.Terms;
import dev.tollgate.access.Tenants;
import dev.tollgate.access.VirtualKey;
import dev.tollgate.admin.form.Form;
import dev.tollgate.admin.form.Json;
import dev.tollgate.admin.form.RefusedException;
import dev.tollgate.admin.form.Rights;
import dev.tollgate.admin.form.Routes;
import dev.tollgate.admin.key.KeyMaker;
import dev.tollgate.http.ManagementRoute;
import dev.tollgate.http.ManagementRoute.Admission;
import dev.tollgate.http.ManagementRoute.Answer;
import dev.tollgate.http.ManagementRoute.Query;
import dev.tollgate.model.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Making, changing and removing LiteLLM's internal users. Thread-safe. */
public final class UserRoutes {
  private static final int BULK_MAX = 500;

  /** What of the user's own terms the answer of {@code /user/new} adds to that of a key. */
  private static final List<String> OWN = List.of("user_email", "user_role", "teams", "user_alias");

  private final Desk desk;
  private final Tenants tenants;
  private final Members members;

  public UserRoutes(Desk desk) {
    this.desk = desk;
    this.tenants = desk.tenants();
    this.members = new Members(desk);
  }

  public List<ManagementRoute> all() {
    List<ManagementRoute> all = new ArrayList<>();
    all.add(Routes.post("/user/new", Admission.OWN_CHANGE, this::make));
    all.add(Routes.post("/user/update", Admission.ADMIN, this::update));
    all.add(Routes.post("/user/bulk_update", Admission.ADMIN, this::bulkUpdate));
    all.add(Routes.post("/user/delete", Admission.ADMIN, this::delete));
    all.addAll(new UserViews(desk).all());
    return all;
  }

  private record Made(Tenant user, KeyMaker.@Nullable Made key) {}

  private Answer make(Query query) {
    ObjectNode document = Form.document(query.body());
    Form sent = Form.of(document, Entity.USER.fields());
    Rights rights = desk.rights(query);
    List<String> organizations = sent.texts("organizations");
    mayMake(rights, sent, organizations);
    Form given = Desk.defaulted(Entity.USER, sent, desk.rules().userDefaults());
    // The operator's default role is the operator's to give.
    Form form =
        rights.administers() || sent.text("user_role") != null
            ? given
            : given.with(Map.of("user_role", plainRole()));
    String id = form.text("user_id") == null ? Desk.newId() : form.needed("user_id");
    boolean withKey = !Boolean.FALSE.equals(form.flag("auto_create_key"));
    Made made;
    try {
      made =
          tenants.write(
              Routes.author(query),
              draft -> {
                mustBeNew(draft, id, form.text("user_email"));
                Tenant user =
                    desk.make(
                        draft,
                        Entity.USER,
                        id,
                        form,
                        Terms.OPEN.withRole(Role.INTERNAL_USER.word()));
                mayGiveRole(rights, null, user);
                join(draft, id, form, organizations);
                KeyMaker.Made key =
                    withKey
                        ? new FirstKey(desk, rights)
                            .made(document, id, draft.now(), Routes.author(query))
                        : null;
                if (key != null) {
                  draft.make(key.key());
                }
                return new Made(user, key);
              });
    } catch (TakenException taken) {
      throw KeyMaker.refusal(taken, document.path("key_alias").asString(null));
    }
    return Json.answer(200, answer(made));
  }

  /** An organisation's admin makes users of its own, without rights beyond. */
  private static void mayMake(Rights rights, Form form, List<String> organizations) {
    if (rights.administers()) {
      return;
    }
    if (organizations.isEmpty()
        || !organizations.stream().allMatch(rights::administersOrganization)) {
      throw rights.denied();
    }
    String role = form.text("user_role");
    boolean plain =
        role == null
            || Set.of(Role.INTERNAL_USER.word(), Role.INTERNAL_USER_VIEWER.word()).contains(role);
    if (!plain || form.get("teams") != null) {
      throw rights.denied();
    }
  }

  /** An administrator's own new key could call what the caller's may not. */
  private static void mayGiveRole(Rights rights, @Nullable Tenant before, Tenant after) {
    String role = after.terms().role();
    boolean same = before != null && Objects.equals(before.terms().role(), role);
    boolean high =
        Role.PROXY_ADMIN.word().equals(role) || Role.PROXY_ADMIN_VIEWER.word().equals(role);
    if (high && !same && !rights.mayGiveRoutes(List.of())) {
      throw RefusedException.envelope(
          403,
          "A key with allowed_routes cannot give user_role " + role + ".",
          "auth_error",
          "user_role");
    }
  }

  private static JsonNode plainRole() {
    return JsonNodeFactory.instance.stringNode(Role.INTERNAL_USER.word());
  }

  private static void mustBeNew(Draft draft, String id, @Nullable String email) {
    if (draft.find(Kind.USER, id).isPresent()) {
      throw RefusedException.python(409, "error", "User with id " + id + " already exists");
    }
    if (Members.byEmail(draft, email).isPresent()) {
      throw RefusedException.python(400, "error", "User with email " + email + " already exists");
    }
  }

  private void join(Draft draft, String id, Form form, List<String> organizations) {
    Members.Named who = new Members.Named(id, null, null);
    for (Tenant organization : Desk.all(draft, Kind.ORGANIZATION, organizations)) {
      members.add(draft, Kind.ORGANIZATION_MEMBER, organization, who, Form.empty());
    }
    JsonNode teams = form.get("teams");
    if (teams == null) {
      return;
    }
    for (JsonNode each : teams) {
      String teamId = each.isString() ? each.stringValue() : each.path("team_id").asString("");
      Tenant team =
          draft.find(Kind.TEAM, teamId).orElseThrow(() -> Desk.notFound(Kind.TEAM, teamId));
      Form limits = each instanceof ObjectNode object ? Members.limits(object) : Form.empty();
      String role = each.path("user_role").asString("user");
      members.add(
          draft,
          Kind.TEAM_MEMBER,
          team,
          new Members.Named(id, null, Rights.TEAM_ADMIN.equals(role) ? role : "user"),
          limits);
    }
  }

  private ObjectNode answer(Made made) {
    ObjectNode user = desk.view().row(Entity.USER, made.user());
    KeyMaker.Made key = made.key();
    if (key == null) {
      user.put("key", "");
      return user;
    }
    VirtualKey kept = desk.keys().find(key.key().hash()).orElse(key.key());
    ObjectNode body = desk.keyView().generated(kept, key.secret());
    for (String name :
        List.of("models", "max_budget", "metadata", "budget_duration", "tpm_limit", "rpm_limit")) {
      body.set(name, user.get(name));
    }
    OWN.forEach(name -> body.set(name, user.get(name)));
    return body;
  }

  private Answer update(Query query) {
    ObjectNode document = Form.document(query.body());
    Tenant user = updated(query, document);
    ObjectNode body = Json.object();
    body.put("user_id", user.id());
    body.set("data", desk.view().row(Entity.USER, user));
    return Json.answer(200, body);
  }

  private Tenant updated(Query query, ObjectNode document) {
    Form form = Form.of(document, Entity.USER.fields());
    if (form.text("user_id") == null && form.text("user_email") == null) {
      throw Form.missing("user_id");
    }
    JsonNode spent = document.get("spend");
    Tenant user =
        tenants.write(
            Routes.author(query),
            draft -> {
              String id = form.text("user_id");
              if (id == null) {
                id = Members.byEmail(draft, form.text("user_email")).orElse("");
              }
              String named = id;
              Tenant old =
                  draft.find(Kind.USER, id).orElseThrow(() -> Desk.notFound(Kind.USER, named));
              Tenant changed = desk.change(draft, Entity.USER, old, form);
              mayGiveRole(desk.rights(query), old, changed);
              return changed;
            });
    if (spent != null && spent.isNumber() && spent.decimalValue().signum() == 0) {
      desk.balances()
          .set(dev.tollgate.model.Scope.Kind.USER, user.id(), dev.tollgate.model.Money.ZERO);
    }
    return user;
  }

  private Answer bulkUpdate(Query query) {
    ObjectNode document = Form.document(query.body());
    ArrayNode users = JsonNodeFactory.instance.arrayNode();
    if (document.path("all_users").asBoolean(false)
        && document.get("user_updates") instanceof ObjectNode updates) {
      tenants
          .list(Kind.USER, _ -> true)
          .forEach(user -> users.add(updates.deepCopy().put("user_id", user.id())));
    } else if (document.get("users") instanceof ArrayNode given) {
      users.addAll(given);
    } else {
      throw Form.missing("users");
    }
    if (users.size() > BULK_MAX) {
      throw RefusedException.python(
          400, "error", "Maximum " + BULK_MAX + " users can be updated at once.");
    }
    ObjectNode body = Json.object();
    ArrayNode results = body.putArray("results");
    int good = 0;
    for (JsonNode each : users) {
      ObjectNode result = results.addObject();
      result.set("user_id", each.get("user_id"));
      result.set("user_email", each.get("user_email"));
      try {
        if (!(each instanceof ObjectNode object)) {
          throw Form.missing("user_id");
        }
        Tenant user = updated(query, object);
        result.put("success", true).putNull("error");
        result.set("updated_user", desk.view().row(Entity.USER, user));
        good++;
      } catch (RefusedException refused) {
        result.put("success", false).put("error", refused.reason()).putNull("updated_user");
      }
    }
    body.put("total_requested", users.size());
    body.put("successful_updates", good);
    body.put("failed_updates", users.size() - good);
    return Json.answer(200, body);
  }

  /** Users with their keys and memberships. */
  private Answer delete(Query query) {
    List<String> ids = Desk.ids(query, "user_ids");
    List<VirtualKey> keys = desk.keys().list(key -> Desk.isAmong(ids, key.userId()));
    int deleted =
        tenants.write(
            Routes.author(query),
            draft -> {
              List<Tenant> users = Desk.all(draft, Kind.USER, ids);
              for (Tenant user : users) {
                for (Kind kind : List.of(Kind.TEAM_MEMBER, Kind.ORGANIZATION_MEMBER)) {
                  draft
                      .list(kind, each -> user.id().equals(each.terms().memberId()))
                      .forEach(draft::delete);
                }
                draft.delete(user);
              }
              keys.forEach(key -> draft.deleteKey(key.hash()));
              return users.size();
            });
    return Json.answer(200, JsonNodeFactory.instance.numberNode(deleted));
  }
}
