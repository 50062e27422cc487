package dev.tollgate.ledger;

import dev.tollgate.model.Caller;
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
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Every budget of the gateway. A call holds what it is expected to cost at most on all its budgets,
 * all or none, before the provider is called, and is settled or voided when it ends, exactly once.
 * Thread-safe; {@code hold} and {@code close} are in memory and make no system call.
 *
 * <p><b>Who gets in.</b> By default a call is admitted while settled + held is below the limit. So
 * a budget is overshot by at most what the last call admitted costs, plus what calls in flight cost
 * beyond their estimates; never by a race. On a strict scope the hold itself has to fit, and the
 * output cap is lowered where only less would: overshoot is zero as long as the provider keeps to
 * the cap and the input estimate is not too low. A budget that only alerts or throttles refuses
 * nothing, and the alert is given by the call that spends it.
 *
 * <p><b>Locks.</b> The accounts of a call are locked together, in one order, for the length of a
 * comparison, or of a copy into the journal, which is a mapped file. The journal so has changes of
 * an account in the order in which they happened, and its replay gives the balances to the
 * nano-dollar.
 */
public final class Ledger implements AutoCloseable {
  /** When to try again if only calls in flight stand in the way. */
  private static final Duration HELD_RETRY = Duration.ofSeconds(1);

  /** A call waits so long at most for money that a lease does not have. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Journal journal;
  private final InstantSource clock;
  private final LedgerSettings settings;
  private final Accounts accounts;
  private final Leases leases;
  private final SpendWriter writer;
  private final AtomicLong secondCloses = new AtomicLong();
  private final Alerts alerts = new Alerts();
  private final Estimates estimates = new Estimates();

  public Ledger(Journal journal, SpendStore store, InstantSource clock, LedgerSettings settings) {
    this.journal = journal;
    this.clock = clock;
    this.settings = settings;
    this.accounts = new Accounts(journal, new Windows(settings.day(), settings.rollover()));
    this.leases = new Leases(journal.id(), store, accounts, clock);
    this.writer = new SpendWriter(journal, store, accounts, leases, settings);
  }

  /**
   * Reads balances from the store, brings in what the journal has beyond them, and starts the
   * writer. If the store cannot be read now, the writer goes on trying, and calls on budgets are
   * refused until it can.
   */
  public void start() {
    writer.start();
  }

  /** What calls really use. */
  public Estimates estimates() {
    return estimates;
  }

  /** True once balances are known. */
  public boolean isLoaded() {
    return accounts.isLoaded();
  }

  /**
   * Holds what a call may cost, if this node's leases have it; else the store is asked, and the
   * call waits.
   *
   * @param pricing prices of the deployment that is tried first; null if unknown, then nothing is
   *     held and budgets only have to have room at all; prices that are all zero pass every budget
   * @param inputTokens input tokens, estimated with a margin
   * @param outputTokensMax the client's cap for one choice, null if it set none
   * @param choices how many choices are asked for, at least 1
   * @throws FailureException {@link Failure.BudgetExceeded}, with a {@code retry-after} if only
   *     calls in flight or other nodes stand in the way; {@link Failure.Overloaded} if budgets
   *     cannot be read or the journal has no room
   */
  public Admission admit(
      Caller caller,
      @Nullable Pricing pricing,
      long inputTokens,
      @Nullable Long outputTokensMax,
      int choices) {
    boolean free = pricing != null && pricing.isFree();
    Size size =
        new Size(
            free ? null : pricing,
            Math.max(0, inputTokens),
            outputTokensMax,
            outputEstimate(caller, outputTokensMax),
            Math.max(1, choices));
    boolean budgeted = !free && hasBudget(caller.scopes());
    return admit(accounts.of(caller.scopes()), size, budgeted, 0);
  }

  /** The same for a caller that may block: it waits where it has to. */
  public Hold hold(
      Caller caller,
      @Nullable Pricing pricing,
      long inputTokens,
      @Nullable Long outputTokensMax,
      int choices) {
    Admission admission = admit(caller, pricing, inputTokens, outputTokensMax, choices);
    while (true) {
      switch (admission) {
        case Hold hold -> {
          return hold;
        }
        case Waiting waiting -> admission = waiting.awaited();
      }
    }
  }

