package dev.tollgate.admin.key;

import dev.tollgate.access.Access;
import dev.tollgate.access.KeyCeiling;
import dev.tollgate.access.KeyRow;
import dev.tollgate.access.Tenant;
import dev.tollgate.access.Tenant.Kind;
import dev.tollgate.access.VirtualKey;
import dev.tollgate.access.VirtualKey.Terms;
import dev.tollgate.admin.form.Field;
import dev.tollgate.admin.form.Form;
import dev.tollgate.admin.form.Json;
import dev.tollgate.admin.form.RefusedException;
import dev.tollgate.admin.form.Rights;
import dev.tollgate.model.Caller;
import dev.tollgate.model.PassingGrant;
import dev.tollgate.model.Scope;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What one caller may do with keys. For one request. */
final class KeyRights {
  /** What only an administrator may give: each of these gives more than a key has by itself. */
  private static final List<String> FOR_ADMINS =
      List.of(
          "spend",
          "permissions",
          "budget_id",
          "end_user_budget_id",
          "temp_budget_increase",
          "temp_budget_expiry",
          PassingGrant.ALLOWED,
          "object_permission");

  private static final List<String> INFERENCE =
      List.of("llm_api_routes", "openai_routes", "anthropic_routes", "google_routes");

  private static final String ORGANIZATION = "organization_id";

  private final Rights rights;
  private final Access access;
  private final String path;
  private final Predicate<KeyRow> ofCaller;
  private final Placing placing;

  KeyRights(Rights rights, Access access, String path) {
    this.rights = rights;
    this.access = access;
    this.path = path;
    this.ofCaller = ofCaller(rights.caller());
    this.placing = new Placing(rights, access.tenants(), path);
  }

  private Optional<Tenant> team(@Nullable String id) {
    return id == null ? Optional.empty() : access.tenants().find(Kind.TEAM, id);
  }

  private boolean administersTeam(@Nullable String id) {
    return team(id).filter(rights::administers).isPresent();
  }

  /** Whether the caller may look at a key. */
  boolean sees(VirtualKey key) {
    return sees(KeyRow.of(key), each -> team(each.teamId()).filter(this::seesKeysOf).isPresent());
  }

  /** The same for a list, which asks for each of many keys: the teams are looked up once. */
  Predicate<KeyRow> seen() {
    Predicate<KeyRow> ofTeams =
        KeyRow.ofTeams(
            access.tenants().list(Kind.TEAM, this::seesKeysOf).stream()
                .map(Tenant::id)
                .collect(Collectors.toUnmodifiableSet()));
    return key -> sees(key, ofTeams);
  }

  private boolean sees(KeyRow key, Predicate<KeyRow> ofTeams) {
    return rights.seesAll()
        || ofCaller.test(key)
        || (key.hasExtras() && isBehind(key))
        || ofTeams.test(key);
  }

  /** Whether what only few keys have makes it one of the caller's. */
  private boolean isBehind(KeyRow key) {
    return key.account().equals(rights.caller().account()) || administersOrganization(key.extras());
  }

  /** By the user's id, by the key itself, or by the first one that it had. */
  private static Predicate<KeyRow> ofCaller(Caller caller) {
    Predicate<KeyRow> own = KeyRow.withHash(caller.keyHash()).or(KeyRow.withHash(caller.account()));
    return caller.userId() == null ? own : own.or(KeyRow.ofUser(caller.userId()));
  }

  /** Whether the caller may look at a deleted key; its team may be another one by now. */
  boolean sawBefore(KeyRow key) {
    return rights.seesAll() || rights.isSelf(key.userId()) || administersOrganization(key.extras());
  }

  private boolean seesKeysOf(Tenant team) {
    return rights.administers(team) || rights.memberMay(team, "/key/info");
  }

  private boolean administersOrganization(String extras) {
    String organization = organization(extras);
    return organization != null && rights.administersOrganization(organization);
  }

  static @Nullable String organization(String extras) {
    if (!extras.contains(ORGANIZATION)) {
      return null;
    }
    JsonNode value = Json.read(extras).get(ORGANIZATION);
    return value == null || !value.isString() ? null : value.stringValue();
  }

  /** Whether the caller manages the key for others: as an admin of the proxy or of its team. */
  boolean manages(VirtualKey key) {
    Terms terms = key.terms();
    return rights.administers()
        || (!rights.outranks(terms.userId())
            && (administersTeam(terms.teamId()) || administersOrganization(terms.extras())));
  }

  /**
   * Checks that the caller may change a key.
   *
   * @throws RefusedException if not
   */
  void mustChange(VirtualKey key) {
    boolean member =
        team(key.terms().teamId()).filter(team -> rights.memberMay(team, path)).isPresent()
            && !rights.outranks(key.terms().userId());
    if (!manages(key) && !rights.isSelf(key.terms().userId()) && !member) {
      throw notYours();
    }
  }

  /** Checks that the caller manages a key for others. */
  void mustManage(VirtualKey key) {
    if (!manages(key)) {
      throw notYours();
    }
  }

  RefusedException notYours() {
    return RefusedException.envelope(
        403,
        "You are not allowed to access this key's info. Your role="
            + rights.caller().standing().role().word(),
        "auth_error",
        "None");
  }

