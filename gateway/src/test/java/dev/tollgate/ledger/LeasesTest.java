package dev.tollgate.ledger;

import static dev.tollgate.ledger.Calls.NANO;
import static dev.tollgate.ledger.Calls.caller;
import static dev.tollgate.ledger.Calls.cost;
import static dev.tollgate.ledger.Calls.key;
import static dev.tollgate.ledger.Calls.strictKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.model.Caller;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Scope;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a ledger does with its leases, beside another one on the same store. */
class LeasesTest {
  private static final JournalSettings SMALL =
      new JournalSettings(1 << 20, 16 << 20, Duration.ofSeconds(1));
  private static final Entries.Charged KEY = new Entries.Charged(Scope.Kind.KEY, Calls.HASH);

  @TempDir private Path folder;
  private final MovableClock clock = new MovableClock("2026-11-22T12:00:00Z");
  private final MemorySpendStore store = new MemorySpendStore();
  private Journal journal;
  private Journal otherJournal;
  private Ledger ledger;
  private Ledger other;

  @BeforeEach
  void open() {
    journal = Journal.open(folder.resolve("one"), SMALL, clock);
    otherJournal = Journal.open(folder.resolve("other"), SMALL, clock);
    ledger = new Ledger(journal, store, clock, LedgerSettings.DEFAULT);
    other = new Ledger(otherJournal, store, clock, LedgerSettings.DEFAULT);
    store.tells(journal.id(), ledger);
    store.tells(otherJournal.id(), other);
    ledger.start();
    other.start();
  }

  @AfterEach
  void close() {
    store.down(false);
    store.answersLost(false);
    ledger.close();
    other.close();
    journal.close();
    otherJournal.close();
  }

  private static Hold hold(Ledger at, Caller caller, long tokens) {
    return at.hold(caller, NANO, tokens, 0L, 1);
  }

  private static Failure refusal(Ledger at, Caller caller, long tokens) {
    try {
      hold(at, caller, tokens);
    } catch (FailureException refused) {
      return refused.failure();
    }
    throw new AssertionError("the call was admitted");
  }

  @Test
  void theFirstCallWaitsForALeaseAndTheNextOneDoesNot() {
    Caller caller = caller(key(100L));
    assertThat(ledger.admit(caller, NANO, 5, 5L, 1)).isInstanceOf(Waiting.class);
    hold(ledger, caller, 10).close(cost(10));
    assertThat(ledger.admit(caller, NANO, 5, 5L, 1)).isInstanceOf(Hold.class);
  }

