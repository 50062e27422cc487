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
  private final Journal journal;
  private final InstantSource clock;
  private final LedgerSettings settings;
  private final Accounts accounts;
  private final Leases leases;
  private final SpendWriter writer;
  private final Holds holds;
  private final Estimates estimates = new Estimates();

  public Ledger(Journal journal, SpendStore store, InstantSource clock, LedgerSettings settings) {
    this.journal = journal;
    this.clock = clock;
    this.settings = settings;
    this.accounts = new Accounts(journal, new Windows(settings.day(), settings.rollover()));
    this.leases = new Leases(journal.id(), store, accounts, clock);
    EstimateKeeper keeper = new EstimateKeeper(estimates, store, clock);
    this.writer = new SpendWriter(journal, store, accounts, leases, keeper, settings);
    this.holds = new Holds(journal, accounts, writer, clock, settings);
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
    Holds.Size size =
        new Holds.Size(
            free ? null : pricing,
            Math.max(0, inputTokens),
            outputTokensMax,
            outputEstimate(caller, outputTokensMax),
            Math.max(1, choices));
    boolean budgeted = !free && hasBudget(caller.scopes());
    return holds.admit(accounts.of(caller.scopes()), size, budgeted, 0);
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

  /** Budgets that were spent and refuse nothing, and soft ones, for the metrics. */
  public long alerts() {
    return holds.alerts();
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
    return holds.secondCloses();
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
