package dev.tollgate.access;

import dev.tollgate.model.BudgetWindow;
import dev.tollgate.model.Caller;
import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import dev.tollgate.model.Secret;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * All virtual keys: kept in the store, held in memory. Thread-safe.
 *
 * <p>A change goes to the store first and then to memory, before its method returns; so a change
 * that was answered holds, and one that failed never shows. No lock is held over the store: a write
 * names the version that it replaces, the store lets one of two such writers win, and the loser
 * starts again from what the winner left. Versions of one key only grow, and their upper half is
 * drawn anew for each key made, so that a late write to a deleted key can never be taken for a
 * write to another one made with the same secret.
 */
public final class Keys {
  /** Losing so often in a row means something else than another writer. */
  private static final int ATTEMPTS_MAX = 100;

  private static final int GENERATION_SHIFT = 32;

  /** A key with the caller that it makes; both immutable. */
  record Held(VirtualKey key, Caller caller) {}

  private record Snapshot(AccessSettings settings, Caller master, @Nullable Scope proxy) {}

  private final KeyStore store;
  private final InstantSource clock;
  private final byte @Nullable [] masterDigest;
  private final SecureRandom random = new SecureRandom();
  private final ConcurrentHashMap<String, Held> held = new ConcurrentHashMap<>();
  private volatile Snapshot snapshot;

  Keys(
      KeyStore store,
      InstantSource clock,
      AccessSettings settings,
      byte @Nullable [] masterDigest) {
    this.store = store;
    this.clock = clock;
    this.masterDigest = masterDigest;
    this.snapshot = snapshot(settings, clock.instant());
    for (VirtualKey key : store.all()) {
      held.put(key.hash(), hold(key, snapshot));
    }
  }

  @Nullable Held held(String hash) {
    return held.get(hash);
  }

  Caller master() {
    return snapshot.master();
  }

  void apply(AccessSettings settings) {
    snapshot = snapshot(settings, clock.instant());
    // A key that is written meanwhile is brought up to date by its own writer: see refresh.
    held.replaceAll((_, old) -> hold(old.key(), snapshot));
  }

