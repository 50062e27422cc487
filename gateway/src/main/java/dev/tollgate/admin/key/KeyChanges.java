package dev.tollgate.admin.key;

import dev.tollgate.access.Access;
import dev.tollgate.access.Keys;
import dev.tollgate.access.TakenException;
import dev.tollgate.access.VirtualKey;
import dev.tollgate.access.VirtualKey.Terms;
import dev.tollgate.admin.form.AllowanceReader;
import dev.tollgate.admin.form.Form;
import dev.tollgate.admin.form.Json;
import dev.tollgate.admin.form.RefusedException;
import dev.tollgate.admin.form.Rights;
import dev.tollgate.admin.form.Routes;
import dev.tollgate.http.ManagementRoute.Answer;
import dev.tollgate.http.ManagementRoute.Query;
import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import dev.tollgate.model.Secret;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Making and changing keys. Thread-safe. */
final class KeyChanges {
  private static final int BULK_MAX = 500;

  private final Access access;
  private final Keys keys;
  private final Balances balances;
  private final Supplier<KeyRules> rules;
  private final InstantSource clock;
  private final Supplier<KeyView> view;

  KeyChanges(
      Access access,
      Balances balances,
      Supplier<KeyRules> rules,
      InstantSource clock,
      Supplier<KeyView> view) {
    this.access = access;
    this.keys = access.keys();
    this.balances = balances;
    this.rules = rules;
    this.clock = clock;
    this.view = view;
  }

  private KeyRights rights(Query query) {
    return new KeyRights(new Rights(query, access.tenants()), access, query.path());
  }

  Answer generate(Query query, boolean serviceAccount) {
    Instant at = clock.instant();
    KeyRules now = rules.get();
    KeyMaker maker = new KeyMaker(keys, now);
    KeyRights rights = rights(query);
    Form sent = Form.of(query.body(), KeyFields.ALL);
    Form form = maker.bounded(sent, at);
    if (serviceAccount && form.text("team_id") == null) {
      throw RefusedException.python(
          400,
          "error",
          "team_id is required for service account keys. Please specify `team_id` in the request"
              + " body.");
    }
    String owner = serviceAccount ? null : rights.ownerOf(form);
    Form owned = owner == null ? form.with(Map.of("user_id", nothing())) : form.with(text(owner));
    owned = rights.forOthers(owned, owner);
    Money spend = owned.money("spend");
    KeyMaker.Made made = maker.made(owned, at, Routes.author(query));
    rights.mustGive(sent, null, null, made.key().terms(), KeyBounds.most(now, at));
    rights.mustNotImpersonate(made.key().terms());
    Guaranteed.mustFit(access, null, made.key().terms());
    VirtualKey key;
    try {
      key = keys.generate(made.secret(), made.key().terms(), Routes.author(query));
    } catch (TakenException taken) {
      throw KeyMaker.refusal(taken, made.key().terms().alias());
    }
    if (spend != null && spend.nanos() > 0) {
      balances.set(Scope.Kind.KEY, key.account(), spend);
    }
    return Json.answer(200, view.get().generated(key, made.secret()));
  }

  private static Map<String, JsonNode> text(String userId) {
    return Map.of("user_id", JsonNodeFactory.instance.stringNode(userId));
  }

  private static JsonNode nothing() {
    return JsonNodeFactory.instance.nullNode();
  }

  Answer update(Query query) {
    Form form = Form.of(query.body(), KeyFields.ALL);
    String passed = form.needed("key");
    return Json.answer(200, view.get().updated(updated(query, form, passed), passed));
  }

  private VirtualKey updated(Query query, Form sent, String passed) {
    Edit edit = edit(query, sent, passed, rules.get(), clock.instant());
    return written(edit, () -> keys.update(edit.old().hash(), edit.change(), Routes.author(query)));
  }

  /**
   * A key that is about to be changed.
   *
   * @param change checks what it makes of the terms
   * @param spend to be set, too; null to leave it
   */
  private record Edit(
      VirtualKey old,
      KeyRights rights,
      UnaryOperator<Terms> change,
      @Nullable String alias,
      @Nullable Money spend) {}

  private Edit edit(Query query, Form sent, String passed, KeyRules now, Instant at) {
    Form form = KeyBounds.bounded(sent, now, at, false);
    Money spend = form.money("spend");
    KeyRights rights = rights(query);
    VirtualKey old = mine(rights, passed);
    if (form.has("blocked")) {
      rights.mustManage(old);
    }
    KeyTermsReader reader = new KeyTermsReader(form, at, now.day());
    Terms most = KeyBounds.most(now, at);
    UnaryOperator<Terms> change =
        terms -> {
          Terms next = reader.applied(terms);
          rights.mustGive(form, old, terms, next, most);
          Guaranteed.mustFit(access, old.hash(), next);
          return next;
        };
    return new Edit(old, rights, change, form.text("key_alias"), spend);
  }

