package dev.tollgate.ledger;

import dev.tollgate.model.FailureException;
import dev.tollgate.model.Money;
import dev.tollgate.model.Outcome;
import dev.tollgate.model.Pricing;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Money held for one call on every budget that it draws on, until the call ends. Safe for several
 * threads.
 */
public final class Hold {
  private final Ledger ledger;
  private final Shares shares;
  private final Estimate estimate;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Changes under the accounts' locks only. */
  private volatile long nanos;

  Hold(Ledger ledger, Shares shares, Estimate estimate, long nanos) {
    this.ledger = ledger;
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
      ledger.countSecondClose();
      return false;
    }
    ledger.settle(this, outcome);
    return true;
  }

  /**
   * Raises the hold to what the call costs at most at other prices, before it goes to a dearer
   * deployment. A cheaper one changes nothing.
   *
   * @param pricing prices of the deployment that is next, null if unknown
   * @throws FailureException {@link dev.tollgate.model.Failure.BudgetExceeded} if a strict budget
   *     has no room for that; then the hold is as it was
   */
  public void reprice(@Nullable Pricing pricing) {
    if (pricing != null) {
      ledger.raise(this, Ledger.atMost(pricing, estimate.input(), estimate.output()));
    }
  }

  Shares shares() {
    return shares;
  }

  long nanos() {
    return nanos;
  }

  void raised(long nanos) {
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
