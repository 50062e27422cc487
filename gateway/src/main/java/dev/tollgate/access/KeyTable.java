package dev.tollgate.access;

import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Rows of keys in memory. Writers come here after the store, in any order, and the newest version
 * of a row stays. Thread-safe; finding one waits for nobody.
 */
final class KeyTable {
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private volatile KeyPages pages = new KeyPages();

  /** Rows that were asked for by themselves: those keep the caller that they make. */
  private final ConcurrentHashMap<KeyId, KeyRow> asked = new ConcurrentHashMap<>();

  @Nullable KeyRow get(KeyId id) {
    KeyRow row = asked.get(id);
    return row != null ? row : asked.computeIfAbsent(id, this::read);
  }

  /** A row that changes meanwhile is taken out again: its writer waits for the entry, see below. */
  private @Nullable KeyRow read(KeyId id) {
    VarHandle.fullFence();
    return pages.get(id);
  }

  /** The same, of which nothing is kept. */
  @Nullable KeyRow peek(KeyId id) {
    return pages.get(id);
  }

  /** What the rows take, and what is left behind by others. */
  long bytes() {
    lock.readLock().lock();
    try {
      return pages.bytes();
    } finally {
      lock.readLock().unlock();
    }
  }

  /** The rows that fit, in no order; none is changed meanwhile. */
  List<KeyRow> all(Predicate<KeyRow> fits) {
    lock.readLock().lock();
    try {
      return pages.all(fits);
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Some of the rows that fit. */
  Selection<KeyRow> page(Predicate<KeyRow> fits, KeyOrder order, long skip, int size) {
    lock.readLock().lock();
    try {
      return pages.page(fits, order, skip, size);
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Takes rows over that were made, unless a newer version of one is there already. */
  void made(List<KeyRow> rows) {
    lock.writeLock().lock();
    try {
      for (KeyRow row : rows) {
        putUnlessOlder(pages.get(row.id()), row);
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Takes a version over unless a newer one of the same row is there, or the row is gone. */
  void changed(KeyRow row) {
    lock.writeLock().lock();
    try {
      KeyRow old = pages.get(row.id());
      if (old != null && row.isAfter(old)) {
        put(row);
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Drops a deleted row, but not one that was made under the same name since. */
  void deleted(KeyId id, long version) {
    lock.writeLock().lock();
    try {
      KeyRow old = pages.get(id);
      if (old != null && old.isSameRow(version)) {
        remove(id);
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  /**
   * Brings a row up to what the store had, unless another writer brought it up meanwhile.
   *
   * @param seen what was held before the store was read
   * @return false if another writer was there
   */
  boolean is(KeyId id, @Nullable KeyRow seen, @Nullable KeyRow row) {
    lock.writeLock().lock();
    try {
      KeyRow old = pages.get(id);
      if (!isSame(old, seen)) {
        return false;
      }
      if (row == null) {
        remove(id);
      } else {
        putUnlessOlder(old, row);
      }
      return true;
    } finally {
      lock.writeLock().unlock();
    }
  }

  private static boolean isSame(@Nullable KeyRow one, @Nullable KeyRow other) {
    if (one == null || other == null) {
      return one == null && other == null;
    }
    return one.version() == other.version();
  }

  private void putUnlessOlder(@Nullable KeyRow old, KeyRow row) {
    if (old == null || !old.isAfter(row)) {
      put(row);
    }
  }

  private void put(KeyRow row) {
    if (pages.isWasteful()) {
      pages = pages.copy();
      asked.clear(); // they would keep the old pages
    }
    pages.put(row);
    forgetAsked(row.id());
  }

  private void remove(KeyId id) {
    pages.remove(id);
    forgetAsked(id);
  }

  /**
   * Either the one who asks sees what was written, or the writer sees the entry being made: what is
   * written may not wait in the processor until the entry was looked for.
   */
  private void forgetAsked(KeyId id) {
    VarHandle.fullFence();
    asked.remove(id);
  }
}
