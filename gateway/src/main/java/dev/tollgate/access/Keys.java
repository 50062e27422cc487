package dev.tollgate.access;

import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Secret;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All virtual keys: kept in the store, held in memory. Thread-safe.
 *
 * <p>A change goes to the store first and then to memory, before its method returns; so a change
 * that was answered holds, and one that failed never shows. No lock is held over the store: a write
 * names the version that it replaces, the store lets one of two such writers win, and the loser
 * starts again from what the winner left.
 */
public final class Keys {
  /** Losing so often in a row means something else than another writer. */
  private static final int ATTEMPTS_MAX = 100;

  private static final Duration READ_WAIT = Duration.ofSeconds(20);
  private static final Duration READ_AGAIN = Duration.ofSeconds(1);

  /** The caller that a key makes, in the epoch that it was made in. */
  record Built(long epoch, Callers.Made made) {}

  private final KeyStore store;
  private final InstantSource clock;
  private final Callers callers;
  private final Epoch epoch;
  private final byte @Nullable [] masterDigest;
  private final SecureRandom random = new SecureRandom();
  private final KeyTable held = new KeyTable();

  /** 1 as long as not all keys have been read from the store. */
  private final CountDownLatch unread = new CountDownLatch(1);

  /** Keys that other nodes have changed while this one read them. */
  private final Set<String> changedElsewhere = ConcurrentHashMap.newKeySet();

  /** Former secrets' hashes, to the hash of the key now. */
  private final ConcurrentHashMap<String, String> successors = new ConcurrentHashMap<>();

  Keys(
      KeyStore store,
      InstantSource clock,
      Callers callers,
      Epoch epoch,
      byte @Nullable [] masterDigest) {
    this.store = store;
    this.clock = clock;
    this.callers = callers;
    this.epoch = epoch;
    this.masterDigest = masterDigest;
  }

  /** Reads all keys; blocks. Until it has been done nothing can be changed here or listed. */
  void read() {
    store.each(this::makeUnchanged);
    changedElsewhere.forEach(this::bringUp);
    unread.countDown();
    changedElsewhere.forEach(this::bringUp); // those of whom it was told just before
    changedElsewhere.clear();
  }

  /** What was read may be older than what another node has told of. */
  private void makeUnchanged(List<KeyRow> rows) {
    make(
        changedElsewhere.isEmpty()
            ? rows
            : rows.stream().filter(row -> !changedElsewhere.contains(row.hash())).toList());
  }

  boolean areRead() {
    return unread.getCount() == 0;
  }

