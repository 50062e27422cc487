package dev.tollgate.ledger;

import static dev.tollgate.ledger.Calls.NANO;
import static dev.tollgate.ledger.Calls.caller;
import static dev.tollgate.ledger.Calls.cost;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.model.BudgetDay;
import dev.tollgate.model.Caller;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import dev.tollgate.model.Scope.Rates;
import dev.tollgate.model.Scope.WhenSpent;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a spent budget does, and what is carried into the next window. */
class BudgetActionTest {
  private static final Rates FULL = new Rates(100L, 1000L, null);
  private static final Rates SLOW = new Rates(10L, 100L, null);

  @RegisterExtension
  final OpenLedger books =
      new OpenLedger(
          OpenLedger.SMALL,
          new LedgerSettings(422, 4096, BudgetDay.UTC, true, false, Duration.ofSeconds(1), 1024));

  private static Scope key(WhenSpent whenSpent) {
    return new Scope(
        Scope.Kind.KEY,
        Calls.HASH,
        "sk-...4WJg",
        Money.ofNanos(100),
        "1d",
        null,
        FULL,
        whenSpent,
        null);
  }

  private void spend(Caller caller, long nanos) {
    books.ledger().hold(caller, NANO, 1, 1L, 1).close(cost(nanos));
  }

  @Test
  void aBudgetThatThrottlesLowersTheRatesOnceItIsSpentAndUntilItsWindowEnds() {
    Caller caller = caller(key(new WhenSpent.Throttle(SLOW)));
    assertThat(books.ledger().throttled(caller)).isSameAs(caller);
    spend(caller, 100);
    assertThat(books.ledger().throttled(caller).scopes().getFirst().rates()).isEqualTo(SLOW);
    spend(caller, 1);
    books.clock.set("2026-11-23T00:00:00Z");
    assertThat(books.ledger().throttled(caller)).isSameAs(caller);
  }

  @Test
  void whatIsHeldCountsAsSpentForThrottling() {
    Caller caller = caller(key(new WhenSpent.Throttle(SLOW)));
    Hold hold = books.ledger().hold(caller, NANO, 50, 50L, 1);
    assertThat(books.ledger().throttled(caller).scopes().getFirst().rates()).isEqualTo(SLOW);
    hold.close(cost(1));
    assertThat(books.ledger().throttled(caller)).isSameAs(caller);
  }

  @Test
  void anAlertIsGivenOnceAWindow() {
    Caller caller = caller(key(new WhenSpent.Alert()));
    spend(caller, 99);
    assertThat(books.ledger().alerts()).isZero();
    spend(caller, 1);
    spend(caller, 50);
    assertThat(books.ledger().alerts()).isEqualTo(1);
    books.clock.set("2026-11-25T00:00:00Z");
    spend(caller, 100);
    assertThat(books.ledger().alerts()).isEqualTo(2);
  }

  @Test
  void overspendIsCarriedIntoTheNextWindow() {
    Caller caller = caller(key(new WhenSpent.Block(false)));
    spend(caller, 250);
    books.clock.set("2026-11-23T00:00:00Z");
    assertThatThrownBy(() -> spend(caller, 1)).isInstanceOf(FailureException.class);
    assertThat(books.ledger().spent(Calls.HASH)).isEqualTo(Money.ofNanos(150));
    books.close();
    books.open();
    assertThat(books.ledger().spent(Calls.HASH)).isEqualTo(Money.ofNanos(150));
    books.clock.set("2026-11-24T00:00:00Z");
    spend(caller, 7);
    assertThat(books.ledger().spent(Calls.HASH)).isEqualTo(Money.ofNanos(57));
  }
}
