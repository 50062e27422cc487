package dev.tollgate.routing;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The wait before the same deployment is asked again: min(0.5 s · 2^n, 8 s), and up to 0.75 s more.
 */
final class Backoff {
  /** A provider's {@code retry-after} up to here is waited for; a longer one is not worth it. */
  static final Duration RETRY_AFTER_MAX = Duration.ofSeconds(60);

  private static final long FIRST_MILLIS = 500;
  private static final long MOST_MILLIS = 8_000;
  private static final int JITTER_MILLIS = 750;

  private Backoff() {}

  /** The wait before retry {@code n}, counted from 0. */
  static Duration after(int n, RandomGenerator random) {
    long base = n >= 4 ? MOST_MILLIS : Math.min(MOST_MILLIS, FIRST_MILLIS << Math.max(0, n));
    return Duration.ofMillis(base + random.nextInt(JITTER_MILLIS + 1));
  }
}
