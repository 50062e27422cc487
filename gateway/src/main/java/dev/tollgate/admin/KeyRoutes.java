package dev.tollgate.admin;

import dev.tollgate.access.Keys;
import dev.tollgate.access.TakenException;
import dev.tollgate.access.VirtualKey;
import dev.tollgate.access.VirtualKey.Terms;
import dev.tollgate.admin.RefusedException.Problem;
import dev.tollgate.http.ManagementRoute;
import dev.tollgate.http.ManagementRoute.Admission;
import dev.tollgate.http.ManagementRoute.Answer;
import dev.tollgate.http.ManagementRoute.Handler;
import dev.tollgate.http.ManagementRoute.Query;
import dev.tollgate.model.Caller;
import dev.tollgate.model.Money;
import dev.tollgate.model.Secret;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * LiteLLM's {@code /key/*}. Thread-safe. A change holds from the moment that it is answered.
 *
 * <p>Settings that this edition does not act upon (teams, budgets of a model, …) are kept and
 * shown.
 */
public final class KeyRoutes {
  private static final int SECRET_LENGTH_MAX = 256;

  private final Keys keys;
  private final Balances balances;
  private final Supplier<KeyRules> rules;
  private final InstantSource clock;

  /**
   * Makes the routes of these keys.
   *
   * @param rules the running configuration's rules; asked for each request
   */
  public KeyRoutes(Keys keys, Balances balances, Supplier<KeyRules> rules, InstantSource clock) {
    this.keys = keys;
    this.balances = balances;
    this.rules = rules;
    this.clock = clock;
  }

  public List<ManagementRoute> all() {
    return List.of(
        route("POST", "/key/generate", Admission.ADMIN, "management_routes", this::generate),
        route("GET", "/key/info", Admission.KEY, "info_routes", this::info),
        route("POST", "/key/update", Admission.ADMIN, "management_routes", this::update),
        route("POST", "/key/delete", Admission.ADMIN, "management_routes", this::delete),
        route("GET", "/key/list", Admission.ADMIN, "management_routes", this::list),
        route(
            "POST",
            "/key/block",
            Admission.ADMIN,
            "management_routes",
            query -> block(query, true)),
        route(
            "POST",
            "/key/unblock",
            Admission.ADMIN,
            "management_routes",
            query -> block(query, false)));
  }

  static ManagementRoute route(
      String method, String path, Admission admission, String group, Handler handler) {
    return new ManagementRoute(
        method,
        path,
        admission,
        group,
        query -> {
          try {
            return handler.answer(query);
          } catch (RefusedException refused) {
            return refused.answer();
          }
        });
  }

  private Answer generate(Query query) {
    KeyRules now = rules.get();
    Instant at = clock.instant();
    KeyForm form =
        KeyBounds.bounded(KeyBounds.defaulted(KeyForm.of(query.body()), now), now, at, true);
    Money spend = form.money("spend");
    Secret secret = secret(form, now);
    Terms terms = new KeyTermsReader(form, at, now.zone()).applied(Terms.OPEN);
    VirtualKey key;
    try {
      key = keys.generate(secret, terms, author(query));
    } catch (TakenException taken) {
      throw refusal(taken, terms.alias());
    }
    if (spend != null && spend.nanos() > 0) {
      balances.set(key.hash(), spend);
    }
    return Json.answer(200, view().generated(key, secret));
  }

  private Secret secret(KeyForm form, KeyRules now) {
    String custom = form.text("key");
    if (custom == null) {
      return keys.newSecret();
    }
    if (now.customKeysDisabled()) {
      throw RefusedException.envelope(
          403,
          "Custom API keys are disabled (disable_custom_api_keys): leave 'key' out.",
          "bad_request_error",
          "key");
    }
    boolean plain = custom.chars().allMatch(letter -> letter > ' ' && letter < 0x7f);
    if (!custom.startsWith("sk-") || custom.length() < 4 || !plain) {
      throw RefusedException.badRequest(
          "The key has to start with 'sk-' and to be of printable ASCII characters.", "key");
    }
    if (custom.length() > SECRET_LENGTH_MAX) {
      throw RefusedException.badRequest(
          "The key may have at most " + SECRET_LENGTH_MAX + " characters.", "key");
    }
    return Secret.of(custom);
  }

