package dev.tollgate.ledger;

import dev.tollgate.model.FailureException;
import dev.tollgate.model.Money;
import dev.tollgate.model.Outcome;
import dev.tollgate.model.Pricing;
import dev.tollgate.model.Scope;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Money held for one call on every budget that it draws on, until the call ends. Safe for several
 * threads.
 */
public final class Hold implements Admission {
  private final Holds holds;
  private Shares shares;
  private final Estimate estimate;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Changes under the accounts' locks only. */
  private volatile long nanos;

  Hold(Holds holds, Shares shares, Estimate estimate, long nanos) {
    this.holds = holds;
    this.shares = shares;
    this.estimate = estimate;
    this.nanos = nanos;
  }

  /** What is held. */
  public Money amount() {
    return Money.ofNanos(nanos);
  }

  /**
   * Output tokens of one choice that the provider has to be told to stop at, because more would not
   * fit under a strict budget; null to leave the client's cap as it is.
   */
  public @Nullable Long outputCap() {
    return estimate.cap();
  }

  /** Output tokens of all choices that the call is expected to have at most. */
  public long outputTokens() {
    return estimate.output();
  }

  /**
   * Ends the hold: releases it, charges {@code outcome.cost()} to every scope (nothing at all when
   * that is zero), and has written the outcome to the journal when it returns. A second call
   * changes nothing and is counted.
   *
   * @return false if it was closed before
   */
  public boolean close(Outcome outcome) {
    if (!closed.compareAndSet(false, true)) {
      holds.countSecondClose();
      return false;
    }
    synchronized (this) {
      holds.settle(this, outcome);
    }
    return true;
  }

  /**
   * Moves the hold to the deployment that is tried next: off the budgets of the one before and its
   * provider, onto those of this one, and up to what the call costs there at most. Where it costs
   * less, as much as before stays held.
   *
   * @param scopes the deployment's and its provider's
   * @param pricing its prices, null if unknown
   * @throws FailureException {@link dev.tollgate.model.Failure.BudgetExceeded} if a strict budget
   *     has no room for that, or the deployment's is spent; then the hold is as it was
   */
  public synchronized void move(List<Scope> scopes, @Nullable Pricing pricing) {
    long wanted = pricing == null ? 0 : Holds.atMost(pricing, estimate.input(), estimate.output());
    boolean free = pricing != null && pricing.isFree();
    holds.move(this, scopes, Math.max(nanos, wanted), free);
  }

  /**
   * Raises the hold of a call that turns out to need more while it runs.
   *
   * @param to what is to be held in all; where it is no more than what is held, nothing happens
   * @return this hold, or somebody who waits for a lease
   * @throws FailureException {@link dev.tollgate.model.Failure.BudgetExceeded} if a budget has
   *     nothing left, or a strict one not as much; {@link dev.tollgate.model.Failure.Overloaded} if
   *     budgets cannot be read; then the hold is as it was
   */
  public Admission raise(Money to) {
    return raise(to.nanos(), 0);
  }

  /**
   * Tries once.
   *
   * @param deadline as with {@link Holds#admit}
   */
  synchronized Admission raise(long to, long deadline) {
    return holds.raise(this, to, deadline);
  }

  Shares shares() {
    return shares;
  }

  long nanos() {
    return nanos;
  }

  void moved(Shares to, long nanos) {
    this.shares = to;
    this.nanos = nanos;
  }

  boolean isClosed() {
    return closed.get();
  }

  /**
   * Size of a call.
   *
   * @param input input tokens
   * @param output output tokens of all choices
   * @param cap cap that has to be imposed on each choice, null for none
   */
  record Estimate(long input, long output, @Nullable Long cap) {}
}