  private VirtualKey written(Edit edit, Supplier<Optional<VirtualKey>> write) {
    VirtualKey key;
    try {
      key = write.get().orElseThrow(KeyRoutes::notFound);
    } catch (TakenException taken) {
      throw KeyMaker.refusal(taken, edit.alias());
    }
    if (edit.spend() != null) {
      balances.set(Scope.Kind.KEY, key.account(), edit.spend());
    }
    return key;
  }

  /** A key that the caller may change; one that they may not see is not there for them. */
  private VirtualKey mine(KeyRights rights, String passed) {
    VirtualKey key = keys.find(Keys.hashOf(passed)).orElseThrow(KeyRoutes::notFound);
    rights.mustChange(key);
    return key;
  }

  /** Each by itself: one that fails does not keep the others from being changed. */
  Answer bulkUpdate(Query query) {
    JsonNode list = Form.document(query.body()).get("keys");
    if (list == null || !list.isArray()) {
      throw Form.missing("keys");
    }
    if (list.size() > BULK_MAX) {
      throw RefusedException.python(
          400, "error", "Maximum " + BULK_MAX + " keys can be updated at once.");
    }
    ObjectNode body = Json.object();
    body.put("total_requested", list.size());
    ArrayNode good = body.putArray("successful_updates");
    ArrayNode failed = body.putArray("failed_updates");
    for (JsonNode each : list) {
      String name = each.path("key").asString("");
      try {
        if (!(each instanceof ObjectNode object)) {
          throw Form.missing("key");
        }
        Form form = Form.of(object, KeyFields.ALL);
        VirtualKey key = updated(query, form, form.needed("key"));
        good.addObject().put("key", name).set("key_info", view.get().info(key));
      } catch (RefusedException refused) {
        failed.addObject().put("key", name).put("failed_reason", refused.reason());
      }
    }
    return Json.answer(200, body);
  }

  Answer block(Query query, boolean blocked) {
    String passed = Form.of(query.body(), KeyFields.ALL).needed("key");
    KeyRights rights = rights(query);
    VirtualKey old = mine(rights, passed);
    rights.mustManage(old);
    return Json.answer(
        200,
        view.get()
            .blocked(
                keys.block(old.hash(), blocked, Routes.author(query))
                    .orElseThrow(KeyRoutes::notFound)));
  }

  /** Another secret for a key; the old one is good for as long as {@code grace_period} says. */
  Answer regenerate(Query query) {
    ObjectNode document = query.body().length == 0 ? Json.object() : Form.document(query.body());
    Form sent = Form.of(document, KeyFields.ALL);
    String named = query.pathParameters().get("key");
    String passed = named == null ? sent.needed("key") : named;
    KeyRules now = rules.get();
    Instant at = clock.instant();
    Edit edit = edit(query, sent, passed, now, at);
    Secret secret = new KeyMaker(keys, now).secret(optional(document, "new_key"));
    VirtualKey key =
        written(
            edit,
            () ->
                keys.regenerate(
                    access.tenants(),
                    edit.old().hash(),
                    secret,
                    terms -> {
                      Terms next = edit.change().apply(terms);
                      edit.rights().mustNotImpersonate(next);
                      return next;
                    },
                    graceEnds(document, now.grace(), at),
                    Routes.author(query)));
    return Json.answer(200, view.get().generated(key, secret));
  }

  private static @Nullable Instant graceEnds(
      ObjectNode document, @Nullable String otherwise, Instant now) {
    String asked = optional(document, "grace_period");
    String grace = asked == null ? otherwise : asked;
    return grace == null ? null : AllowanceReader.window("grace_period", grace).after(now);
  }

  private static @Nullable String optional(ObjectNode document, String name) {
    JsonNode value = document.get(name);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isString()) {
      throw RefusedException.invalid(
          List.of(
              new RefusedException.Problem(
                  "string_type", List.of("body", name), "Input should be a valid string")));
    }
    return value.stringValue().isEmpty() ? null : value.stringValue();
  }

  Answer resetSpend(Query query) {
    String passed = query.pathParameters().getOrDefault("key", "");
    KeyRights rights = rights(query);
    VirtualKey key = mine(rights, passed);
    rights.mustManage(key);
    ObjectNode document = Form.document(query.body());
    ObjectNode spend = Json.object();
    spend.set("spend", document.get("reset_to") == null ? nothing() : document.get("reset_to"));
    Money to = Form.of(spend, KeyFields.ALL).money("spend");
    if (to == null) {
      throw Form.missing("reset_to");
    }
    Money before = balances.settled(key);
    if (to.compareTo(before) > 0) {
      throw RefusedException.python(
          400, "error", "reset_to value must be less than or equal to the key's current spend.");
    }
    balances.set(Scope.Kind.KEY, key.account(), to);
    ObjectNode body = Json.object();
    body.put("key_hash", key.hash());
    body.set("previous_spend", Json.money(before));
    body.set("spend", Json.money(to));
    body.set("max_budget", Json.money(key.terms().maxBudget()));
    return Json.answer(200, body);
  }
}
