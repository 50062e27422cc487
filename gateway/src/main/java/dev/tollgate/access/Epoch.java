package dev.tollgate.access;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts changes of what callers are made from. Whoever makes a caller reads the epoch first, and a
 * change shows in memory before it begins the next one, so that a caller made from what was old has
 * an old epoch. Thread-safe.
 */
final class Epoch {
  private final AtomicLong count = new AtomicLong();

  long now() {
    return count.get();
  }

  void next() {
    count.incrementAndGet();
  }
}
