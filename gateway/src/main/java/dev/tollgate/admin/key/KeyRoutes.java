package dev.tollgate.admin.key;

import dev.tollgate.access.Access;
import dev.tollgate.access.KeyRow;
import dev.tollgate.access.Keys;
import dev.tollgate.access.Selection;
import dev.tollgate.access.Tenants;
import dev.tollgate.access.VirtualKey;
import dev.tollgate.admin.form.FieldReader;
import dev.tollgate.admin.form.Form;
import dev.tollgate.admin.form.Json;
import dev.tollgate.admin.form.Parameters;
import dev.tollgate.admin.form.RefusedException;
import dev.tollgate.admin.form.Rights;
import dev.tollgate.admin.form.Routes;
import dev.tollgate.http.ManagementRoute;
import dev.tollgate.http.ManagementRoute.Admission;
import dev.tollgate.http.ManagementRoute.Answer;
import dev.tollgate.http.ManagementRoute.Query;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** LiteLLM's {@code /key/*}. Thread-safe. A change holds from the moment that it is answered. */
public final class KeyRoutes {
  private final Access access;
  private final Keys keys;
  private final Balances balances;
  private final Function<@Nullable String, @Nullable JsonNode> budgets;
  private final Supplier<KeyRules> rules;
  private final InstantSource clock;
  private final KeyChanges changes;
  private final KeyDeletion deletion;

  /**
   * Makes the routes of these keys.
   *
   * @param budgets the row of a budget, null for none
   * @param rules the running configuration's rules; asked for each request
   */
  public KeyRoutes(
      Access access,
      Balances balances,
      Function<@Nullable String, @Nullable JsonNode> budgets,
      Supplier<KeyRules> rules,
      InstantSource clock) {
    this.access = access;
    this.keys = access.keys();
    this.balances = balances;
    this.budgets = budgets;
    this.rules = rules;
    this.clock = clock;
    this.changes = new KeyChanges(access, balances, rules, clock, this::view);
    this.deletion = new KeyDeletion(access);
  }

  public List<ManagementRoute> all() {
    Admission own = Admission.OWN_CHANGE;
    return List.of(
        Routes.post("/key/generate", own, query -> changes.generate(query, false)),
        Routes.post("/key/service-account/generate", own, query -> changes.generate(query, true)),
        Routes.post("/key/update", own, changes::update),
        Routes.post("/key/bulk_update", Admission.ADMIN, changes::bulkUpdate),
        Routes.post("/key/delete", own, deletion::delete),
        Routes.post("/key/regenerate", own, changes::regenerate),
        Routes.post("/key/{key}/regenerate", own, changes::regenerate),
        Routes.post("/key/{key}/reset_spend", own, changes::resetSpend),
        Routes.post("/key/block", own, query -> changes.block(query, true)),
        Routes.post("/key/unblock", own, query -> changes.block(query, false)),
        Routes.get("/key/info", Admission.KEY, this::info),
        Routes.route("POST", "/v2/key/info", Admission.KEY, "info_routes", this::infos),
        Routes.route("POST", "/key/health", Admission.KEY, "info_routes", this::health),
        Routes.get("/key/list", Admission.OWN_VIEW, this::list),
        Routes.get("/key/aliases", Admission.OWN_VIEW, this::aliases));
  }

  private Answer info(Query query) {
    String passed = query.parameter("key");
    String own = Routes.caller(query).keyHash();
    String hash = passed == null ? own : Keys.hashOf(passed);
    VirtualKey key = keys.find(hash).orElse(null);
    KeyRights rights = rights(query);
    if (key == null) {
      throw hash.equals(own) || new Rights(query, access.tenants()).seesAll()
          ? notFound()
          : rights.notYours();
    }
    if (!rights.sees(key)) {
      throw rights.notYours();
    }
    ObjectNode body = Json.object();
    body.put("key", passed == null ? hash : passed);
    body.set("info", view().info(key));
    return Json.answer(200, body);
  }

  private Answer infos(Query query) {
    KeyRights rights = rights(query);
    JsonNode wanted = Form.document(query.body()).get("keys");
    if (wanted == null || wanted.isNull()) {
      throw Form.missing("keys");
    }
    List<String> named = texts(wanted, "keys");
    ObjectNode body = Json.object();
    body.set("key", wanted);
    ArrayNode rows = body.putArray("info");
    KeyView view = view();
    named.forEach(
        each ->
            keys.find(Keys.hashOf(each))
                .filter(rights::sees)
                .ifPresent(key -> rows.add(view.info(key))));
    return Json.answer(200, body);
  }

  private static List<String> texts(JsonNode value, String name) {
    FieldReader reader = new FieldReader();
    JsonNode read = reader.texts(value, List.of("body", name));
    if (read == null) {
      throw RefusedException.invalid(reader.problems());
    }
    return read.values().stream().map(JsonNode::stringValue).toList();
  }

  /** There are no logging callbacks of a key that could be ill. */
  private Answer health(Query query) {
    Routes.caller(query);
    return Json.answer(200, Json.object().put("key", "healthy").putNull("logging_callbacks"));
  }

  private Answer list(Query query) {
    Tenants tenants = access.tenants();
    boolean deleted = Parameters.isDeleted(query);
    KeyPage page = KeyPage.of(query, balances, visible(query, deleted), tenants);
    return Json.answer(200, page.answer(keys, view(), tenants));
  }

  /** What of the list the caller sees. */
  private Predicate<KeyRow> visible(Query query, boolean deleted) {
    Rights all = new Rights(query, access.tenants());
    if (all.seesAll()) {
      return _ -> true;
    }
    String userId = Parameters.text(query, "user_id");
    String teamId = Parameters.text(query, "team_id");
    if (userId != null && !all.isSelf(userId) && teamId == null) {
      throw RefusedException.envelope(
          403,
          "You are not authorized to check another user's keys. Your role="
              + all.caller().standing().role().word(),
          "auth_error",
          "user_id");
    }
    KeyRights rights = rights(query);
    return deleted ? rights::sawBefore : rights.seen();
  }

  private Answer aliases(Query query) {
    int page = Parameters.number(query, "page", 1, 1, Integer.MAX_VALUE);
    int size = Parameters.number(query, "size", 50, 1, 100);
    String search = Parameters.text(query, "search");
    Predicate<KeyRow> visible = visible(query, false);
    Predicate<KeyRow> named =
        key -> {
          String alias = key.alias();
          return alias != null && (search == null || alias.contains(search));
        };
    Selection<String> found =
        Selection.of(
            keys.rows(named.and(visible)).map(KeyRow::alias).toArray(String[]::new),
            Comparator.naturalOrder(),
            (page - 1L) * size,
            size);
    ObjectNode body = Json.object();
    ArrayNode names = body.putArray("aliases");
    found.rows().forEach(names::add);
    body.put("total_count", found.total());
    body.put("current_page", page);
    body.put("total_pages", (found.total() + size - 1) / size);
    body.put("size", size);
    return Json.answer(200, body);
  }

  static RefusedException notFound() {
    return RefusedException.envelope(404, "Key not found in database", "not_found_error", "key");
  }

  private KeyRights rights(Query query) {
    return new KeyRights(new Rights(query, access.tenants()), access, query.path());
  }

  private KeyView view() {
    return new KeyView(balances, budgets, clock.instant(), rules.get().day());
  }
}
