package dev.tollgate.ledger;

import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Money;
import dev.tollgate.model.Outcome;
import dev.tollgate.model.Pricing;
import dev.tollgate.model.Scope;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What is done to the accounts of a call under their locks: it gets a hold, which is moved and
 * settled. In memory, without threads of its own. Thread-safe.
 */
final class Holds {
  /** When to try again while budgets cannot be read or the journal has no room. */
  private static final Duration OVERLOAD_RETRY = Duration.ofSeconds(1);

  /** A call waits so long at most for money that a lease does not have. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final JournalEnd journal;
  private final Accounts accounts;
  private final Lender lender;
  private final InstantSource clock;
  private final LedgerSettings settings;
  private final Alerts alerts = new Alerts();
  private final AtomicLong secondCloses = new AtomicLong();

  Holds(
      JournalEnd journal,
      Accounts accounts,
      Lender lender,
      InstantSource clock,
      LedgerSettings settings) {
    this.journal = journal;
    this.accounts = accounts;
    this.lender = lender;
    this.clock = clock;
    this.settings = settings;
  }

  /**
   * Size of a call.
   *
   * @param pricing null if unknown
   * @param input input tokens
   * @param clientCap the client's cap for one choice, null for none
   * @param outputEach output tokens of one choice
   */
  record Size(
      @Nullable Pricing pricing,
      long input,
      @Nullable Long clientCap,
      long outputEach,
      int choices) {

    long output() {
      return saturated(outputEach, choices);
    }
  }

  private static long saturated(long each, int choices) {
    return each > Long.MAX_VALUE / choices ? Long.MAX_VALUE : each * choices;
  }

  /**
   * Tries once.
   *
   * @param deadline until when the call may wait; 0 if it has not waited yet
   */
  Admission admit(Shares shares, Size size, boolean budgeted, long deadline) {
    if (budgeted && !accounts.isLoaded() && !settings.admitUnread()) {
      throw overloaded("Budgets cannot be read at the moment.");
    }
    if (!journal.reserve()) {
      throw overloaded("The spend journal has no room; the gateway waits for its database.");
    }
    boolean held = false;
    try {
      Admission admission = holdAll(shares, size, budgeted, deadline);
      held = admission instanceof Hold;
      return admission;
    } finally {
      if (!held) {
        journal.unreserve();
      }
    }
  }

  private Admission holdAll(Shares shares, Size size, boolean budgeted, long deadline) {
    Pricing pricing = size.pricing();
    long wanted = pricing == null ? 0 : atMost(pricing, size.input(), size.output());
    shares.lock();
    try {
      if (!budgeted || !accounts.isLoaded()) {
        return held(shares, size, wanted);
      }
      Room room = room(shares, wanted, deadline);
      if (room.missing() != null) {
        return waiting(room.missing(), deadline, end -> admit(shares, size, true, end));
      }
      Share tightest = room.tightest();
      return tightest == null || pricing == null
          ? held(shares, size, wanted)
          : strictly(shares, size, pricing, wanted, room.left(), tightest);
    } finally {
      shares.unlock();
    }
  }

  /**
   * What the budgets of a call have for it.
   *
   * @param left what the tightest strict one has; more than can be spent where none is strict
   * @param tightest that one; null where none is strict
   * @param missing what the store has to be asked for; null if nothing
   */
  private record Room(long left, @Nullable Share tightest, @Nullable List<Waiting.Need> missing) {}

  /** To be asked under the locks. */
  private Room room(Shares shares, long wanted, long deadline) {
    Instant now = clock.instant();
    boolean usable = lender.isUsable(now);
    long room = Long.MAX_VALUE;
    @Nullable Share tightest = null;
    @Nullable List<Waiting.Need> missing = null;
    for (Share share : shares.all()) {
      accounts.roll(share, now);
      Money limit = share.scope().budgetMax();
      if (limit != null && share.scope().blocks()) {
        boolean known = usable && share.account().isLeased(limit.nanos());
        long left = known ? share.account().left(limit.nanos()) : 0;
        if (!(known && suffices(share, left, wanted)) && !isLate(share, left, deadline)) {
          missing = missing == null ? new ArrayList<>(2) : missing;
          missing.add(new Waiting.Need(share.account(), limit.nanos(), Math.max(1, wanted)));
        }
        if (share.scope().strict() && left < room) {
          room = left;
          tightest = share;
        }
      }
    }
    return new Room(room, tightest, missing);
  }

  /**
   * Raises a hold, once tried.
   *
   * @param deadline until when the call may wait; 0 if it has not waited yet
   */
  Admission raise(Hold hold, long nanos, long deadline) {
    Shares shares = hold.shares();
    shares.lock();
    try {
      long more = nanos - hold.nanos();
      if (more <= 0 || hold.isClosed()) {
        return hold;
      }
      if (accounts.isLoaded()) {
        Room room = room(shares, more, deadline);
        if (room.missing() != null) {
          return waiting(room.missing(), deadline, end -> hold.raise(nanos, end));
        }
        if (room.tightest() != null && room.left() < more) {
          throw refusal(room.tightest());
        }
      }
      shares.hold(more);
      hold.moved(shares, nanos);
      return hold;
    } finally {
      shares.unlock();
    }
  }

