package dev.tollgate.access;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Where keys are kept for good. Thread-safe; every method blocks and is one transaction. */
public interface KeyStore {
  /** Hands over all keys, some at a time, in no order. */
  void each(Consumer<List<KeyRow>> taker);

  Optional<VirtualKey> find(String hash);

  /**
   * Adds a key.
   *
   * @throws TakenException if its hash or its alias is there already; then nothing is changed
   */
  void insert(VirtualKey key);

  /**
   * Replaces the key's row if it still is at the version before.
   *
   * @return false if it is gone or at another version; then nothing is changed
   * @throws TakenException if another key has its alias; then nothing is changed
   */
  boolean replace(VirtualKey key, long versionBefore);

  /**
   * Removes keys, all in one step, and notes who did it.
   *
   * @return hash and last version of those that were there
   */
  Map<String, Long> delete(Collection<String> hashes, Instant now, String by);

  /**
   * Keys that were deleted, the last one first: those that fit, of the newest {@link
   * Deleted#LISTED_MAX}. One that got another secret is none of them.
   *
   * @param fits asked for each while the store is read
   */
  List<Deleted<KeyRow>> deleted(Predicate<KeyRow> fits);
}
