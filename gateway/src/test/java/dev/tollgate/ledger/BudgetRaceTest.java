package dev.tollgate.ledger;

import static dev.tollgate.ledger.Calls.NANO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.Caller;
import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Sixty-four clients race for money that is enough for so many calls, again and again: that many
 * get through once those that only holds stood in the way of have tried again. A call holds more
 * than it costs in the end, as calls do.
 */
class BudgetRaceTest {
  private static final int RUNS = 50;
  private static final long COST = 10;
  private static final int CALLS = 200;

  @RegisterExtension
  final OpenLedger books =
      new OpenLedger(
          new JournalSettings(4 << 20, 32 << 20, Duration.ofSeconds(1)), LedgerSettings.DEFAULT);

  @RepeatedTest(RUNS)
  void aBudgetForSoManyCallsLetsThatManyThrough() throws InterruptedException {
    Scope key = Calls.key(CALLS * COST);
    assertThat(race(List.of(Calls.caller(key)))).containsExactly(CALLS);
    stands(key, CALLS);
  }

  /** Where less than a whole call fits, one with a lower cap gets in and costs what it held. */
  @RepeatedTest(RUNS)
  void aStrictBudgetIsSpentButForLessThanACall() throws InterruptedException {
    Scope key = Calls.strictKey(CALLS * COST);
    assertThat(race(List.of(Calls.caller(key))).getFirst()).isGreaterThanOrEqualTo(CALLS - 1);
    Ledger.Balance balance = books.ledger().balance(key.kind(), key.id());
    assertThat(balance.settled().nanos()).isBetween((CALLS - 1) * COST, CALLS * COST);
    assertThat(balance.held()).isEqualTo(Money.ZERO);
  }

  @RepeatedTest(RUNS)
  void keyTeamAndUserHoldTogetherOrNotAtAll() throws InterruptedException {
    Scope small = Calls.key("a".repeat(64), 50 * COST, null, null, false);
    Scope open = Calls.key("b".repeat(64), null, null, null, false);
    Scope poor = Calls.key("c".repeat(64), 0L, null, null, false);
    Scope team = scope(Scope.Kind.TEAM, CALLS * COST);
    Scope user = scope(Scope.Kind.USER, 1_000_000L);
    List<Integer> through =
        race(
            List.of(
                Calls.caller(small, team, user),
                Calls.caller(open, user, team),
                Calls.caller(team, poor, user)));

    assertThat(through.get(0)).isLessThanOrEqualTo(50);
    assertThat(through.get(2)).isZero();
    assertThat(through.get(0) + through.get(1)).isEqualTo(CALLS);
    stands(small, through.get(0));
    stands(open, through.get(1));
    stands(poor, 0);
    stands(team, CALLS);
    stands(user, CALLS);
  }

  private static Scope scope(Scope.Kind kind, long nanos) {
    return new Scope(kind, "its", "its", Money.ofNanos(nanos), null, null, Scope.Rates.NONE, false);
  }

  private void stands(Scope scope, int calls) {
    Ledger.Balance balance = books.ledger().balance(scope.kind(), scope.id());
    assertThat(balance.settled().nanos()).as("%s", scope.id()).isEqualTo(calls * COST);
    assertThat(balance.held()).as("held by %s", scope.id()).isEqualTo(Money.ZERO);
  }

  /** How many calls of each caller get through. */
  private List<Integer> race(List<Caller> callers) throws InterruptedException {
    List<Supplier<Hold>> holding = new ArrayList<>();
    callers.forEach(caller -> holding.add(() -> books.ledger().hold(caller, NANO, 5, 7L, 1)));
    return Racers.race(holding, held -> Math.min(COST, held));
  }
}
