package dev.tollgate.routing;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How one deployment does: its cooldown, the calls of the running minute, and those in flight.
 *
 * <p>Safe for several threads, without locks: the minute's counters live in one word, so that a new
 * minute replaces all of them at once.
 */
final class Health {
  private static final int TOTAL_BITS = 20;
  private static final long COUNT_MAX = (1L << TOTAL_BITS) - 1;

  /**
   * Minute (24 bits), failures (20 bits), all calls (20 bits); the counts stop at their maximum.
   */
  private final AtomicLong minute = new AtomicLong();

  private final AtomicInteger inFlight = new AtomicInteger();
  private volatile long coolUntilMillis;
  private volatile long latencyNanos;
  private volatile int lastFailure;

  /** Counts of one minute. */
  record Counts(int failures, int total) {}

  boolean isCooling(long nowMillis) {
    return coolUntilMillis > nowMillis;
  }

  /** Whether it has to be asked at all: a clock costs more than a field. */
  boolean neverCooled() {
    return coolUntilMillis == 0;
  }

  long coolUntilMillis() {
    return coolUntilMillis;
  }

  void coolUntil(long millis) {
    coolUntilMillis = millis;
  }

  /** Failures of the running minute. */
  int failures(long nowMillis) {
    long seen = minute.get();
    return seen >>> (2 * TOTAL_BITS) == minuteOf(nowMillis)
        ? (int) ((seen >>> TOTAL_BITS) & COUNT_MAX)
        : 0;
  }

  private static long minuteOf(long nowMillis) {
    return (nowMillis / 60_000) & 0xff_ffff;
  }

  /** Status that the latest call failed with; 0 if it did not. */
  int lastFailure() {
    return lastFailure;
  }

  /** A call has failed with this status. */
  Counts failed(int status, long nowMillis) {
    lastFailure = status;
    return count(true, nowMillis);
  }

  /** A call was answered. */
  void succeeded(long nowMillis) {
    if (lastFailure != 0) {
      lastFailure = 0;
    }
    count(false, nowMillis);
  }

  private Counts count(boolean failed, long nowMillis) {
    long now = minuteOf(nowMillis);
    while (true) {
      long seen = minute.get();
      boolean same = seen >>> (2 * TOTAL_BITS) == now;
      long total = Math.min(COUNT_MAX, (same ? seen & COUNT_MAX : 0) + 1);
      long failures = same ? (seen >>> TOTAL_BITS) & COUNT_MAX : 0;
      failures = Math.min(COUNT_MAX, failures + (failed ? 1 : 0));
      if (minute.compareAndSet(seen, now << (2 * TOTAL_BITS) | failures << TOTAL_BITS | total)) {
        return new Counts((int) failures, (int) total);
      }
    }
  }

  /** Weighs the newest answer with a fifth. Two at once may lose one: it is an average. */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  void answered(Duration latency) {
    long before = latencyNanos;
    long now = latency.toNanos();
    latencyNanos = before == 0 ? now : before + (now - before) / 5;
  }

  /** Running average of the time to answer; 0 before the first one. */
  long latencyNanos() {
    return latencyNanos;
  }

  int inFlight() {
    return inFlight.get();
  }

  /** Takes a place among the calls in flight, if there is one. */
  boolean enter(@Nullable Integer most) {
    if (most == null) {
      inFlight.incrementAndGet();
      return true;
    }
    while (true) {
      int now = inFlight.get();
      if (now >= most) {
        return false;
      }
      if (inFlight.compareAndSet(now, now + 1)) {
        return true;
      }
    }
  }

  void leave() {
    inFlight.decrementAndGet();
  }
}