  @Test
  void aCallThatWaitsIsToldWhenItMayTryAgain() throws InterruptedException {
    Waiting waiting = (Waiting) ledger.admit(caller(key(100L)), NANO, 5, 5L, 1);
    CountDownLatch told = new CountDownLatch(1);
    waiting.whenAnswered(told::countDown);
    assertThat(told.await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(waiting.again()).isInstanceOf(Hold.class);
  }

  @Test
  void whatOneNodeDoesNotNeedTheOtherGets() {
    Caller caller = caller(key(1_000L));
    hold(ledger, caller, 10).close(cost(10));
    hold(other, caller, 900).close(cost(900));
    ledger.flush();
    other.flush();
    assertThat(store.balances().getFirst().settled().nanos()).isEqualTo(910);
    assertThat(store.leased(KEY)).isEqualTo(90);
  }

  @Test
  void theLastSliceMayBeOvershotByOneCallOnly() {
    Caller caller = caller(key(100L));
    hold(ledger, caller, 60).close(cost(60));
    Hold last = hold(other, caller, 70);
    assertThat(refusal(ledger, caller, 1)).isInstanceOf(Failure.BudgetExceeded.class);
    last.close(cost(70));
    other.flush();
    assertThat(refusal(ledger, caller, 1))
        .isInstanceOfSatisfying(
            Failure.BudgetExceeded.class, spent -> assertThat(spent.retryAfter()).isNull());
    assertThat(store.balances().getFirst().settled().nanos()).isEqualTo(130);
  }

  @Test
  void aStrictBudgetIsNotOvershotByTwoNodes() {
    Caller caller = caller(strictKey(100));
    hold(ledger, caller, 60).close(cost(60));
    assertThat(refusal(other, caller, 70)).isInstanceOf(Failure.BudgetExceeded.class);
    hold(other, caller, 40).close(cost(40));
    assertThat(refusal(ledger, caller, 1)).isInstanceOf(Failure.BudgetExceeded.class);
  }

  @Test
  void whileTheStoreIsAwayCallsAreServedInsideTheLease() {
    Caller caller = caller(key(1_000L));
    hold(ledger, caller, 10).close(cost(10));
    store.down(true);
    assertThatThrownBy(ledger::flush).isInstanceOf(IllegalStateException.class);
    assertThat(ledger.isInTouch()).isFalse();
    for (int i = 0; i < 49; i++) {
      hold(ledger, caller, 10).close(cost(10));
    }
    assertThat(refusal(ledger, caller, 10)).isInstanceOf(Failure.Overloaded.class);
    store.down(false);
    ledger.flush();
    hold(ledger, caller, 10).close(cost(10));
    ledger.flush();
    assertThat(store.rows()).hasSize(51);
    assertThat(store.balances().getFirst().settled().nanos()).isEqualTo(510);
  }

  @Test
  void aSpentBudgetIsRefusedForGoodWithoutTheStore() {
    other.close();
    Caller caller = caller(key(100L));
    hold(ledger, caller, 100).close(cost(100));
    store.down(true);
    assertThatThrownBy(ledger::flush).isInstanceOf(IllegalStateException.class);
    assertThat(refusal(ledger, caller, 1)).isInstanceOf(Failure.BudgetExceeded.class);
  }

  @Test
  void aLeaseIsNotReliedOnForLongWithoutTheStore() {
    Caller caller = caller(key(1_000L));
    hold(ledger, caller, 10).close(cost(10));
    store.down(true);
    clock.move(Leases.USABLE.minusSeconds(1));
    hold(ledger, caller, 10).close(cost(10));
    assertThatThrownBy(ledger::flush).isInstanceOf(IllegalStateException.class);
    clock.move(Duration.ofSeconds(1));
    assertThat(refusal(ledger, caller, 10)).isInstanceOf(Failure.Overloaded.class);
  }

  @Test
  void aNodeThatWasAwayForLongStartsWithoutLeases() {
    Caller caller = caller(key(1_000L));
    hold(ledger, caller, 10).close(cost(10));
    ledger.flush();
    store.down(true);
    hold(ledger, caller, 10).close(cost(10));
    assertThatThrownBy(ledger::flush).isInstanceOf(IllegalStateException.class);
    clock.move(LeaseStore.LIFETIME.plusSeconds(1));
    store.down(false);
    other.flush();
    hold(other, caller, 900).close(cost(900));
    other.flush();
    ledger.flush();
    // What the journal still had came on top of a lease that was void: no more than that.
    assertThat(store.balances().getFirst().settled().nanos()).isEqualTo(920);
    assertThat(store.leased(KEY)).isEqualTo(90);
    hold(ledger, caller, 10).close(cost(10));
    ledger.flush();
    assertThat(store.balances().getFirst().settled().nanos()).isEqualTo(930);
  }

  @Test
  void anAnswerThatWasLostChangesNothing() {
    Caller caller = caller(key(1_000L));
    store.answersLost(true);
    assertThat(refusal(ledger, caller, 10)).isInstanceOf(Failure.Overloaded.class);
    store.answersLost(false);
    ledger.flush();
    hold(ledger, caller, 10).close(cost(10));
    store.answersLost(true);
    assertThatThrownBy(ledger::flush).isInstanceOf(IllegalStateException.class);
    store.answersLost(false);
    ledger.flush();
    for (Ledger at : List.of(ledger, other, ledger, other)) {
      hold(at, caller, 200).close(cost(200));
    }
    ledger.flush();
    other.flush();
    assertThat(store.balances().getFirst().settled().nanos()).isEqualTo(810);
    assertThat(store.leased(KEY)).isLessThanOrEqualTo(190);
    hold(ledger, caller, 190).close(cost(190));
    ledger.flush();
    assertThat(store.balances().getFirst().settled().nanos()).isEqualTo(1_000);
  }

  @Test
  void aRestartGoesOnWithTheLease() {
    Caller caller = caller(key(1_000L));
    hold(ledger, caller, 10).close(cost(10));
    hold(other, caller, 10).close(cost(10));
    store.down(true);
    hold(ledger, caller, 20).close(cost(20));
    ledger.close(); // which the store does not hear of
    journal.close();
    store.down(false);
    journal = Journal.open(folder.resolve("one"), SMALL, clock);
    ledger = new Ledger(journal, store, clock, LedgerSettings.DEFAULT);
    store.tells(journal.id(), ledger);
    ledger.start();
    hold(ledger, caller, 900).close(cost(900));
    ledger.flush();
    other.flush();
    assertThat(store.balances().getFirst().settled().nanos()).isEqualTo(940);
    assertThat(store.leased(KEY)).isEqualTo(60);
  }
}