  /** Who a new key is for: the caller, unless somebody who may says otherwise. */
  @Nullable String ownerOf(Form form) {
    String userId = form.text("user_id");
    if (rights.administers()) {
      return userId;
    }
    if (userId == null) {
      return rights.userId();
    }
    boolean member =
        administersTeam(form.text("team_id"))
            && !rights.outranks(userId)
            && access
                .tenants()
                .find(
                    Kind.TEAM_MEMBER,
                    Scope.pair(Objects.requireNonNull(form.text("team_id")), userId))
                .isPresent();
    if (!rights.isSelf(userId) && !member) {
      throw RefusedException.python(
          403,
          "error",
          "User can only create keys for themselves. Got user_id="
              + userId
              + ", Your ID="
              + rights.userId());
    }
    return userId;
  }

  /**
   * Checks what a request gives to a key.
   *
   * @param key the key as it was when it was looked up, null for a new one
   * @param before its terms before
   * @param after its terms as they would be
   * @param most the operator's bounds, which only an administrator may soften
   * @throws RefusedException if it is more than the caller has to give
   */
  void mustGive(
      Form form, @Nullable VirtualKey key, @Nullable Terms before, Terms after, Terms most) {
    VirtualKey own = access.keys().find(rights.caller().keyHash()).orElse(null);
    if (rights.administers()) {
      boolean others =
          before == null
              || !before.allowedRoutes().equals(after.allowedRoutes())
              || !Objects.equals(before.userId(), after.userId());
      if (others) {
        mustGiveRoutes(after);
      }
      return;
    }
    for (String name : FOR_ADMINS) {
      // Who has routes by name may give of them, as far as KeyCeiling lets.
      boolean passed =
          name.equals(PassingGrant.ALLOWED)
              && !rights.caller().standing().passing().ofKey().isEmpty();
      if (!passed && differs(form, before, after, name)) {
        throw adminsOnly(form.has(name) ? name : "metadata." + name);
      }
    }
    placing.mustAllow(before, after);
    if (form.has("aliases")) {
      for (String target : after.aliases().values()) {
        if (!access.sees(rights.caller(), target, Set.of())) {
          throw beyond("aliases");
        }
      }
    }
    Terms was = before == null ? null : access.whole(before);
    Terms made = access.whole(after);
    Optional<String> exceeded = Optional.empty();
    if (own != null) {
      // Elsewhere, what the key says itself bounds it alone.
      boolean moved = before != null && !Objects.equals(before.teamId(), after.teamId());
      exceeded = KeyCeiling.exceeded(access.whole(own.terms()), moved ? null : was, made);
    }
    if (exceeded.isEmpty() && key != null && was != null && !manages(key)) {
      // What somebody else gave out with limits is not its owner's to loosen.
      exceeded =
          Objects.equals(key.createdBy(), rights.userId())
              ? Optional.empty()
              : KeyCeiling.exceeded(was, was, made);
    }
    if (exceeded.isEmpty()) {
      exceeded = KeyCeiling.softened(most, was, made);
    }
    exceeded.ifPresent(
        field -> {
          throw beyond(field);
        });
  }

  private void mustGiveRoutes(Terms terms) {
    if (!rights.mayGiveRoutes(terms.allowedRoutes())) {
      throw beyond("allowed_routes");
    }
  }

  /** Whether a request gives or takes something, by its name or within the whole metadata. */
  private static boolean differs(Form form, @Nullable Terms before, Terms after, String name) {
    if (name.equals("spend")) {
      return form.get(name) != null;
    }
    // A new key's that is empty is filled by the operator's defaults.
    boolean whole = form.has("metadata") && (before != null || !form.object("metadata").isEmpty());
    return (form.has(name) || whole)
        && !Objects.equals(before == null ? null : kept(before, name), kept(after, name));
  }

  /** What is kept under a field's name where it is acted upon; null for nothing. */
  private static @Nullable JsonNode kept(Terms terms, String name) {
    Field field = KeyFields.ALL.get(name);
    boolean inMetadata = field != null && field.place() == Field.Place.METADATA;
    JsonNode value = Json.read(inMetadata ? terms.metadata() : terms.extras()).get(name);
    boolean nothing = value == null || value.isNull() || (value.isContainer() && value.isEmpty());
    return nothing ? null : value;
  }

  /**
   * Checks that whoever gets to know a key's secret cannot act as the key's user with it: somebody
   * else's key may only ask models, and none may call routes that the caller may not.
   */
  void mustNotImpersonate(Terms terms) {
    mustGiveRoutes(terms);
    boolean others = terms.userId() != null && !rights.isSelf(terms.userId());
    if (!rights.administers()
        && others
        && (terms.allowedRoutes().isEmpty() || !INFERENCE.containsAll(terms.allowedRoutes()))) {
      throw RefusedException.envelope(
          403,
          "A key of another user may only have these allowed_routes: " + INFERENCE,
          "auth_error",
          "allowed_routes");
    }
  }

  /** The routes that a key made for somebody else has unless the request says otherwise. */
  Form forOthers(Form form, @Nullable String owner) {
    JsonNode routes = form.get("allowed_routes");
    boolean others = owner != null && !rights.isSelf(owner) && !rights.administers();
    return others && (routes == null || routes.isEmpty()) && form.get("key_type") == null
        ? form.with(Map.of("allowed_routes", Json.tree(List.of("llm_api_routes"))))
        : form;
  }

  static RefusedException adminsOnly(String field) {
    return RefusedException.envelope(
        403, "Only proxy admins can set " + field + ".", "auth_error", field);
  }

  static RefusedException beyond(String field) {
    return RefusedException.envelope(
        403,
        field + " of the key would go beyond what the key that you call with has.",
        "auth_error",
        field);
  }
}
