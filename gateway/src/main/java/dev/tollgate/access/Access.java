package dev.tollgate.access;

import dev.tollgate.model.Caller;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Role;
import dev.tollgate.model.Secret;
import dev.tollgate.model.Standing;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who calls and what they may do. Thread-safe; everything but {@link #keys} works in memory and
 * never blocks.
 *
 * <p>Without a master key nobody is an administrator; virtual keys work all the same.
 */
public final class Access {
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

  private final byte @Nullable [] masterDigest;
  private final Callers callers;
  private final Keys keys;
  private final Tenants tenants;
  private final Visitors visitors;
  private final Epoch epoch = new Epoch();
  private final InstantSource clock;

  /**
   * Loads all tenants; blocks. Keys are brought into memory by {@link #readKeys}.
   *
   * @param masterKey the administrator's key, null for none
   */
  public Access(
      @Nullable Secret masterKey,
      KeyStore keyStore,
      TenantStore tenantStore,
      InstantSource clock,
      AccessSettings settings) {
    this.masterDigest = masterKey == null ? null : KeyHash.digest(masterKey.reveal());
    this.clock = clock;
    TenantRows rows = new TenantRows(tenantStore.all());
    this.callers = new Callers(rows, clock, settings);
    this.keys = new Keys(keyStore, clock, callers, epoch, masterDigest);
    this.tenants = new Tenants(tenantStore, rows, keys, epoch, clock);
    this.visitors = new Visitors(rows, callers, clock);
  }

  /** Brings all keys into memory; blocks. */
  public void readKeys() {
    keys.read();
  }

  /** Whether {@link #identify} can tell who presents this; else it has to be looked up before. */
  public boolean isKnown(@Nullable Secret presented) {
    return keys.areRead()
        || presented == null
        || !presented.reveal().startsWith("sk-")
        || isMaster(KeyHash.digest(presented.reveal()))
        || keys.held(Keys.hashOf(presented.reveal())) != null;
  }

  /**
   * Finds out in the store what {@link #isKnown} says is not known; blocks.
   *
   * @throws FailureException with {@link Failure.NoDatabase} if the store does not say
   */
  public void lookUp(Secret presented) {
    keys.lookUp(Keys.hashOf(presented.reveal()));
  }

  private boolean isMaster(byte[] digest) {
    return masterDigest != null && MessageDigest.isEqual(digest, masterDigest);
  }

  /** The keys, for the management API. */
  public Keys keys() {
    return keys;
  }

  /** Teams, users and all the others, for the management API. */
  public Tenants tenants() {
    return tenants;
  }

  /** Brings all keys and tenants up to what the stores have; blocks. */
  public void refresh() {
    tenants.refresh();
    keys.refresh();
  }

  /** Goes over to other settings; calls that were identified before keep the old ones. */
  public void apply(AccessSettings settings) {
    callers.apply(settings);
    epoch.next();
  }

  /**
   * Finds out who calls.
   *
   * @param presented the credential without {@code Bearer}; null if none came
   * @throws FailureException with {@link Failure.Unauthenticated} and LiteLLM's words
   */
  public Caller identify(@Nullable Secret presented) {
    String secret = presented == null ? "" : presented.reveal();
    if (secret.isEmpty()) {
      throw denied("Authentication Error, No api key passed in.", "auth_error", "None");
    }
    byte[] digest = KeyHash.digest(secret);
    if (isMaster(digest)) {
      return callers.master();
    }
    if (!secret.startsWith("sk-")) {
      throw denied(
          "LiteLLM Virtual Key expected. Received=****, expected to start with 'sk-'.",
          "auth_error",
          "None");
    }
    String hash = KeyHash.hex(digest);
    KeyRow held = keys.held(hash);
    if (held == null) {
      held = keys.successor(hash);
    }
    if (held == null) {
      throw denied(
          "Authentication Error, Invalid proxy server token passed. Received API Key = "
              + KeyHash.shown(secret)
              + ", Key Hash (Token) ="
              + hash
              + ". Unable to find token in cache or `LiteLLM_VerificationTokenTable`",
          "token_not_found_in_db",
          "key");
    }
    return usable(held);
  }

  private Caller usable(KeyRow held) {
    if (held.isBlocked()) {
      throw denied(
          "Authentication Error, Key is blocked. Update via `/key/unblock` if you're an admin.",
          "auth_error",
          "None");
    }
    Callers.Made made = keys.made(held);
    Caller caller = made.caller();
    if (caller.expires() != null) {
      Instant now = clock.instant();
      if (!now.isBefore(caller.expires())) {
        throw denied(
            "Authentication Error - Expired Key. Key Expiry time "
                + python(caller.expires())
                + " and current time "
                + python(now),
            "expired_key",
            "sk-..." + caller.keyHash().substring(caller.keyHash().length() - 4));
      }
    }
    if (made.refusal() != null) {
      throw denied(made.refusal(), "auth_error", "None");
    }
    return caller;
  }

  /**
   * The caller of one call, drawing also on what only the request names.
   *
   * @param model the model that is asked for
   * @param names all names that it goes by, {@code model} among them
   * @param endUser the end user that is named, null for none
   * @param tags the request's tags
   * @throws FailureException if the end user is blocked, or may not use the model
   */
  public Caller drawing(
      Caller caller,
      String model,
      Collection<String> names,
      @Nullable String endUser,
      List<String> tags) {
    return visitors.drawing(caller, model, names, endUser, tags);
  }

  /** A key's terms, completed by the budget that it names by {@code budget_id}. */
  public VirtualKey.Terms whole(VirtualKey.Terms terms) {
    Tenant budget = callers.budget(FinePrint.of(terms.metadata(), terms.extras()).budgetId());
    return budget == null
        ? terms
        : terms.with(terms.allowance().orElse(budget.terms().allowance()));
  }

  /**
   * Checks the key's {@code allowed_routes}.
   *
   * @param path the path as called
   * @param routeGroup LiteLLM's group of the route: {@code llm_api_routes}, {@code info_routes}, …
   * @throws FailureException with {@link Failure.RouteDenied}
   */
  public void mayCall(Caller caller, String path, String routeGroup) {
    if (!caller.admin() && !RouteGrant.covers(caller.allowedRoutes(), path, routeGroup)) {
      throw new FailureException(
          new Failure.RouteDenied(RouteGrant.denial(caller.allowedRoutes(), path)));
    }
  }

  /**
   * Checks that the role of the key's user may ask models at all.
   *
   * @throws FailureException with {@link Failure.RouteDenied} for those who may only look
   */
  public void mayAsk(Caller caller, String path) {
    Role role = caller.standing().role();
    if (role == Role.PROXY_ADMIN_VIEWER || role == Role.INTERNAL_USER_VIEWER) {
      throw new FailureException(
          new Failure.RouteDenied(
              "user not allowed to access this route, role= "
                  + role.word()
                  + ". Trying to access: "
                  + path));
    }
  }

  /**
   * Checks the {@code allowed_passthrough_routes} and {@code denied_passthrough_routes} of the key
   * and its team.
   *
   * @throws FailureException with {@link Failure.RouteDenied}
   */
  public void mayPass(Caller caller, String path) {
    if (!caller.admin() && !caller.standing().passing().allows(path)) {
      throw passingDenied(path);
    }
  }

  /**
   * Checks that the caller may call a provider's own API where nobody can tell which model it asks:
   * it may use all models, or was given the route by name.
   *
   * @throws FailureException with {@link Failure.ModelDenied}
   */
  public void mayPassUnseen(Caller caller, String path) {
    boolean bounded =
        !ModelGrant.isAll(caller.models())
            || caller.standing().grants().stream()
                .anyMatch(grant -> !ModelGrant.isAll(grant.models()));
    if (!caller.admin() && bounded && !caller.standing().passing().names(path)) {
      throw new FailureException(
          new Failure.ModelDenied(
              "The model of this call cannot be told, and this API key may not use all models. Ask"
                  + " for the route in allowed_passthrough_routes.",
              "key_model_access_denied"));
    }
  }

  private static FailureException passingDenied(String path) {
    return new FailureException(
        new Failure.RouteDenied(
            "Virtual key is not allowed to call this pass-through route. Tried to call route: "
                + path));
  }

  /**
   * Checks the key's {@code models}. The model itself, the target of the key's own alias for it, or
   * one of {@code targets} has to be granted.
   *
   * @param requestedModel the name that the client sent; it is what the refusal names
   * @param accessGroups the access groups of the model's deployments
   * @param targets further names of the same thing: what the router's alias stands for
   * @throws FailureException with {@link Failure.ModelDenied}
   */
  public void mayUse(
      Caller caller,
      String requestedModel,
      Collection<String> accessGroups,
      Collection<String> targets) {
    if (caller.admin()) {
      return;
    }
    String own = caller.aliases().get(requestedModel);
    if (!granted(caller.models(), own, requestedModel, accessGroups, targets)) {
      throw modelDenied(requestedModel, "key_model_access_denied");
    }
    for (Standing.Grant grant : caller.standing().grants()) {
      if (!granted(grant.models(), own, requestedModel, accessGroups, targets)) {
        throw modelDenied(requestedModel, grant.denial());
      }
    }
  }

  private static boolean granted(
      Set<String> models,
      @Nullable String own,
      String requested,
      Collection<String> accessGroups,
      Collection<String> targets) {
    if (ModelGrant.covers(models, requested, accessGroups)
        || (own != null && ModelGrant.covers(models, own, List.of()))) {
      return true;
    }
    for (String target : targets) {
      if (ModelGrant.covers(models, target, List.of())) {
        return true;
      }
    }
    return false;
  }

  private static FailureException modelDenied(String model, String type) {
    return new FailureException(
        new Failure.ModelDenied(
            "The requested model '"
                + model
                + "' is not available for this API key, or the model name is invalid. Check the"
                + " models available to you and try again.",
            type));
  }

  /** Whether the caller's list of models shows this one. */
  public boolean sees(Caller caller, String model, Set<String> accessGroups) {
    if (caller.admin()) {
      return true;
    }
    if (!ModelGrant.covers(caller.models(), model, accessGroups)) {
      return false;
    }
    for (Standing.Grant grant : caller.standing().grants()) {
      if (!ModelGrant.covers(grant.models(), model, accessGroups)) {
        return false;
      }
    }
    return true;
  }

  /** Why someone who is not the administrator may not call an administrator's route. */
  public static Failure adminOnly(Caller caller, String route) {
    String user = caller.userId();
    return new Failure.Unauthenticated(
        "Authentication Error, Only proxy admin can be used to generate, delete, update info for"
            + " new keys/users/teams. Route="
            + route
            + ". Your role="
            + caller.standing().role().word()
            + ". Your user_id="
            + masked(user == null ? "unknown" : user),
        "auth_error",
        "None");
  }

  private static String masked(String id) {
    return id.length() <= 8
        ? "*".repeat(id.length())
        : id.substring(0, 6) + "*".repeat(id.length() - 8) + id.substring(id.length() - 2);
  }

  private static FailureException denied(String message, String type, String param) {
    return new FailureException(new Failure.Unauthenticated(message, type, param));
  }

  /** A moment as Python prints it: without a fraction if there is none. */
  private static String python(Instant moment) {
    return (moment.get(ChronoField.MICRO_OF_SECOND) == 0 ? SECONDS : MICROS).format(moment)
        + "+00:00";
  }
}