  /**
   * Whether the lease has what a call wants to hold. Where it is all that is left of the budget, it
   * only has to have something: that is the one call that may overshoot.
   */
  private boolean suffices(Share share, long left, long wanted) {
    boolean whole = share.account().isWhole();
    if (whole && left <= 0) {
      throw refusal(share);
    }
    return whole || (left > 0 && left >= wanted);
  }

  /**
   * Whether a call has to do with the lease as it is, since the store cannot be asked any more.
   *
   * @throws FailureException if it cannot
   */
  private boolean isLate(Share share, long left, long deadline) {
    boolean reachable = lender.isReachable();
    if (reachable && (deadline == 0 || deadline - System.nanoTime() > 0)) {
      return false;
    }
    if (!reachable && settings.admitUnread()) {
      return true;
    }
    if (left <= 0 || !share.scope().strict()) {
      throw reachable ? refusal(share) : overloaded("Budgets cannot be read at the moment.");
    }
    return true;
  }

  private Hold held(Shares shares, Size size, long nanos) {
    shares.hold(nanos);
    return new Hold(this, shares, new Hold.Estimate(size.input(), size.output(), null), nanos);
  }

  private Waiting waiting(
      List<Waiting.Need> missing, long deadline, LongFunction<Admission> retry) {
    long until = deadline == 0 ? System.nanoTime() + PATIENCE.toNanos() : deadline;
    Waiting waiting = new Waiting(missing, until, retry);
    lender.ask(waiting);
    return waiting;
  }

  /**
   * A hold that fits into {@code room}; under a strict budget even a client without a cap gets one.
   */
  private Hold strictly(
      Shares shares, Size size, Pricing pricing, long wanted, long room, Share tightest) {
    long each = size.outputEach();
    Long cap = size.clientCap() == null ? Long.valueOf(each) : null;
    long nanos = wanted;
    if (wanted > room) {
      long fits = Cost.outputThatFits(pricing, size.input(), Money.ofNanos(room));
      each = Math.min(each, fits / size.choices());
      if (fits < 0 || each < 1) {
        throw refusal(tightest);
      }
      cap = each;
      nanos = Math.min(room, atMost(pricing, size.input(), saturated(each, size.choices())));
    }
    shares.hold(nanos);
    long output = saturated(each, size.choices());
    return new Hold(this, shares, new Hold.Estimate(size.input(), output, cap), nanos);
  }

  /** Capped so that sums of holds stay far from overflow: a billion dollars. */
  static long atMost(Pricing pricing, long input, long output) {
    long bounded = 1L << 40;
    return Math.min(
        1_000_000_000_000_000_000L,
        Cost.atMost(pricing, Math.min(input, bounded), Math.min(output, bounded)).nanos());
  }

  void move(Hold hold, List<Scope> scopes, long nanos, boolean free) {
    Shares before = hold.shares();
    Shares caller = before.ofCaller();
    Shares next = accounts.of(scopes);
    Shares both = before.and(next);
    both.lock();
    try {
      if (hold.isClosed()) {
        return;
      }
      Instant now = clock.instant();
      for (Share share : next.all()) {
        accounts.roll(share, now);
      }
      before.hold(-hold.nanos());
      Share full = nanos > hold.nanos() ? caller.tight(nanos) : null;
      if (full == null && !free) {
        full = next.spent();
      }
      if (full != null) {
        before.hold(hold.nanos());
        throw refusal(full);
      }
      Shares after = caller.and(next);
      after.hold(nanos);
      hold.moved(after, nanos);
    } finally {
      both.unlock();
    }
  }

  void settle(Hold hold, Outcome outcome) {
    Shares shares = hold.shares();
    long cost = outcome.cost().nanos();
    byte[] entry = Entries.call(outcome, shares);
    shares.lock();
    try {
      Instant now = clock.instant();
      for (Share share : shares.all()) {
        accounts.roll(share, now);
      }
      Entries.stamp(entry, shares);
      journal.appendReserved(entry);
      for (Share share : shares.all()) {
        share.account().release(hold.nanos());
        alerts.charging(share, cost);
        share.account().settle(cost);
      }
    } finally {
      shares.unlock();
    }
  }

  /** Budgets that were spent and refuse nothing, and soft ones. */
  long alerts() {
    return alerts.given();
  }

  /** Holds closed more than once: a defect of the caller, counted for the metrics. */
  long secondCloses() {
    return secondCloses.get();
  }

  void countSecondClose() {
    secondCloses.incrementAndGet();
  }

  private FailureException refusal(Share share) {
    return new FailureException(BudgetRefusal.of(share, settings.budgetStatus(), clock.instant()));
  }

  static FailureException overloaded(String message) {
    return new FailureException(new Failure.Overloaded(message, OVERLOAD_RETRY));
  }
}
