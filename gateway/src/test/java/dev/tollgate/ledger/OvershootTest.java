package dev.tollgate.ledger;

import static dev.tollgate.ledger.Calls.NANO;
import static dev.tollgate.ledger.Calls.caller;
import static dev.tollgate.ledger.Calls.cost;
import static dev.tollgate.ledger.Calls.key;
import static dev.tollgate.ledger.Calls.proxy;
import static dev.tollgate.ledger.Calls.strictKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.model.Caller;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Price;
import dev.tollgate.model.Pricing;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How far a budget may be overshot: by the last call at most, and strictly not at all. */
class OvershootTest {
  @RegisterExtension final OpenLedger books = new OpenLedger();

  @Test
  void byDefaultTheLastCallMayOvershoot() {
    Caller caller = caller(key(100L));
    Hold first = books.hold(caller, 90, 500);
    assertThat(first.amount().nanos()).isEqualTo(590);
    first.close(cost(99));
    books.hold(caller, 90, 500).close(cost(550));
    assertThat(books.settled()).isEqualTo(649);
    assertThat(books.refusal(caller, 1, 1)).isInstanceOf(Failure.BudgetExceeded.class);
  }

  @Test
  void aStrictBudgetLowersTheCapToWhatFits() {
    Hold hold = books.ledger().hold(caller(strictKey(100)), NANO, 40, 50L, 2);
    assertThat(hold.outputCap()).isEqualTo(30);
    assertThat(hold.amount().nanos()).isEqualTo(100);
  }

  @Test
  void aStrictBudgetLeavesACapThatFits() {
    Hold hold = books.ledger().hold(caller(strictKey(100)), NANO, 40, 50L, 1);
    assertThat(hold.outputCap()).isNull();
    assertThat(hold.amount().nanos()).isEqualTo(90);
  }

  @Test
  void aStrictBudgetCapsAClientWithoutACap() {
    Hold hold = books.ledger().hold(caller(strictKey(1_000_000)), NANO, 40, null, 1);
    assertThat(hold.outputCap()).isEqualTo(LedgerSettings.DEFAULT.estimatedOutputTokens());
  }

  @Test
  void aStrictBudgetRefusesWhatCannotHaveAToken() {
    assertThat(books.refusal(caller(strictKey(100)), 100, 50))
        .isInstanceOf(Failure.BudgetExceeded.class);
    assertThat(books.refusal(caller(strictKey(100)), 101, 50))
        .isInstanceOf(Failure.BudgetExceeded.class);
    assertThat(books.held()).isZero();
  }

  @Test
  void aDearerDeploymentRaisesTheHold() {
    Pricing dearer = Pricing.of(Price.of("2e-9"), Price.of("2e-9"));
    Hold hold = books.hold(caller(key(100L)), 40, 20);
    hold.move(List.of(), dearer);
    assertThat(hold.amount().nanos()).isEqualTo(120);
    hold.move(List.of(), NANO);
    assertThat(books.held()).isEqualTo(120);
    hold.close(cost(110));
    assertThat(books.held()).isZero();
  }

  @Test
  void aStrictBudgetWithoutRoomRefusesADearerDeployment() {
    Pricing dearer = Pricing.of(Price.of("2e-9"), Price.of("2e-9"));
    Hold hold = books.hold(caller(strictKey(100)), 40, 20);
    assertThatThrownBy(() -> hold.move(List.of(), dearer))
        .isInstanceOfSatisfying(
            FailureException.class,
            refused -> assertThat(refused.failure()).isInstanceOf(Failure.BudgetExceeded.class));
    assertThat(books.held()).isEqualTo(60);
  }

  @Test
  void sixtyFourThreadsNeverOvershootByARace() throws InterruptedException {
    // Each call holds and costs 10; the budget is for 100 calls and a bit, so at most 101 get in.
    Caller caller = caller(key(1_001L), proxy(null));
    assertThat(race(() -> books.ledger().hold(caller, NANO, 5, 5L, 1))).isEqualTo(101);
    assertThat(books.settled()).isEqualTo(1_010);
    assertThat(books.held()).isZero();
  }

  @Test
  void sixtyFourThreadsNeverOvershootAStrictBudget() throws InterruptedException {
    Caller caller = caller(proxy(null), strictKey(1_009));
    // The last call fits with 4 of its 5 output tokens; all are charged what they held.
    race(() -> books.ledger().hold(caller, NANO, 5, 5L, 1));
    assertThat(books.settled()).isEqualTo(1_009);
    assertThat(books.held()).isZero();
    books.ledger().flush();
    assertThat(books.store.rows().stream().mapToLong(row -> row.spend().nanos()).sum())
        .isEqualTo(1_009);
  }

  /** How many get in; each call costs what it held. */
  private static int race(Supplier<Hold> holding) throws InterruptedException {
    return Racers.race(List.of(holding), held -> held).getFirst();
  }
}