  private Answer info(Query query) {
    Caller caller = caller(query);
    String passed = query.parameter("key");
    String hash = passed == null ? caller.keyHash() : Keys.hashOf(passed);
    if (!caller.admin() && !hash.equals(caller.keyHash())) {
      throw RefusedException.notYours(caller);
    }
    VirtualKey key = keys.find(hash).orElseThrow(RefusedException::keyNotFound);
    ObjectNode body = Json.object();
    body.put("key", passed == null ? hash : passed);
    body.set("info", view().info(key));
    return Json.answer(200, body);
  }

  private Answer update(Query query) {
    KeyRules now = rules.get();
    Instant at = clock.instant();
    KeyForm form = KeyBounds.bounded(KeyForm.of(query.body()), now, at, false);
    String passed = named(form);
    Money spend = form.money("spend");
    KeyTermsReader reader = new KeyTermsReader(form, at, now.zone());
    Optional<VirtualKey> changed;
    try {
      changed = keys.update(Keys.hashOf(passed), reader::applied, author(query));
    } catch (TakenException taken) {
      throw refusal(taken, form.text("key_alias"));
    }
    VirtualKey key = changed.orElseThrow(RefusedException::keyNotFound);
    if (spend != null) {
      balances.set(key.hash(), spend);
    }
    return Json.answer(200, view().updated(key, passed));
  }

  private Answer block(Query query, boolean blocked) {
    String passed = named(KeyForm.of(query.body()));
    return Json.answer(
        200,
        view()
            .blocked(
                keys.block(Keys.hashOf(passed), blocked, author(query))
                    .orElseThrow(RefusedException::keyNotFound)));
  }

  private Answer delete(Query query) {
    ObjectNode document = KeyForm.document(query.body());
    FieldReader reader = new FieldReader();
    JsonNode secrets = optionalTexts(reader, document, "keys");
    JsonNode aliases = optionalTexts(reader, document, "key_aliases");
    if (secrets == null && aliases == null && reader.problems().isEmpty()) {
      reader.problem(
          "value_error",
          List.of("body"),
          "Value error, At least one of 'keys' or 'key_aliases' must be provided.");
    }
    if (!reader.problems().isEmpty()) {
      throw RefusedException.invalid(reader.problems());
    }
    // As passed, by hash: the answer names them as the request did.
    Map<String, String> wanted = new LinkedHashMap<>();
    if (secrets != null) {
      secrets.forEach(each -> wanted.put(Keys.hashOf(each.stringValue()), each.stringValue()));
    }
    if (aliases != null) {
      aliases.forEach(
          each ->
              keys.findByAlias(each.stringValue())
                  .ifPresent(key -> wanted.putIfAbsent(key.hash(), each.stringValue())));
    }
    Set<String> deleted = keys.delete(wanted.keySet(), author(query));
    if (deleted.isEmpty()) {
      throw RefusedException.keyNotFound();
    }
    ObjectNode body = Json.object();
    ArrayNode names = body.putArray("deleted_keys");
    wanted.forEach(
        (hash, name) -> {
          if (deleted.contains(hash)) {
            names.add(name);
          }
        });
    return Json.answer(200, body);
  }

  private Answer list(Query query) {
    return Json.answer(200, KeyPage.of(query, balances).answer(keys, view()));
  }

  private static @Nullable JsonNode optionalTexts(
      FieldReader reader, ObjectNode document, String name) {
    JsonNode value = document.get(name);
    return value == null || value.isNull() ? null : reader.texts(value, List.of("body", name));
  }

  private static String named(KeyForm form) {
    String key = form.text("key");
    if (key == null) {
      throw RefusedException.invalid(
          List.of(new Problem("missing", List.of("body", "key"), "Field required")));
    }
    return key;
  }

  private static RefusedException refusal(TakenException taken, @Nullable String alias) {
    return switch (taken.field()) {
      case ALIAS ->
          RefusedException.badRequest(
              "Key with alias '"
                  + alias
                  + "' already exists. Unique key aliases across all keys are required.",
              "key_alias");
      case KEY -> RefusedException.badRequest("This key already exists. Choose another.", "key");
    };
  }

  private KeyView view() {
    return new KeyView(balances, clock.instant(), rules.get().zone());
  }

  private static Caller caller(Query query) {
    return Objects.requireNonNull(query.caller(), "the route needs a key");
  }

  private static String author(Query query) {
    String user = caller(query).userId();
    return user == null ? Caller.DEFAULT_USER : user;
  }
}
