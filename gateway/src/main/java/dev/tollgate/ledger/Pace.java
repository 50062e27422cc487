package dev.tollgate.ledger;

/**
 * Lets something through once a minute, so that a fault that lasts does not fill the log. For one
 * thread.
 */
final class Pace {
  private static final long MINUTE_NANOS = 60_000_000_000L;

  private boolean used;
  private long last;

  boolean due() {
    long now = System.nanoTime();
    if (used && now - last < MINUTE_NANOS) {
      return false;
    }
    used = true;
    last = now;
    return true;
  }
}
