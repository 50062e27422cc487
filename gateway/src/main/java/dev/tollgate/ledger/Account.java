package dev.tollgate.ledger;

import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What one scope has spent in its running window, and what calls in flight hold. Guarded by its
 * lock; the accounts of one call are locked in the order of their ordinals, so that two calls never
 * wait for each other in a circle.
 */
final class Account {
  private static final AtomicLong ORDINALS = new AtomicLong();

  final long ordinal = ORDINALS.getAndIncrement();
  final ReentrantLock lock = new ReentrantLock();
  final Scope.Kind kind;
  final String id;

  /** Nano-dollars. */
  private long settled;

  private long held;

  private SpendStore.@Nullable Window window;

  Account(Scope.Kind kind, String id) {
    this.kind = kind;
    this.id = id;
  }

  long settledNanos() {
    return settled;
  }

  long heldNanos() {
    return held;
  }

  SpendStore.@Nullable Window window() {
    return window;
  }

  void hold(long nanos) {
    held = Math.addExact(held, nanos);
  }

  void release(long nanos) {
    held -= nanos;
  }

  void settle(long nanos) {
    settled = Math.addExact(settled, nanos);
  }

  void reset(SpendStore.Reset reset) {
    settled = reset.settled().nanos();
    window = reset.window();
  }

  /** Adds what was on record before this run of the gateway to what calls have spent in it. */
  void recall(SpendStore.Reset record) {
    settle(record.settled().nanos());
    window = record.window();
  }

  /**
   * What has to happen to this account because of the time: a window that has ended, or a budget
   * whose duration is new.
   *
   * @return null if nothing has
   */
  SpendStore.@Nullable Reset due(Scope scope, Instant now, Windows windows) {
    String duration = scope.budgetDuration();
    SpendStore.Window running = window;
    if (duration == null) {
      return running == null ? null : new SpendStore.Reset(Money.ofNanos(settled), null);
    }
    boolean known = running != null && running.duration().equals(duration);
    Instant end =
        known && running != null
            ? running.end()
            : scope.budgetResetAt() == null ? windows.first(now, duration) : scope.budgetResetAt();
    if (end.isAfter(now)) {
      return known
          ? null
          : new SpendStore.Reset(Money.ofNanos(settled), new SpendStore.Window(duration, end));
    }
    return windows.next(end, now, duration, settled, scope.budgetMax());
  }
}
