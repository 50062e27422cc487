package dev.tollgate.ledger;

import static dev.tollgate.ledger.Calls.NANO;
import static dev.tollgate.ledger.Calls.caller;
import static dev.tollgate.ledger.Calls.cost;
import static dev.tollgate.ledger.Calls.key;
import static dev.tollgate.ledger.Calls.proxy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.tollgate.model.Caller;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Money;
import dev.tollgate.model.Price;
import dev.tollgate.model.Pricing;
import dev.tollgate.model.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LedgerTest {
  @RegisterExtension final OpenLedger books = new OpenLedger();

  @Test
  void aHoldIsWhatTheCallCostsAtMost() {
    Hold hold = books.ledger().hold(caller(key(1_000L)), NANO, 100, 20L, 3);
    assertThat(hold.amount()).isEqualTo(Money.ofNanos(160));
    assertThat(hold.outputCap()).isNull();
    assertThat(books.held()).isEqualTo(160);
    assertThat(books.settled()).isZero();
  }

  @Test
  void aCallWithoutACapIsHeldForTheUsualOutput() {
    assertThat(books.ledger().hold(caller(key(1_000_000L)), NANO, 100, null, 1).amount().nanos())
        .isEqualTo(100 + LedgerSettings.DEFAULT.estimatedOutputTokens());
  }

  @Test
  void closingSettlesExactlyOnce() {
    Hold hold = books.hold(caller(key(1_000L)), 100, 20);
    assertThat(hold.close(cost(75))).isTrue();
    assertThat(hold.close(cost(75))).isFalse();
    assertThat(books.ledger().secondCloses()).isEqualTo(1);
    assertThat(books.settled()).isEqualTo(75);
    assertThat(books.held()).isZero();
    books.ledger().flush();
    assertThat(books.store.rows()).hasSize(1);
  }

  @Test
  void aFailedCallIsVoidedAndHasItsRow() {
    books.hold(caller(key(1_000L)), 100, 20).close(Calls.failed());
    assertThat(books.settled()).isZero();
    assertThat(books.held()).isZero();
    books.ledger().flush();
    SpendRow row = books.store.rows().getFirst();
    assertThat(row.success()).isFalse();
    assertThat(row.failureType()).isEqualTo("UpstreamBroken");
    assertThat(row.requestId()).isEqualTo("call-failed");
  }

  @Test
  void aRowHasWhatTheOutcomeHad() {
    books.hold(caller(key(null)), 1, 1).close(cost("abc", 42));
    books.ledger().flush();
    SpendRow row = books.store.rows().getFirst();
    assertThat(row)
        .isEqualTo(
            new SpendRow(
                books.journal().id(),
                row.sequence(),
                "chatcmpl-abc",
                "abc",
                "acompletion",
                Calls.HASH,
                Money.ofNanos(42),
                11,
                7,
                3,
                2,
                5,
                true,
                Instant.parse("2026-11-22T12:00:00.123Z"),
                Instant.parse("2026-11-22T12:00:00.579Z"),
                Instant.parse("2026-11-22T12:00:00.201Z"),
                "gpt-4o-mini",
                null,
                "gpt-4o-mini",
                null,
                null,
                "ann",
                "end-user",
                true,
                200,
                null,
                List.of("red", "blue"),
                "192.0.2.7",
                "session",
                true,
                2,
                1));
  }

  @Test
  void aSpentBudgetIsRefusedInLiteLlmsWords() {
    Caller caller = caller(key(1_000L));
    books.hold(caller, 1, 1).close(cost(13_000));
    assertThat(books.refusal(caller, 1, 1))
        .isEqualTo(
            new Failure.BudgetExceeded(
                "Budget has been exceeded! Key=key (sk-...4WJg) Current cost: 1.3e-05, Max budget:"
                    + " 1e-06",
                422,
                null));
  }

  @Test
  void aRefusalThatOnlyHoldsCausedSaysWhenToTryAgain() {
    Caller caller = caller(key(100L));
    Hold hold = books.hold(caller, 90, 10);
    assertThat(books.refusal(caller, 1, 1))
        .asInstanceOf(type(Failure.BudgetExceeded.class))
        .extracting(Failure.BudgetExceeded::retryAfter)
        .isEqualTo(Duration.ofSeconds(1));
    hold.close(cost(50));
    books.hold(caller, 1, 1).close(cost(1));
  }

  @Test
  void allBudgetsHoldOrNone() {
    Hold first = books.hold(caller(key(1_000L), proxy(100L)), 90, 10);
    assertThat(books.refusal(caller(key(1_000L), proxy(100L)), 1, 1))
        .isInstanceOf(Failure.BudgetExceeded.class);
    assertThat(books.held()).isEqualTo(100);
    first.close(cost(10));
    assertThat(books.ledger().balance(Scope.Kind.PROXY, "proxy").settled().nanos()).isEqualTo(10);
    assertThat(books.held()).isZero();
  }

  @Test
  void aFreeModelPassesASpentBudget() {
    Caller caller = caller(key(0L));
    assertThat(books.refusal(caller, 1, 1)).isInstanceOf(Failure.BudgetExceeded.class);
    Hold hold = books.ledger().hold(caller, Pricing.of(Price.FREE, Price.FREE), 10, 10L, 1);
    assertThat(hold.amount()).isEqualTo(Money.ZERO);
  }

  @Test
  void anUnpricedModelNeedsABudgetWithRoom() {
    assertThat(books.ledger().hold(caller(key(1L)), null, 10, 10L, 1).amount())
        .isEqualTo(Money.ZERO);
    assertThatThrownBy(() -> books.ledger().hold(caller(key(0L)), null, 10, 10L, 1))
        .isInstanceOf(FailureException.class);
  }

  @Test
  void aWindowEndsByTheCalendarAndBeginsAtZero() {
    Instant reset = Instant.parse("2026-12-01T00:00:00Z");
    Caller caller = caller(key(Calls.HASH, 100L, "30d", reset, false));
    books.hold(caller, 1, 1).close(cost(100));
    assertThat(books.refusal(caller, 1, 1)).isInstanceOf(Failure.BudgetExceeded.class);
    books.clock.set("2026-11-30T23:59:59Z");
    assertThat(books.refusal(caller, 1, 1)).isInstanceOf(Failure.BudgetExceeded.class);
    books.clock.set("2026-12-01T00:00:00Z");
    books.hold(caller, 1, 1).close(cost(7));
    assertThat(books.settled()).isEqualTo(7);
    assertThat(books.ledger().balance(Scope.Kind.KEY, Calls.HASH).resetAt())
        .isEqualTo(Instant.parse("2027-01-01T00:00:00Z"));
  }

  @Test
  void aCallOverTheEndOfAWindowPaysInTheNewOne() {
    Instant reset = Instant.parse("2026-11-23T00:00:00Z");
    Caller caller = caller(key(Calls.HASH, 100L, "1d", reset, false));
    books.hold(caller, 1, 1).close(cost(60));
    Hold over = books.hold(caller, 10, 10);
    books.clock.set("2026-11-23T00:00:01Z");
    over.close(cost(15));
    assertThat(books.settled()).isEqualTo(15);
    assertThat(books.held()).isZero();
  }

  @Test
  void aWindowThatEndedWhileTheGatewayWasDownIsOver() {
    Caller caller = caller(key(Calls.HASH, 100L, "1d", null, false));
    books.hold(caller, 1, 1).close(cost(100));
    books.close();
    books.clock.set("2026-11-25T08:00:00Z");
    books.open();
    books.hold(caller, 1, 1).close(cost(3));
    assertThat(books.settled()).isEqualTo(3);
    books.restart();
    assertThat(books.settled()).isEqualTo(3);
    assertThat(books.ledger().balance(Scope.Kind.KEY, Calls.HASH).resetAt())
        .isEqualTo(Instant.parse("2026-11-26T00:00:00Z"));
  }

  @Test
  void aNewDurationKeepsWhatWasSpent() {
    books.hold(caller(key(100L)), 1, 1).close(cost(40));
    Instant reset = Instant.parse("2026-11-23T00:00:00Z");
    books.hold(caller(key(Calls.HASH, 100L, "1d", reset, false)), 1, 1).close(cost(2));
    assertThat(books.settled()).isEqualTo(42);
    assertThat(books.ledger().balance(Scope.Kind.KEY, Calls.HASH).resetAt()).isEqualTo(reset);
  }

  @Test
  void anAdministratorMaySetWhatWasSpent() {
    books.hold(caller(key(100L)), 1, 1).close(cost(100));
    books.ledger().setSpent(Scope.Kind.KEY, Calls.HASH, Money.ZERO);
    books.hold(caller(key(100L)), 1, 1).close(cost(4));
    books.restart();
    assertThat(books.settled()).isEqualTo(4);
  }

  @Test
  void balancesSurviveARestart() {
    books.hold(caller(key(1_000L), proxy(null)), 1, 1).close(cost(100));
    books.restart();
    assertThat(books.settled()).isEqualTo(100);
    books.hold(caller(key(1_000L), proxy(null)), 1, 1).close(cost(11));
    books.restart();
    assertThat(books.settled()).isEqualTo(111);
    assertThat(books.ledger().balance(Scope.Kind.PROXY, "proxy").settled().nanos()).isEqualTo(111);
    assertThat(books.store.rows()).hasSize(2);
  }

  @Test
  void whileBudgetsCannotBeReadCallsOnThemAreRefused() {
    books.hold(caller(key(1_000L)), 1, 1).close(cost(100));
    books.close();
    books.store.down(true);
    books.open();
    assertThat(books.refusal(caller(key(1_000L)), 1, 1)).isInstanceOf(Failure.Overloaded.class);
    books.hold(caller(key(null)), 1, 1).close(cost(5));
    books.store.down(false);
    books.ledger().flush();
    assertThat(books.settled()).isEqualTo(105);
    assertThat(books.store.rows()).hasSize(2);
    books.restart();
    assertThat(books.settled()).isEqualTo(105);
  }

  @Test
  void aStoreThatFailsLosesNothingAndCountsNothingTwice() {
    books.hold(caller(key(1_000L)), 1, 1).close(cost(1));
    books.ledger().flush();
    books.store.down(true);
    books.hold(caller(key(1_000L)), 1, 1).close(cost(2));
    assertThatThrownBy(books.ledger()::flush).isInstanceOf(IllegalStateException.class);
    books.store.down(false);
    books.store.answersLost(true);
    assertThatThrownBy(books.ledger()::flush).isInstanceOf(IllegalStateException.class);
    books.store.answersLost(false);
    books.hold(caller(key(1_000L)), 1, 1).close(cost(4));
    books.ledger().flush();
    assertThat(books.store.rows())
        .extracting(row -> row.spend().nanos())
        .containsExactly(1L, 2L, 4L);
    assertThat(books.store.balances().getFirst().settled().nanos()).isEqualTo(7);
  }

  @Test
  void aCallThatWasRefusedBeforeHasItsRow() {
    assertThat(books.ledger().note(Calls.failed())).isTrue();
    books.ledger().flush();
    assertThat(books.store.rows()).hasSize(1);
    assertThat(books.store.balances()).isEmpty();
  }

  @Test
  void whatIsLeftIsTheLimitLessSettledLessHeld() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<Hold> open = new ArrayList<>();
    List<Long> amounts = new ArrayList<>();
    long settled = 0;
    for (int i = 0; i < 5_000; i++) {
      if (open.isEmpty() || random.nextInt(3) > 0) {
        long limit = random.nextInt(20_000);
        long heldNow = amounts.stream().mapToLong(Long::longValue).sum();
        try {
          Hold hold = books.hold(caller(key(limit)), random.nextInt(100), random.nextInt(100));
          assertThat(settled + heldNow).as("seed %d, step %d", seed, i).isLessThan(limit);
          open.add(hold);
          amounts.add(hold.amount().nanos());
        } catch (FailureException _) {
          assertThat(settled + heldNow)
              .as("seed %d, step %d", seed, i)
              .isGreaterThanOrEqualTo(limit);
        }
      } else {
        int at = random.nextInt(open.size());
        long cost = random.nextInt(3);
        open.remove(at).close(cost(cost));
        amounts.remove(at);
        settled += cost;
      }
      assertThat(books.settled()).isEqualTo(settled);
      assertThat(books.held()).isEqualTo(amounts.stream().mapToLong(Long::longValue).sum());
    }
  }
}
