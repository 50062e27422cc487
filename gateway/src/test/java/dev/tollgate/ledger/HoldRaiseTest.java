package dev.tollgate.ledger;

import static dev.tollgate.ledger.Calls.caller;
import static dev.tollgate.ledger.Calls.cost;
import static dev.tollgate.ledger.Calls.key;
import static dev.tollgate.ledger.Calls.proxy;
import static dev.tollgate.ledger.Calls.strictKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Money;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A call that needs more while it runs. */
class HoldRaiseTest {
  @RegisterExtension final OpenLedger books = new OpenLedger();

  private static void raise(Hold hold, long nanos) {
    Admission admission = hold.raise(Money.ofNanos(nanos));
    while (admission instanceof Waiting waiting) {
      admission = waiting.awaited();
    }
    assertThat(admission).isSameAs(hold);
  }

  private static void isRefused(Hold hold, long nanos) {
    Money before = hold.amount();
    assertThatThrownBy(() -> raise(hold, nanos))
        .isInstanceOfSatisfying(
            FailureException.class,
            refused -> assertThat(refused.failure()).isInstanceOf(Failure.BudgetExceeded.class));
    assertThat(hold.amount()).isEqualTo(before);
  }

  @Test
  void itHoldsMoreAndNeverLess() {
    Hold hold = books.hold(caller(key(1_000L)), 40, 10);
    raise(hold, 300);
    assertThat(hold.amount()).isEqualTo(Money.ofNanos(300));
    assertThat(books.held()).isEqualTo(300);
    raise(hold, 20);
    assertThat(books.held()).isEqualTo(300);
    hold.close(cost(75));
    assertThat(books.held()).isZero();
    assertThat(books.settled()).isEqualTo(75);
  }

  @Test
  void aStrictBudgetGivesWhatItHasAndNoMore() {
    Hold hold = books.hold(caller(strictKey(100)), 30, 10);
    isRefused(hold, 101);
    raise(hold, 100);
    isRefused(hold, 101);
    assertThat(books.held()).isEqualTo(100);
    hold.close(cost(100));
    assertThat(books.settled()).isEqualTo(100);
  }

  @Test
  void anotherBudgetGivesAsLongAsSomethingIsLeft() {
    Hold hold = books.hold(caller(key(100L)), 80, 10);
    raise(hold, 300);
    isRefused(hold, 301);
    hold.close(cost(1));
  }

  @Test
  void allBudgetsGiveOrNone() {
    Hold hold = books.hold(caller(key(1_000L), proxy(100L)), 90, 10);
    isRefused(hold, 101);
    assertThat(books.held()).isEqualTo(100);
    hold.close(cost(1));
    assertThat(books.held()).isZero();
  }

  @Test
  void whatIsClosedIsNotRaised() {
    Hold hold = books.hold(caller(key(1_000L)), 40, 10);
    hold.close(cost(75));
    raise(hold, 300);
    assertThat(books.held()).isZero();
  }
}