  /**
   * Waits until all keys have been read: somebody who changed one before that could see the reader
   * bring it back as it was.
   *
   * @throws FailureException with {@link Failure.NoDatabase} if it takes too long
   */
  void awaitRead() {
    try {
      if (!unread.await(READ_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new FailureException(
            new Failure.NoDatabase(
                "The keys are still being read from the database. Try again in a moment.",
                READ_AGAIN));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new FailureException(new Failure.NoDatabase("The gateway stops.", READ_AGAIN));
    }
  }

  /**
   * Brings one key into memory while not all of them are there; blocks.
   *
   * @throws FailureException with {@link Failure.NoDatabase} if nobody can know yet
   */
  void lookUp(String hash) {
    Optional<VirtualKey> found = store.find(hash);
    if (found.isPresent()) {
      make(List.of(KeyRow.of(found.get())));
      if (areRead()) {
        bringUp(hash); // somebody may have changed it since
      }
    } else {
      awaitRead(); // it may be the former secret of another key
    }
  }

  private void make(List<KeyRow> rows) {
    held.made(rows);
    rows.forEach(this::remembersFormer);
  }

  private void remembersFormer(KeyRow row) {
    if (row.hasExtras() && row.extras().contains(FinePrint.FORMER_HASHES)) {
      FinePrint.of("{}", row.extras())
          .formerHashes()
          .keySet()
          .forEach(former -> successors.put(former, row.hash()));
    }
  }

  @Nullable KeyRow held(String hash) {
    return held.get(KeyId.of(hash));
  }

  /** The key that a former secret stands for, as long as its grace lasts; null for none. */
  @Nullable KeyRow successor(String formerHash) {
    String hash = successors.get(formerHash);
    KeyRow one = hash == null ? null : held(hash);
    if (one == null) {
      return null;
    }
    Instant end = FinePrint.of("{}", one.extras()).formerHashes().get(formerHash);
    return end != null && clock.instant().isBefore(end) ? one : null;
  }

  /**
   * A key with another secret in the place of one, whose spend goes on where it was. The old secret
   * is good until {@code graceEnds}.
   *
   * @param graceEnds null for an end at once
   * @return the new key; empty if there is no such key
   * @throws TakenException if the secret is in use; then nothing is changed
   */
  public Optional<VirtualKey> regenerate(
      Tenants tenants,
      String hash,
      Secret secret,
      UnaryOperator<VirtualKey.Terms> change,
      @Nullable Instant graceEnds,
      String by) {
    VirtualKey old = find(hash).orElse(null);
    if (old == null) {
      return Optional.empty();
    }
    VirtualKey drafted = draft(secret, old.terms(), by);
    VirtualKey.Terms terms = change.apply(old.terms()).succeeding(old, graceEnds, now());
    VirtualKey next =
        new VirtualKey(
            drafted.hash(),
            drafted.name(),
            drafted.version(),
            terms,
            old.createdAt(),
            old.createdBy(),
            drafted.updatedAt(),
            by,
            drafted.updatedAt());
    tenants.write(
        by,
        draft -> {
          draft.deleteKey(old.hash());
          draft.make(next);
          return next;
        });
    return Optional.of(next);
  }

  /** Who calls with a key; made anew after anything has changed that a caller is made from. */
  Callers.Made made(KeyRow one) {
    long now = epoch.now();
    Built built = one.built;
    if (built != null && built.epoch() == now) {
      Instant until = built.made().until();
      if (until == null || clock.instant().isBefore(until)) {
        return built.made();
      }
    }
    Callers.Made made = callers.of(one.key());
    Instant until = made.until();
    boolean passed = until != null && !clock.instant().isBefore(until);
    Callers.Made kept = passed ? new Callers.Made(made.caller(), null, made.refusal()) : made;
    one.built = new Built(now, kept);
    return kept;
  }

  /** A new secret: {@code sk-} and URL-safe base64 of random bytes. */
  public Secret newSecret() {
    byte[] bytes = new byte[callers.settings().keyBytes()];
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
   * A key that is not kept yet.
   *
   * @param by who asks, for the record
   * @throws TakenException if the secret is the master key
   */
  public VirtualKey draft(Secret secret, VirtualKey.Terms terms, String by) {
    byte[] digest = KeyHash.digest(secret.reveal());
    if (masterDigest != null && MessageDigest.isEqual(digest, masterDigest)) {
      throw new TakenException(TakenException.Field.KEY);
    }
    Instant now = now();
    return new VirtualKey(
        KeyHash.hex(digest),
        KeyHash.shown(secret.reveal()),
        random.nextLong(1L << 30) << Versioned.GENERATION_SHIFT,
        terms,
        now,
        by,
        now,
        by,
        null);
  }

  /**
   * Makes a key.
   *
   * @param by who asks, for the record
   * @throws TakenException if the secret or the alias is in use; then nothing is changed
   */
  public VirtualKey generate(Secret secret, VirtualKey.Terms terms, String by) {
    awaitRead();
    VirtualKey key = draft(secret, terms, by);
    store.insert(key);
    accept(List.of(key), List.of());
    return key;
  }

  /** Takes over what was written to the store. */
  void accept(List<VirtualKey> made, List<String> deleted) {
    for (VirtualKey key : made) {
      make(List.of(KeyRow.of(key)));
      // Somebody who knew the secret beforehand may have changed or deleted the row before memory
      // had it, and then did not find it there.
      store
          .find(key.hash())
          .ifPresentOrElse(this::remember, () -> forget(key.hash(), key.version()));
    }
    for (String hash : deleted) {
      KeyRow old = held(hash);
      if (old != null && store.find(hash).isEmpty()) {
        forget(hash, old.version());
      }
    }
  }

  /**
   * Changes a key. The change is called again if another writer came first.
   *
   * @return the key as it is now; empty if there is none
   * @throws TakenException if the new alias is in use; then nothing is changed
   */
  public Optional<VirtualKey> update(
      String hash, UnaryOperator<VirtualKey.Terms> change, String by) {
    VirtualKey base = find(hash).orElse(null);
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
    awaitRead();
    Map<String, Long> deleted = store.delete(new LinkedHashSet<>(hashes), now(), by);
    deleted.forEach(this::forget);
    return deleted.keySet();
  }

  /** Keys that are gone and fit, as {@link KeyStore#deleted} has them; blocks. */
  public List<Deleted<KeyRow>> deleted(Predicate<KeyRow> fits) {
    return store.deleted(fits);
  }

  /** Brings a key up to what the store has, after another node has changed it. */
  public void refresh(String hash) {
    if (!areRead()) {
      changedElsewhere.add(hash);
    }
    bringUp(hash);
  }

  private void bringUp(String hash) {
    KeyId id = KeyId.of(hash);
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      KeyRow seen = held.peek(id);
      KeyRow row = store.find(hash).map(KeyRow::of).orElse(null);
      if (held.is(id, seen, row)) {
        if (row != null) {
          remembersFormer(row);
        }
        return;
      }
    }
  }

  /** The same for all keys that are not as the store has them. */
  void refresh() {
    awaitRead();
    Set<KeyId> there = ConcurrentHashMap.newKeySet();
    Queue<String> changed = new ConcurrentLinkedQueue<>();
    store.each(
        rows -> {
          for (KeyRow row : rows) {
            there.add(row.id());
            KeyRow known = held.peek(row.id());
            if (known == null || known.version() != row.version()) {
              changed.add(row.hash());
            }
          }
        });
    rows(known -> !there.contains(known.id())).map(KeyRow::hash).forEach(changed::add);
    // Only now: whoever asks the store while it hands over all keys takes a second connection.
    changed.forEach(this::bringUp);
  }

  public Optional<VirtualKey> find(String hash) {
    awaitRead();
    return Optional.ofNullable(held.peek(KeyId.of(hash))).map(KeyRow::key);
  }

  public Optional<VirtualKey> findByAlias(String alias) {
    return rows(KeyRow.withAlias(alias)).findFirst().map(KeyRow::key);
  }

  /** The keys that fit, in no order. */
  public Stream<KeyRow> rows(Predicate<KeyRow> fits) {
    return all(fits).stream();
  }

  private List<KeyRow> all(Predicate<KeyRow> fits) {
    awaitRead();
    return held.all(fits);
  }

  /** The keys that fit, newest first. */
  public List<VirtualKey> list(Predicate<KeyRow> fits) {
    return rows(fits).sorted(KeyOrder.NEWEST_FIRST.comparator()).map(KeyRow::key).toList();
  }

  /**
   * Some of the keys that fit.
   *
   * @param skip how many come before
   */
  public Selection<KeyRow> page(Predicate<KeyRow> fits, KeyOrder order, long skip, int size) {
    awaitRead();
    return held.page(fits, order, skip, size);
  }

  /** Takes a row over unless a newer one of the same key is there, or the key is gone. */
  private void remember(VirtualKey row) {
    held.changed(KeyRow.of(row));
  }

  private void forget(String hash, long version) {
    held.deleted(KeyId.of(hash), version);
  }

  /** Milliseconds are what the store keeps. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
