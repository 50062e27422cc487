package dev.tollgate.store;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes calls out of {@code spend_log} when they are past their time, on a thread of its own, a
 * little at a time. Sums of days and balances stay. Several nodes on one database may all do it:
 * there is nothing to delete twice.
 */
public final class Retention implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

  /** A clock that is set is noticed within this time. */
  private static final Duration LOOK_MAX = Duration.ofMinutes(1);

  /** Between two steps the writer of calls has its turn. */
  private static final Duration BREATH = Duration.ofMillis(20);

  private static final Duration CLOSE_MAX = Duration.ofSeconds(10);

  private final SqlSpendStore store;
  private final InstantSource clock;
  private final Instant first;
  private final UnaryOperator<Instant> next;
  private final UnaryOperator<Instant> end;
  private final Thread thread = Thread.ofPlatform().name("retention").daemon().unstarted(this::run);
  private volatile boolean closing;

  /**
   * @param first when to look for the first time
   * @param next when to look, after a moment
   * @param end calls that started before are past, at a moment
   */
  public Retention(
      SqlSpendStore store,
      InstantSource clock,
      Instant first,
      UnaryOperator<Instant> next,
      UnaryOperator<Instant> end) {
    this.store = store;
    this.clock = clock;
    this.first = first;
    this.next = next;
    this.end = end;
  }

  public void start() {
    thread.start();
  }

  private void run() {
    Instant due = first;
    while (!closing) {
      Duration left = Duration.between(clock.instant(), due);
      if (left.isPositive()) {
        LockSupport.parkNanos(this, (left.compareTo(LOOK_MAX) < 0 ? left : LOOK_MAX).toNanos());
        continue;
      }
      try {
        clean();
      } catch (RuntimeException failed) {
        // The store is another program: whatever it throws, the next time comes.
        LOG.warn(
            "spend: old calls could not be deleted, which is tried again: {}", failed.toString());
      }
      due = next.apply(clock.instant());
    }
  }

  /** Deletes all that is past now. */
  void clean() {
    Instant before = end.apply(clock.instant());
    long steps = 0;
    while (!closing && store.deleteBefore(before) > 0) {
      steps++;
      LockSupport.parkNanos(this, BREATH.toNanos());
    }
    if (steps > 0) {
      LOG.info("spend: calls before {} were deleted, in {} steps", before, steps);
    }
  }

  @Override
  public void close() {
    closing = true;
    LockSupport.unpark(thread);
    try {
      thread.join(CLOSE_MAX);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
