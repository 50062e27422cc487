package dev.tollgate.e2e;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Bounded waits for what other threads do. */
final class Eventually {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final long PAUSE_NANOS = 1_000_000;

  private Eventually() {}

  /**
   * Waits until it is so; fails the test, with the words given, if it is not within five seconds.
   */
  static void so(String what, BooleanSupplier condition) {
    if (!within(PATIENCE, condition)) {
      throw new AssertionError("not within " + PATIENCE.toSeconds() + " s: " + what);
    }
  }

  /** Whether it becomes so in time. */
  static boolean within(Duration patience, BooleanSupplier condition) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return true;
  }
}