  /**
   * Tries once.
   *
   * @param deadline until when the call may wait; 0 if it has not waited yet
   */
  private Admission admit(Shares shares, Size size, boolean budgeted, long deadline) {
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

  /**
   * The caller, at lower rates where a budget is spent that throttles. To be asked before the rate
   * limits are.
   */
  public Caller throttled(Caller caller) {
    List<Scope> scopes = caller.scopes();
    List<Scope> slowed = null;
    for (int i = 0; i < scopes.size(); i++) {
      Scope scope = scopes.get(i);
      if (scope.whenSpent() instanceof Scope.WhenSpent.Throttle(Scope.Rates rates)
          && isSpent(scope)) {
        slowed = slowed == null ? new ArrayList<>(scopes) : slowed;
        slowed.set(i, scope.at(rates));
      }
    }
    return slowed == null ? caller : caller.drawing(List.copyOf(slowed));
  }

  /** Whether nothing of a budget is left that is neither spent nor held; false for no budget. */
  public boolean isSpent(Scope scope) {
    return accounts.isSpent(scope, clock.instant());
  }

  private record Size(
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

  private long outputEstimate(Caller caller, @Nullable Long outputTokensMax) {
    if (outputTokensMax != null) {
      return Math.max(0, outputTokensMax);
    }
    Long estimated = caller.estimatedOutputTokens();
    return estimated == null ? settings.estimatedOutputTokens() : Math.max(1, estimated);
  }

  private static boolean hasBudget(List<Scope> scopes) {
    for (int i = 0; i < scopes.size(); i++) {
      Scope scope = scopes.get(i);
      if (scope.budgetMax() != null && !(scope.whenSpent() instanceof Scope.WhenSpent.Alert)) {
        return true;
      }
    }
    return false;
  }

  private Admission holdAll(Shares shares, Size size, boolean budgeted, long deadline) {
    Pricing pricing = size.pricing();
    long wanted = pricing == null ? 0 : atMost(pricing, size.input(), size.output());
    shares.lock();
    try {
      if (!budgeted || !accounts.isLoaded()) {
        return held(shares, size, wanted);
      }
      Instant now = clock.instant();
      boolean usable = leases.isUsable(now);
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
      if (missing != null) {
        return waiting(shares, size, missing, deadline);
      }
      return tightest == null || pricing == null
          ? held(shares, size, wanted)
          : strictly(shares, size, pricing, wanted, room, tightest);
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
    boolean reachable = writer.isReachable();
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

  private Waiting waiting(Shares shares, Size size, List<Waiting.Need> missing, long deadline) {
    long until = deadline == 0 ? System.nanoTime() + PATIENCE.toNanos() : deadline;
    Waiting waiting = new Waiting(missing, until, end -> admit(shares, size, true, end));
    leases.ask(waiting);
    writer.wake();
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

  /** Budgets that were spent and refuse nothing, and soft ones, for the metrics. */
  public long alerts() {
    return alerts.given();
  }

  /**
   * Writes the row of a call that never held anything: refused before. It costs nothing, so where
   * the journal has no room it is left out.
   *
   * @return whether it was written
   */
  public boolean note(Outcome outcome) {
    if (!journal.reserve()) {
      return false;
    }
    journal.appendReserved(Entries.call(outcome, new Shares()));
    return true;
  }

  /**
   * Sets what a scope has spent in its running window, as an administrator may; the journal keeps
   * it in order with the calls.
   *
   * @throws FailureException {@link Failure.Overloaded} if the journal has no room
   */
  public void setSpent(Scope.Kind kind, String id, Money spent) {
    accounts.setSpent(kind, id, spent);
  }

  /** What a key has settled in its running window. */
  public Money spent(String keyHash) {
    return balance(Scope.Kind.KEY, keyHash).settled();
  }

  /** What calls in flight hold of a key's money. */
  public Money held(String keyHash) {
    return balance(Scope.Kind.KEY, keyHash).held();
  }

  /** What calls in flight hold on all accounts of a kind, for the metrics. */
  public Money heldBy(Scope.Kind kind) {
    return accounts.held(kind);
  }

  /** Ids of the scopes of a kind that ever spent. */
  public Set<String> known(Scope.Kind kind) {
    return accounts.ids(kind);
  }

  /** Another node needs so much more of a scope's money. */
  public void demanded(Scope.Kind kind, String id, long nanos) {
    leases.demanded(kind, id, nanos);
    writer.wake();
  }

  /** Another node gave back some of a scope's money. */
  public void freed(Scope.Kind kind, String id) {
    leases.freed(kind, id);
    writer.wake();
  }

  /** What is spent of a scope was set by another node. */
  public void outdated(Scope.Kind kind, String id) {
    accounts.ifKnown(kind, id, Account::outdated);
  }

  /** Notices of other nodes were missed, so that they may have changed anything. */
  public void missed() {
    leases.missed();
    writer.wake();
  }

  /** Whether the store answered when it was met last. */
  public boolean isInTouch() {
    return writer.isReachable();
  }

  /** Where a scope stands; zeros for one that never spent. */
  public Balance balance(Scope.Kind kind, String id) {
    return accounts.balance(kind, id);
  }

  /**
   * Where a scope stands.
   *
   * @param settled spent in the running window
   * @param held held by calls in flight
   * @param resetAt end of the window, null if there is none or it is not known yet
   */
  public record Balance(Money settled, Money held, @Nullable Instant resetAt) {}

  /** Holds closed more than once: a defect of the caller, counted for the metrics. */
  public long secondCloses() {
    return secondCloses.get();
  }

  void countSecondClose() {
    secondCloses.incrementAndGet();
  }

  private FailureException refusal(Share share) {
    return new FailureException(BudgetRefusal.of(share, settings.budgetStatus(), clock.instant()));
  }

  /** Why a deployment with these scopes can serve nobody now; null if it can. */
  public @Nullable Failure spent(List<Scope> scopes) {
    for (Scope scope : scopes) {
      if (isSpent(scope)) {
        Share share = new Share(scope, accounts.account(scope.kind(), scope.id()));
        return BudgetRefusal.of(share, settings.budgetStatus(), clock.instant());
      }
    }
    return null;
  }

  private static FailureException overloaded(String message) {
    return new FailureException(new Failure.Overloaded(message, HELD_RETRY));
  }

  /** Waits until the store has everything that is in the journal now. */
  public void flush() {
    writer.flush();
  }

  /**
   * The same, but for so long at most.
   *
   * @return false if the store does not have it all yet
   */
  public boolean flushed(Duration patience) {
    return writer.flushed(patience);
  }

  /**
   * Writes what is left, waiting for the store for a few seconds at most; the rest is written at
   * the next start.
   */
  @Override
  public void close() {
    writer.close();
  }
}