  /** A new secret: {@code sk-} and URL-safe base64 of random bytes. */
  public Secret newSecret() {
    byte[] bytes = new byte[snapshot.settings().keyBytes()];
    random.nextBytes(bytes);
    return Secret.of("sk-" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /** The hash that a secret is kept under; what does not start with {@code sk-} is one already. */
  public static String hashOf(String secretOrHash) {
    return secretOrHash.startsWith("sk-")
        ? KeyHash.hex(KeyHash.digest(secretOrHash))
        : secretOrHash;
  }

  /**
   * Makes a key.
   *
   * @param by who asks, for the record
   * @throws TakenException if the secret or the alias is in use; then nothing is changed
   */
  public VirtualKey generate(Secret secret, VirtualKey.Terms terms, String by) {
    byte[] digest = KeyHash.digest(secret.reveal());
    if (masterDigest != null && MessageDigest.isEqual(digest, masterDigest)) {
      throw new TakenException(TakenException.Field.KEY);
    }
    Instant now = now();
    long generation = random.nextLong(1L << 30) << GENERATION_SHIFT;
    VirtualKey key =
        new VirtualKey(
            KeyHash.hex(digest),
            KeyHash.shown(secret.reveal()),
            generation,
            terms,
            now,
            by,
            now,
            by,
            null);
    store.insert(key);
    Snapshot seen = snapshot;
    held.put(key.hash(), hold(key, seen));
    refresh(key.hash(), seen);
    // Somebody who knew the secret beforehand may have changed or deleted the row before memory had
    // it, and then did not find it there.
    store.find(key.hash()).ifPresentOrElse(this::remember, () -> forget(key.hash(), key.version()));
    return key;
  }

  /**
   * Changes a key. The change is called again if another writer came first.
   *
   * @return the key as it is now; empty if there is none
   * @throws TakenException if the new alias is in use; then nothing is changed
   */
  public Optional<VirtualKey> update(
      String hash, UnaryOperator<VirtualKey.Terms> change, String by) {
    Held known = held.get(hash);
    VirtualKey base = known == null ? null : known.key();
    for (int attempt = 0; base != null && attempt < ATTEMPTS_MAX; attempt++) {
      VirtualKey next = base.changed(change.apply(base.terms()), now(), by);
      if (store.replace(next, base.version())) {
        remember(next);
        return Optional.of(next);
      }
      base = store.find(hash).orElse(null);
      if (base == null) {
        forget(hash, next.version());
      } else {
        remember(base);
      }
    }
    if (base != null) {
      throw new IllegalStateException(
          "the key " + base.name() + " could not be changed: it changes all the time");
    }
    return Optional.empty();
  }

  public Optional<VirtualKey> block(String hash, boolean blocked, String by) {
    return update(hash, terms -> terms.withBlocked(blocked), by);
  }

  /**
   * Removes keys, all in one step.
   *
   * @return hashes of those that were there
   */
  public Set<String> delete(Collection<String> hashes, String by) {
    Map<String, Long> deleted = store.delete(new LinkedHashSet<>(hashes), now(), by);
    deleted.forEach(this::forget);
    return deleted.keySet();
  }

  public Optional<VirtualKey> find(String hash) {
    return Optional.ofNullable(held.get(hash)).map(Held::key);
  }

  public Optional<VirtualKey> findByAlias(String alias) {
    return held.values().stream()
        .map(Held::key)
        .filter(key -> alias.equals(key.terms().alias()))
        .findFirst();
  }

  /** The keys that fit, newest first. */
  public List<VirtualKey> list(Predicate<VirtualKey> fits) {
    return held.values().stream()
        .map(Held::key)
        .filter(fits)
        .sorted(
            Comparator.comparing(VirtualKey::createdAt).reversed().thenComparing(VirtualKey::hash))
        .toList();
  }

  /** Takes a row over unless a newer one of the same key is there, or the key is gone. */
  private void remember(VirtualKey row) {
    Snapshot seen = snapshot;
    held.computeIfPresent(
        row.hash(),
        (_, old) ->
            sameKey(old, row.version()) && row.version() > old.key().version()
                ? hold(row, seen)
                : old);
    refresh(row.hash(), seen);
  }

  /** Drops a deleted key, but not one that was made with the same secret since. */
  private void forget(String hash, long version) {
    held.computeIfPresent(hash, (_, old) -> sameKey(old, version) ? null : old);
  }

  /** Builds the caller anew if the settings were exchanged while it was being built. */
  private void refresh(String hash, Snapshot seen) {
    Snapshot built = seen;
    while (!built.equals(snapshot)) {
      Snapshot newer = snapshot;
      held.computeIfPresent(hash, (_, old) -> hold(old.key(), newer));
      built = newer;
    }
  }

  private static boolean sameKey(Held held, long version) {
    return held.key().version() >>> GENERATION_SHIFT == version >>> GENERATION_SHIFT;
  }

  /** Milliseconds are what the store keeps. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private static Held hold(VirtualKey key, Snapshot now) {
    VirtualKey.Terms terms = key.terms();
    Scope own =
        new Scope(
            Scope.Kind.KEY,
            key.hash(),
            key.name(),
            terms.maxBudget(),
            terms.budgetDuration(),
            terms.budgetResetAt(),
            new Scope.Rates(
                terms.requestsPerMinute(), terms.tokensPerMinute(), terms.parallelRequests()),
            terms.strict() || now.settings().strict());
    return new Held(
        key,
        new Caller(
            key.hash(),
            key.name(),
            terms.alias(),
            false,
            models(terms),
            terms.aliases(),
            terms.allowedRoutes(),
            terms.userId(),
            terms.expires(),
            now.proxy() == null ? List.of(own) : List.of(own, now.proxy()),
            terms.estimatedOutputTokens()));
  }

  /**
   * Without a team {@code all-team-models} bounds nothing, as in LiteLLM. With one it grants
   * nothing: the team's own list is not known here, and a refusal is the safe side.
   */
  private static Set<String> models(VirtualKey.Terms terms) {
    Set<String> models = new HashSet<>(terms.models());
    if (terms.teamId() == null) {
      models.remove(ModelGrant.ALL_TEAM_MODELS);
    }
    return Set.copyOf(models);
  }

  private static Snapshot snapshot(AccessSettings settings, Instant now) {
    Scope proxy = null;
    Money budget = settings.proxyBudget();
    if (budget != null) {
      String duration = settings.proxyBudgetDuration();
      proxy =
          new Scope(
              Scope.Kind.PROXY,
              "proxy",
              "proxy",
              budget,
              duration,
              duration == null ? null : BudgetWindow.nextReset(now, duration, settings.zone()),
              Scope.Rates.NONE,
              settings.strict());
    }
    Caller master =
        new Caller(
            Caller.MASTER_HASH,
            Caller.MASTER_HASH,
            null,
            true,
            Set.of(),
            Map.of(),
            List.of(),
            Caller.DEFAULT_USER,
            null,
            proxy == null ? List.of() : List.of(proxy),
            null);
    return new Snapshot(settings, master, proxy);
  }
}
