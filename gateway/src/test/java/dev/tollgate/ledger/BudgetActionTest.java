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
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a spent budget does, and what is carried into the next window. */
class BudgetActionTest {
  private static final Rates FULL = new Rates(100L, 1000L, null);
  private static final Rates SLOW = new Rates(10L, 100L, null);

  @TempDir private Path folder;
  private final MovableClock clock = new MovableClock("2026-11-22T12:00:00Z");
  private final MemorySpendStore store = new MemorySpendStore();
  private Journal journal;
  private Ledger ledger;

  @BeforeEach
  void open() {
    journal =
        Journal.open(folder, new JournalSettings(1 << 20, 16 << 20, Duration.ofSeconds(1)), clock);
    LedgerSettings settings =
        new LedgerSettings(422, 4096, BudgetDay.UTC, true, false, Duration.ofSeconds(1), 1024);
    ledger = new Ledger(journal, store, clock, settings);
    ledger.start();
  }

  @AfterEach
  void close() {
    ledger.close();
    journal.close();
  }

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
    ledger.hold(caller, NANO, 1, 1L, 1).close(cost(nanos));
  }

  @Test
  void aBudgetThatThrottlesLowersTheRatesOnceItIsSpentAndUntilItsWindowEnds() {
    Caller caller = caller(key(new WhenSpent.Throttle(SLOW)));
    assertThat(ledger.throttled(caller)).isSameAs(caller);
    spend(caller, 100);
    assertThat(ledger.throttled(caller).scopes().getFirst().rates()).isEqualTo(SLOW);
    spend(caller, 1);
    clock.set("2026-11-23T00:00:00Z");
    assertThat(ledger.throttled(caller)).isSameAs(caller);
  }

  @Test
  void whatIsHeldCountsAsSpentForThrottling() {
    Caller caller = caller(key(new WhenSpent.Throttle(SLOW)));
    Hold hold = ledger.hold(caller, NANO, 50, 50L, 1);
    assertThat(ledger.throttled(caller).scopes().getFirst().rates()).isEqualTo(SLOW);
    hold.close(cost(1));
    assertThat(ledger.throttled(caller)).isSameAs(caller);
  }

  @Test
  void anAlertIsGivenOnceAWindow() {
    Caller caller = caller(key(new WhenSpent.Alert()));
    spend(caller, 99);
    assertThat(ledger.alerts()).isZero();
    spend(caller, 1);
    spend(caller, 50);
    assertThat(ledger.alerts()).isEqualTo(1);
    clock.set("2026-11-25T00:00:00Z");
    spend(caller, 100);
    assertThat(ledger.alerts()).isEqualTo(2);
  }

  @Test
  void overspendIsCarriedIntoTheNextWindow() {
    Caller caller = caller(key(new WhenSpent.Block(false)));
    spend(caller, 250);
    clock.set("2026-11-23T00:00:00Z");
    assertThatThrownBy(() -> spend(caller, 1)).isInstanceOf(FailureException.class);
    assertThat(ledger.spent(Calls.HASH)).isEqualTo(Money.ofNanos(150));
    close();
    open();
    assertThat(ledger.spent(Calls.HASH)).isEqualTo(Money.ofNanos(150));
    clock.set("2026-11-24T00:00:00Z");
    spend(caller, 7);
    assertThat(ledger.spent(Calls.HASH)).isEqualTo(Money.ofNanos(57));
  }
}
