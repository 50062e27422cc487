package dev.tollgate.pipeline;

import java.util.concurrent.TimeUnit;

/**
 * How many pings one side of a WebSocket may send: each is answered and handed on, whoever reads
 * that. For one thread.
 */
final class Pings {
  static final int PER_SECOND_MAX = 10;
  static final int AT_ONCE_MAX = 20;

  private static final long EACH_NANOS = TimeUnit.SECONDS.toNanos(1) / PER_SECOND_MAX;

  private boolean first = true;

  /** When all that came would have come at the rate that may be. */
  private long evenNanos;

  /**
   * Whether one more may come.
   *
   * @param nowNanos on the monotonic clock
   */
  boolean take(long nowNanos) {
    if (first || evenNanos - nowNanos < 0) {
      first = false;
      evenNanos = nowNanos;
    }
    if (evenNanos - nowNanos > (AT_ONCE_MAX - 1) * EACH_NANOS) {
      return false;
    }
    evenNanos += EACH_NANOS;
    return true;
  }
}
