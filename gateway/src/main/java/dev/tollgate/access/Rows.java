package dev.tollgate.access;

import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Rows held in memory. Writers come here after the store, in any order, and the newest version of a
 * row stays. Thread-safe.
 */
final class Rows<K, R extends Versioned> {
  private final ConcurrentHashMap<K, R> held = new ConcurrentHashMap<>();

  @Nullable R get(K key) {
    return held.get(key);
  }

  Collection<R> all() {
    return held.values();
  }

  /** Takes a row that was made over, unless a newer version of it is there already. */
  void made(K key, R row) {
    held.merge(key, row, (old, made) -> old.isAfter(made) ? old : made);
  }

  /** Takes a version over unless a newer one of the same row is there, or the row is gone. */
  void changed(K key, R row) {
    held.computeIfPresent(key, (_, old) -> row.isAfter(old) ? row : old);
  }

  /** Drops a deleted row, but not one that was made under the same name since. */
  void deleted(K key, long version) {
    held.computeIfPresent(key, (_, old) -> old.isSameRow(version) ? null : old);
  }

  /**
   * Brings a row up to what the store had, unless another writer brought it up meanwhile.
   *
   * @param seen what was held before the store was read
   * @return false if another writer was there
   */
  boolean is(K key, @Nullable R seen, @Nullable R row) {
    boolean[] same = new boolean[1];
    held.compute(
        key,
        (_, current) -> {
          same[0] = Objects.equals(current, seen);
          return same[0] ? newer(current, row) : current;
        });
    return same[0];
  }

  private static <R extends Versioned> @Nullable R newer(@Nullable R one, @Nullable R other) {
    return one != null && other != null && one.isAfter(other) ? one : other;
  }
}
