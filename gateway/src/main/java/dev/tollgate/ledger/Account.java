package dev.tollgate.ledger;

import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What one scope has spent in its running window, what calls in flight hold, and what this node may
 * still spend: its lease. Guarded by its lock; the accounts of one call are locked in the order of
 * their ordinals, so that two calls never wait for each other in a circle. All money is in
 * nano-dollars.
 */
final class Account {
  private static final AtomicLong ORDINALS = new AtomicLong();

  final long ordinal = ORDINALS.getAndIncrement();
  final ReentrantLock lock = new ReentrantLock();
  final Scope.Kind kind;
  final String id;

  /** Settled on record, as far as known here: what other nodes spend shows at the next grant. */
  private long recorded;

  /** Charged here since the balance began anew, and not on record yet. */
  private long pending;

  /** Charged here and not on record yet, also from before the balance began anew. */
  private long unwritten;

  private long held;
  private SpendStore.@Nullable Window window;

  /** Journal sequence of the record that began the balance anew. */
  private long anewAt = Long.MIN_VALUE;

  /** The lease as on record, less than 0 if overspent; only the writer's thread changes it. */
  private long leased;

  /** There is a lease on record. */
  private boolean onRecord;

  /** The limit under which the lease was granted; less than 0 if it has to be confirmed. */
  private long limit = -1;

  /** All that is left under the limit is in this lease. */
  private boolean whole;

  Account(Scope.Kind kind, String id) {
    this.kind = kind;
    this.id = id;
  }

  long settledNanos() {
    return recorded + pending;
  }

  long heldNanos() {
    return held;
  }

  long unwrittenNanos() {
    return unwritten;
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
    pending = Math.addExact(pending, nanos);
    unwritten = Math.addExact(unwritten, nanos);
  }

  /**
   * Takes a step that is in the journal.
   *
   * @param sequence where it is there
   */
  void take(SpendStore.Step step, long sequence) {
    switch (step) {
      case SpendStore.Step.Spent spent -> settle(spent.amount().nanos());
      case SpendStore.Step.Rolled rolled -> {
        begin(rolled.start(), sequence);
        window = rolled.window();
        whole = false; // there is room again
      }
      case SpendStore.Step.Bounded bounded -> window = bounded.window();
      case SpendStore.Step.Put put -> {
        begin(put.settled(), sequence);
        outdated();
      }
    }
  }

  private void begin(Money start, long sequence) {
    recorded = start.nanos();
    pending = 0;
    anewAt = sequence;
  }

  /** Starts from what is on record. */
  void recall(SpendStore.Balance balance) {
    recorded = balance.settled().nanos();
    window = balance.window();
  }

  /**
   * Goes on from what an earlier run did that is not on record yet; calls of this one may have been
   * charged already.
   *
   * @param windowed whether it did something to the window
   */
  void resume(Account earlier, boolean windowed) {
    if (earlier.anewAt != Long.MIN_VALUE) {
      recorded = earlier.recorded;
      anewAt = earlier.anewAt;
    }
    if (windowed) {
      window = earlier.window;
    }
    pending = Math.addExact(pending, earlier.pending);
    unwritten = Math.addExact(unwritten, earlier.unwritten);
  }

  /** A batch that ends before {@code to} is on record. */
  void written(SpendStore.Change change, long to) {
    long spent = change.spentNanos();
    unwritten -= spent;
    if (onRecord) {
      leased -= spent;
    }
    if (anewAt < to) {
      long since = change.spentSinceResetNanos();
      pending -= since;
      recorded += since;
    }
  }

  /** Whether what the lease says holds under this limit; else the store has to be asked. */
  boolean isLeased(long underLimit) {
    return underLimit == limit || (whole && underLimit < limit);
  }

  /**
   * Whether this node has all that is left of the budget, so that its last call may overshoot it
   * and a refusal is final.
   */
  boolean isWhole() {
    return whole;
  }

  /** What calls may still hold. */
  long left(long underLimit) {
    long lease = leased - unwritten;
    return (whole ? Math.min(lease, underLimit - settledNanos()) : lease) - held;
  }

  /**
   * Takes what was granted.
   *
   * @param checkpoint what the record had of the journal then
   */
  void granted(LeaseStore.Grant grant, long underLimit, long checkpoint) {
    leased = grant.leased();
    onRecord = true;
    if (anewAt < checkpoint) {
      recorded = grant.settled();
      limit = underLimit;
      whole = grant.whole();
    }
  }

  /**
   * Takes over what is on record of the lease, after it was uncertain.
   *
   * @param nanos null if there is none
   */
  void found(@Nullable Long nanos) {
    boolean same = nanos != null && onRecord && nanos == leased;
    leased = nanos == null ? 0 : nanos;
    onRecord = nanos != null;
    if (!same) {
      outdated();
    }
  }

  /** Something happened on record that the lease may not fit any more: it has to be confirmed. */
  void outdated() {
    whole = false;
    limit = -1;
  }

  /**
   * Parts with money that no call holds.
   *
   * @param wanted what another node needs; it gets half of what is idle, or this if it is more
   * @return how much less this node has, 0 for nothing
   */
  long spare(long wanted) {
    whole = false;
    long idle = onRecord ? Math.max(0, leased - unwritten - held) : 0;
    long spared = Math.min(idle, Math.max(wanted, idle / 2));
    leased -= spared;
    return spared;
  }

  /**
   * What has to happen to this account because of the time: a window that has ended, or a budget
   * whose duration is new.
   *
   * @return null if nothing has
   */
  SpendStore.@Nullable Step due(Scope scope, Instant now, Windows windows) {
    String duration = scope.budgetDuration();
    SpendStore.Window running = window;
    if (duration == null) {
      return running == null ? null : new SpendStore.Step.Bounded(null);
    }
    boolean known = running != null && running.duration().equals(duration);
    Instant end =
        known && running != null
            ? running.end()
            : scope.budgetResetAt() == null ? windows.first(now, duration) : scope.budgetResetAt();
    if (end.isAfter(now)) {
      return known ? null : new SpendStore.Step.Bounded(new SpendStore.Window(duration, end));
    }
    return windows.next(end, now, duration, settledNanos(), scope.budgetMax());
  }
}
