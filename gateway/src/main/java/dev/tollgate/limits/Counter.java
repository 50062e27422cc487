package dev.tollgate.limits;

import dev.tollgate.model.Scope;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What one scope has used: requests and tokens of its running window, and calls that have not
 * ended. Guarded by its lock; counters of one call are locked in the order of their ordinals, so
 * that two calls never wait for each other.
 */
final class Counter {
  private static final AtomicLong ORDINALS = new AtomicLong();

  static final long WINDOW_MILLIS = Scope.Rates.WINDOW.toMillis();

  private static final long DAY_MILLIS = 86_400_000;

  final long ordinal = ORDINALS.getAndIncrement();
  final ReentrantLock lock = new ReentrantLock();

  /** Taken out of the table; whoever still has it in hand looks it up again. */
  volatile boolean evicted;

  /** Start of the running window, milliseconds since 1970; a window starts at its first request. */
  long windowStart = Long.MIN_VALUE;

  long requests;
  long tokens;
  long parallel;

  /** Tokens of the running day (UTC), and which day that is. */
  long dayTokens;

  long day = Long.MIN_VALUE;

  /** Whether the day's tokens are limited, so that they have to be kept until it ends. */
  boolean dayLimited;

  /** Last use, for eviction. */
  long touched;

  /** Brings the window up to date; to be called under the lock. */
  void roll(long now) {
    touched = now;
    // A clock that was set back far would keep a window open for long: that is a new window, too.
    if (windowStart == Long.MIN_VALUE
        || now - windowStart >= WINDOW_MILLIS
        || windowStart - now > WINDOW_MILLIS) {
      windowStart = now;
      requests = 0;
      tokens = 0;
    }
    long today = Math.floorDiv(now, DAY_MILLIS);
    if (day != today) {
      day = today;
      dayTokens = 0;
    }
  }

  long dayEnd() {
    return (day + 1) * DAY_MILLIS;
  }

  long windowEnd() {
    return windowStart + WINDOW_MILLIS;
  }

  /** Marks it as taken out if nobody used it for so long; one that is in use right now is not. */
  boolean evictedWhenIdle(long now, long idleMillis) {
    if (!lock.tryLock()) {
      return false;
    }
    try {
      boolean counts = dayLimited && now < dayEnd();
      evicted |= parallel == 0 && !counts && now - touched >= Math.max(idleMillis, WINDOW_MILLIS);
      return evicted;
    } finally {
      lock.unlock();
    }
  }
}
