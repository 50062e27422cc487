package dev.tollgate.ledger;

import static dev.tollgate.ledger.Calls.NANO;
import static dev.tollgate.ledger.Calls.caller;
import static dev.tollgate.ledger.Calls.cost;
import static dev.tollgate.ledger.Calls.key;
import static dev.tollgate.ledger.Calls.proxy;
import static dev.tollgate.ledger.Calls.strictKey;
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
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
  private static final JournalSettings SMALL =
      new JournalSettings(1 << 20, 16 << 20, Duration.ofSeconds(1));

  @TempDir private Path folder;
  private final MovableClock clock = new MovableClock("2026-11-22T12:00:00Z");
  private final MemorySpendStore store = new MemorySpendStore();
  private Journal journal;
  private Ledger ledger;

  @BeforeEach
  void open() {
    journal = Journal.open(folder, SMALL, clock);
    ledger = new Ledger(journal, store, clock, LedgerSettings.DEFAULT);
    ledger.start();
  }

  @AfterEach
  void close() {
    ledger.close();
    journal.close();
  }

  private void restart() {
    close();
    open();
  }

  private Hold hold(Caller caller, long input, long output) {
    return ledger.hold(caller, NANO, input, output, 1);
  }

  private Failure refusal(Caller caller, long input, long output) {
    try {
      hold(caller, input, output);
    } catch (FailureException refused) {
      return refused.failure();
    }
    throw new AssertionError("the call was admitted");
  }

  private long settled() {
    return ledger.spent(Calls.HASH).nanos();
  }

  private long held() {
    return ledger.held(Calls.HASH).nanos();
  }

  @Test
  void aHoldIsWhatTheCallCostsAtMost() {
    Hold hold = ledger.hold(caller(key(1_000L)), NANO, 100, 20L, 3);
    assertThat(hold.amount()).isEqualTo(Money.ofNanos(160));
    assertThat(hold.outputCap()).isNull();
    assertThat(held()).isEqualTo(160);
    assertThat(settled()).isZero();
  }

  @Test
  void aCallWithoutACapIsHeldForTheUsualOutput() {
    assertThat(ledger.hold(caller(key(1_000_000L)), NANO, 100, null, 1).amount().nanos())
        .isEqualTo(100 + LedgerSettings.DEFAULT.estimatedOutputTokens());
  }

  @Test
  void closingSettlesExactlyOnce() {
    Hold hold = hold(caller(key(1_000L)), 100, 20);
    assertThat(hold.close(cost(75))).isTrue();
    assertThat(hold.close(cost(75))).isFalse();
    assertThat(ledger.secondCloses()).isEqualTo(1);
    assertThat(settled()).isEqualTo(75);
    assertThat(held()).isZero();
    ledger.flush();
    assertThat(store.rows()).hasSize(1);
  }

  @Test
  void aFailedCallIsVoidedAndHasItsRow() {
    hold(caller(key(1_000L)), 100, 20).close(Calls.failed());
    assertThat(settled()).isZero();
    assertThat(held()).isZero();
    ledger.flush();
    SpendRow row = store.rows().getFirst();
    assertThat(row.success()).isFalse();
    assertThat(row.failureType()).isEqualTo("UpstreamBroken");
    assertThat(row.requestId()).isEqualTo("call-failed");
  }

  @Test
  void aRowHasWhatTheOutcomeHad() {
    hold(caller(key(null)), 1, 1).close(cost("abc", 42));
    ledger.flush();
    SpendRow row = store.rows().getFirst();
    assertThat(row)
        .isEqualTo(
            new SpendRow(
                journal.id(),
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
    hold(caller, 1, 1).close(cost(13_000));
    assertThat(refusal(caller, 1, 1))
        .isEqualTo(
            new Failure.BudgetExceeded(
                "Budget has been exceeded! Key=key (sk-...4WJg) Current cost: 1.3e-05, Max budget:"
                    + " 1e-06",
                422,
                null));
  }

  @Test
  void byDefaultTheLastCallMayOvershoot() {
    Caller caller = caller(key(100L));
    Hold first = hold(caller, 90, 500);
    assertThat(first.amount().nanos()).isEqualTo(590);
    first.close(cost(99));
    hold(caller, 90, 500).close(cost(550));
    assertThat(settled()).isEqualTo(649);
    assertThat(refusal(caller, 1, 1)).isInstanceOf(Failure.BudgetExceeded.class);
  }

  @Test
  void aRefusalThatOnlyHoldsCausedSaysWhenToTryAgain() {
    Caller caller = caller(key(100L));
    Hold hold = hold(caller, 90, 10);
    assertThat(refusal(caller, 1, 1))
        .asInstanceOf(type(Failure.BudgetExceeded.class))
        .extracting(Failure.BudgetExceeded::retryAfter)
        .isEqualTo(Duration.ofSeconds(1));
    hold.close(cost(50));
    hold(caller, 1, 1).close(cost(1));
  }

  @Test
  void allBudgetsHoldOrNone() {
    Hold first = hold(caller(key(1_000L), proxy(100L)), 90, 10);
    assertThat(refusal(caller(key(1_000L), proxy(100L)), 1, 1))
        .isInstanceOf(Failure.BudgetExceeded.class);
    assertThat(held()).isEqualTo(100);
    first.close(cost(10));
    assertThat(ledger.balance(Scope.Kind.PROXY, "proxy").settled().nanos()).isEqualTo(10);
    assertThat(held()).isZero();
  }

  @Test
  void aFreeModelPassesASpentBudget() {
    Caller caller = caller(key(0L));
    assertThat(refusal(caller, 1, 1)).isInstanceOf(Failure.BudgetExceeded.class);
    Hold hold = ledger.hold(caller, Pricing.of(Price.FREE, Price.FREE), 10, 10L, 1);
    assertThat(hold.amount()).isEqualTo(Money.ZERO);
  }

  @Test
  void anUnpricedModelNeedsABudgetWithRoom() {
    assertThat(ledger.hold(caller(key(1L)), null, 10, 10L, 1).amount()).isEqualTo(Money.ZERO);
    assertThatThrownBy(() -> ledger.hold(caller(key(0L)), null, 10, 10L, 1))
        .isInstanceOf(FailureException.class);
  }

  @Test
  void aStrictBudgetLowersTheCapToWhatFits() {
    Hold hold = ledger.hold(caller(strictKey(100)), NANO, 40, 50L, 2);
    assertThat(hold.outputCap()).isEqualTo(30);
    assertThat(hold.amount().nanos()).isEqualTo(100);
  }

  @Test
  void aStrictBudgetLeavesACapThatFits() {
    Hold hold = ledger.hold(caller(strictKey(100)), NANO, 40, 50L, 1);
    assertThat(hold.outputCap()).isNull();
    assertThat(hold.amount().nanos()).isEqualTo(90);
  }

  @Test
  void aStrictBudgetCapsAClientWithoutACap() {
    Hold hold = ledger.hold(caller(strictKey(1_000_000)), NANO, 40, null, 1);
    assertThat(hold.outputCap()).isEqualTo(LedgerSettings.DEFAULT.estimatedOutputTokens());
  }

  @Test
  void aStrictBudgetRefusesWhatCannotHaveAToken() {
    assertThat(refusal(caller(strictKey(100)), 100, 50)).isInstanceOf(Failure.BudgetExceeded.class);
    assertThat(refusal(caller(strictKey(100)), 101, 50)).isInstanceOf(Failure.BudgetExceeded.class);
    assertThat(held()).isZero();
  }

  @Test
  void aDearerDeploymentRaisesTheHold() {
    Pricing dearer = Pricing.of(Price.of("2e-9"), Price.of("2e-9"));
    Hold hold = hold(caller(key(100L)), 40, 20);
    hold.move(List.of(), dearer);
    assertThat(hold.amount().nanos()).isEqualTo(120);
    hold.move(List.of(), NANO);
    assertThat(held()).isEqualTo(120);
    hold.close(cost(110));
    assertThat(held()).isZero();
  }

  @Test
  void aStrictBudgetWithoutRoomRefusesADearerDeployment() {
    Pricing dearer = Pricing.of(Price.of("2e-9"), Price.of("2e-9"));
    Hold hold = hold(caller(strictKey(100)), 40, 20);
    assertThatThrownBy(() -> hold.move(List.of(), dearer))
        .isInstanceOfSatisfying(
            FailureException.class,
            refused -> assertThat(refused.failure()).isInstanceOf(Failure.BudgetExceeded.class));
    assertThat(held()).isEqualTo(60);
  }

  @Test
  void aWindowEndsByTheCalendarAndBeginsAtZero() {
    Instant reset = Instant.parse("2026-12-01T00:00:00Z");
    Caller caller = caller(key(Calls.HASH, 100L, "30d", reset, false));
    hold(caller, 1, 1).close(cost(100));
    assertThat(refusal(caller, 1, 1)).isInstanceOf(Failure.BudgetExceeded.class);
    clock.set("2026-11-30T23:59:59Z");
    assertThat(refusal(caller, 1, 1)).isInstanceOf(Failure.BudgetExceeded.class);
    clock.set("2026-12-01T00:00:00Z");
    hold(caller, 1, 1).close(cost(7));
    assertThat(settled()).isEqualTo(7);
    assertThat(ledger.balance(Scope.Kind.KEY, Calls.HASH).resetAt())
        .isEqualTo(Instant.parse("2027-01-01T00:00:00Z"));
  }

  @Test
  void aCallOverTheEndOfAWindowPaysInTheNewOne() {
    Instant reset = Instant.parse("2026-11-23T00:00:00Z");
    Caller caller = caller(key(Calls.HASH, 100L, "1d", reset, false));
    hold(caller, 1, 1).close(cost(60));
    Hold over = hold(caller, 10, 10);
    clock.set("2026-11-23T00:00:01Z");
    over.close(cost(15));
    assertThat(settled()).isEqualTo(15);
    assertThat(held()).isZero();
  }

  @Test
  void aWindowThatEndedWhileTheGatewayWasDownIsOver() {
    Caller caller = caller(key(Calls.HASH, 100L, "1d", null, false));
    hold(caller, 1, 1).close(cost(100));
    close();
    clock.set("2026-11-25T08:00:00Z");
    open();
    hold(caller, 1, 1).close(cost(3));
    assertThat(settled()).isEqualTo(3);
    restart();
    assertThat(settled()).isEqualTo(3);
    assertThat(ledger.balance(Scope.Kind.KEY, Calls.HASH).resetAt())
        .isEqualTo(Instant.parse("2026-11-26T00:00:00Z"));
  }

  @Test
  void aNewDurationKeepsWhatWasSpent() {
    hold(caller(key(100L)), 1, 1).close(cost(40));
    Instant reset = Instant.parse("2026-11-23T00:00:00Z");
    hold(caller(key(Calls.HASH, 100L, "1d", reset, false)), 1, 1).close(cost(2));
    assertThat(settled()).isEqualTo(42);
    assertThat(ledger.balance(Scope.Kind.KEY, Calls.HASH).resetAt()).isEqualTo(reset);
  }

  @Test
  void anAdministratorMaySetWhatWasSpent() {
    hold(caller(key(100L)), 1, 1).close(cost(100));
    ledger.setSpent(Scope.Kind.KEY, Calls.HASH, Money.ZERO);
    hold(caller(key(100L)), 1, 1).close(cost(4));
    restart();
    assertThat(settled()).isEqualTo(4);
  }

  @Test
  void balancesSurviveARestart() {
    hold(caller(key(1_000L), proxy(null)), 1, 1).close(cost(100));
    restart();
    assertThat(settled()).isEqualTo(100);
    hold(caller(key(1_000L), proxy(null)), 1, 1).close(cost(11));
    restart();
    assertThat(settled()).isEqualTo(111);
    assertThat(ledger.balance(Scope.Kind.PROXY, "proxy").settled().nanos()).isEqualTo(111);
    assertThat(store.rows()).hasSize(2);
  }

  @Test
  void whileBudgetsCannotBeReadCallsOnThemAreRefused() {
    hold(caller(key(1_000L)), 1, 1).close(cost(100));
    close();
    store.down(true);
    open();
    assertThat(refusal(caller(key(1_000L)), 1, 1)).isInstanceOf(Failure.Overloaded.class);
    hold(caller(key(null)), 1, 1).close(cost(5));
    store.down(false);
    ledger.flush();
    assertThat(settled()).isEqualTo(105);
    assertThat(store.rows()).hasSize(2);
    restart();
    assertThat(settled()).isEqualTo(105);
  }

  @Test
  void aStoreThatFailsLosesNothingAndCountsNothingTwice() {
    hold(caller(key(1_000L)), 1, 1).close(cost(1));
    ledger.flush();
    store.down(true);
    hold(caller(key(1_000L)), 1, 1).close(cost(2));
    assertThatThrownBy(ledger::flush).isInstanceOf(IllegalStateException.class);
    store.down(false);
    store.answersLost(true);
    assertThatThrownBy(ledger::flush).isInstanceOf(IllegalStateException.class);
    store.answersLost(false);
    hold(caller(key(1_000L)), 1, 1).close(cost(4));
    ledger.flush();
    assertThat(store.rows()).extracting(row -> row.spend().nanos()).containsExactly(1L, 2L, 4L);
    assertThat(store.balances().getFirst().settled().nanos()).isEqualTo(7);
  }

  @Test
  void aCallThatWasRefusedBeforeHasItsRow() {
    assertThat(ledger.note(Calls.failed())).isTrue();
    ledger.flush();
    assertThat(store.rows()).hasSize(1);
    assertThat(store.balances()).isEmpty();
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
          Hold hold = hold(caller(key(limit)), random.nextInt(100), random.nextInt(100));
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
      assertThat(settled()).isEqualTo(settled);
      assertThat(held()).isEqualTo(amounts.stream().mapToLong(Long::longValue).sum());
    }
  }

  @Test
  void sixtyFourThreadsNeverOvershootByARace() throws InterruptedException {
    // Each call holds and costs 10; the budget is for 100 calls and a bit, so at most 101 get in.
    Caller caller = caller(key(1_001L), proxy(null));
    assertThat(race(() -> ledger.hold(caller, NANO, 5, 5L, 1))).isEqualTo(101);
    assertThat(settled()).isEqualTo(1_010);
    assertThat(held()).isZero();
  }

  @Test
  void sixtyFourThreadsNeverOvershootAStrictBudget() throws InterruptedException {
    Caller caller = caller(proxy(null), strictKey(1_009));
    // The last call fits with 4 of its 5 output tokens; all are charged what they held.
    race(() -> ledger.hold(caller, NANO, 5, 5L, 1));
    assertThat(settled()).isEqualTo(1_009);
    assertThat(held()).isZero();
    ledger.flush();
    assertThat(store.rows().stream().mapToLong(row -> row.spend().nanos()).sum()).isEqualTo(1_009);
  }

  /** Calls until everybody is refused for good; each call costs what it held. */
  private static long race(java.util.function.Supplier<Hold> holding) throws InterruptedException {
    AtomicLong admitted = new AtomicLong();
    CountDownLatch start = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    awaited(start);
                    while (spent(holding, admitted)) {
                      Thread.onSpinWait();
                    }
                  }));
    }
    start.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    return admitted.get();
  }

  private static boolean spent(java.util.function.Supplier<Hold> holding, AtomicLong admitted) {
    try {
      Hold hold = holding.get();
      admitted.incrementAndGet();
      Thread.onSpinWait();
      hold.close(cost(hold.amount().nanos()));
      return true;
    } catch (FailureException refused) {
      return refused.failure() instanceof Failure.BudgetExceeded budget
          && budget.retryAfter() != null;
    }
  }

  private static void awaited(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
