package dev.tollgate.pipeline;

import dev.tollgate.ledger.Admission;
import dev.tollgate.ledger.Hold;
import dev.tollgate.ledger.Waiting;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Money;
import dev.tollgate.model.Usage;
import dev.tollgate.wire.socket.SocketTerms;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Holds money ahead of what a socket uses: a step at the beginning, one more whenever half of it is
 * gone. Where the budgets give no step, the socket goes on until what it holds is used, and then as
 * long as they give what is used. Lives on the call's event loop.
 */
final class Purse {
  private final Hold hold;
  private final SocketTerms terms;
  private final Function<Usage, Money> cost;
  private final Ending ending;
  private final Money reserve;

  /** The budgets gave no step. */
  private boolean scarce;

  /**
   * @param hold of a step
   * @param cost what usage costs
   */
  Purse(Hold hold, SocketTerms terms, Function<Usage, Money> cost, Ending ending) {
    this.hold = hold;
    this.terms = terms;
    this.cost = cost;
    this.ending = ending;
    this.reserve = Money.ofNanos(cost.apply(terms.step()).nanos() / 2);
  }

  /** Whether this usage is held for. */
  boolean has(Usage usage) {
    return hold.amount().compareTo(cost.apply(usage)) >= 0;
  }

  /** Sees to it that this usage is held for; says so at once, or when a lease was asked for. */
  void cover(Usage usage, Runnable covered, Consumer<Failure> refused) {
    Money used = cost.apply(usage);
    boolean enough = hold.amount().compareTo(scarce ? used : used.plus(reserve)) >= 0;
    if (enough) {
      covered.run();
    } else if (scarce) {
      raise(used, covered, refused);
    } else {
      raise(
          cost.apply(terms.stepBeyond(usage)),
          covered,
          _ -> {
            scarce = true;
            cover(usage, covered, refused);
          });
    }
  }

  private void raise(Money to, Runnable covered, Consumer<Failure> refused) {
    Admission admission;
    try {
      admission = hold.raise(to);
    } catch (FailureException spent) {
      refused.accept(spent.failure());
      return;
    }
    go(admission, covered, refused);
  }

  private void go(Admission admission, Runnable covered, Consumer<Failure> refused) {
    switch (admission) {
      case Hold _ -> covered.run();
      case Waiting waiting ->
          waiting.whenAnswered(() -> ending.sink().execute(() -> again(waiting, covered, refused)));
    }
  }

  private void again(Waiting waiting, Runnable covered, Consumer<Failure> refused) {
    if (ending.isOver()) {
      return;
    }
    try {
      Admission admission;
      try {
        admission = waiting.again();
      } catch (FailureException spent) {
        refused.accept(spent.failure());
        return;
      }
      go(admission, covered, refused);
    } catch (RuntimeException bug) {
      ending.failedByBug(bug);
    }
  }
}
