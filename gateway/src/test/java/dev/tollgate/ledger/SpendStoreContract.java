package dev.tollgate.ledger;

import static dev.tollgate.ledger.Batches.JOURNAL;
import static dev.tollgate.ledger.Batches.START;
import static dev.tollgate.ledger.Batches.add;
import static dev.tollgate.ledger.Batches.any;
import static dev.tollgate.ledger.Batches.bare;
import static dev.tollgate.ledger.Batches.batch;
import static dev.tollgate.ledger.Batches.change;
import static dev.tollgate.ledger.Batches.rolled;
import static dev.tollgate.ledger.Batches.row;
import static dev.tollgate.ledger.Batches.spent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tollgate.ledger.EstimateStore.Learned;
import dev.tollgate.ledger.LeaseStore.Grant;
import dev.tollgate.ledger.LeaseStore.Lease;
import dev.tollgate.ledger.LeaseStore.Wish;
import dev.tollgate.ledger.SpendStore.Balance;
import dev.tollgate.ledger.SpendStore.Batch;
import dev.tollgate.ledger.SpendStore.Step;
import dev.tollgate.ledger.SpendStore.Window;
import dev.tollgate.model.Money;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Scope;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every spend store does. */
public abstract class SpendStoreContract {
  private static final Window DECEMBER = new Window("30d", Instant.parse("2026-12-01T00:00:00Z"));
  private static final Window JANUARY = new Window("30d", Instant.parse("2027-01-01T00:00:00Z"));
  private static final Instant END = DECEMBER.end();

  /** An empty one. */
  protected abstract SpendStore store();

  @Test
  void anUnknownJournalHasNoCheckpoint() {
    assertThat(store().checkpoint(7)).isEmpty();
    assertThat(store().balances()).isEmpty();
  }

  private static Learned learned(String model, long calls, Instant at) {
    return new Learned("deployment", model, Operation.CHAT, "7:" + calls, "1023:9", calls, at);
  }

  @Test
  void whatWasLearnedComesBackTheLatestFirst() {
    SpendStore store = store();
    Instant day = Instant.parse("2026-11-22T00:00:00Z");
    Learned old = learned("old", 50, day);
    Learned next = learned("next", 60, day.plusMillis(1));
    Learned last = learned("last \u00fc", 70, day.plusMillis(2));
    store.save(List.of(next, last, old), Instant.EPOCH);
    assertThat(store.estimates(Instant.EPOCH, 9)).containsExactly(last, next, old);
    assertThat(store.estimates(day.plusMillis(1), 9)).containsExactly(last, next);
    assertThat(store.estimates(Instant.EPOCH, 1)).containsExactly(last);
  }

  @Test
  void ofTwoNodesTheOneThatLearnedFromMoreCallsHasTheRow() {
    SpendStore store = store();
    Instant day = Instant.parse("2026-11-22T00:00:00Z");
    Learned many = learned("m", 900, day);
    store.save(List.of(many), Instant.EPOCH);
    store.save(
        List.of(learned("m", 51, day.plusMillis(5)), learned("other", 52, day)), Instant.EPOCH);
    assertThat(store.estimates(Instant.EPOCH, 9)).contains(many).hasSize(2);
    Learned more = learned("m", 901, day.plusMillis(9));
    store.save(List.of(more), Instant.EPOCH);
    assertThat(store.estimates(Instant.EPOCH, 1)).containsExactly(more);
  }

  @Test
  void whatNobodyUsesAnyMoreIsForgotten() {
    SpendStore store = store();
    Instant day = Instant.parse("2026-11-22T00:00:00Z");
    store.save(List.of(learned("gone", 50, day)), Instant.EPOCH);
    Learned here = learned("here", 50, day.plusMillis(1));
    store.save(List.of(here), day.plusMillis(1));
    assertThat(store.estimates(Instant.EPOCH, 9)).containsExactly(here);
  }

  @Test
  void rowsComeBackAsTheyWere() {
    SpendStore store = store();
    store.append(batch(null, 3, List.of(row(1, "k", 5), bare(2))));
    assertThat(store.find(SpendFilter.newest(10))).containsExactly(row(1, "k", 5), bare(2));
    assertThat(store.checkpoint(JOURNAL)).hasValue(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 31, 32, 33, 700})
  void rowsThatHaveNothingInCommonComeBackAsTheyWere(int count) {
    SpendStore store = store();
    Random random = new Random(count);
    List<SpendRow> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(any(i, random));
    }
    store.append(batch(null, count, rows));
    assertThat(store.find(SpendFilter.newest(1_000))).isEqualTo(rows.reversed());
  }

  @Test
  void rowsThatHaveMostInCommonComeBackAsTheyWere() {
    SpendStore store = store();
    List<SpendRow> rows = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      rows.add(row(i, "k", 5));
    }
    store.append(batch(null, 300, rows));
    assertThat(store.find(SpendFilter.newest(1_000))).isEqualTo(rows.reversed());
  }

  @Test
  void theSumsOfADayAreThoseOfItsRows() {
    SpendStore store = store();
    String user = "user-" + UUID.randomUUID(); // sums of other tests may be there
    Random random = new Random(7);
    Map<String, Money> expected = new HashMap<>();
    for (int batch = 0; batch < 2; batch++) {
      List<SpendRow> rows = new ArrayList<>();
      for (int i = 0; i < 600; i++) {
        SpendRow row = ofUser(user, batch * 600L + i, "key's " + random.nextInt(400), random);
        rows.add(row);
        expected.merge(row.keyHash(), row.spend(), Money::plus);
      }
      store.append(batch(batch == 0 ? null : 1L, 1L + batch, rows));
    }
    LocalDate day = LocalDate.ofInstant(START, ZoneOffset.UTC);
    Map<String, Money> sums = new HashMap<>();
    for (DailySum sum : ((SpendReports) store).sums(byKey(user, day))) {
      sums.put(sum.keyHash(), sum.spend());
    }
    assertThat(sums).isEqualTo(expected);
  }

  private static SpendRow ofUser(String user, long sequence, String keyHash, Random random) {
    SpendRow row = row(sequence, keyHash, random.nextInt(1_000_000));
    return new SpendRow(
        JOURNAL,
        sequence,
        row.requestId(),
        row.callId(),
        row.callType(),
        keyHash,
        row.spend(),
        1,
        2,
        0,
        0,
        0,
        false,
        row.started(),
        row.ended(),
        null,
        "model-" + random.nextInt(3),
        null,
        null,
        null,
        null,
        user,
        null,
        true,
        200,
        null,
        List.of(),
        null,
        null,
        false,
        1,
        0);
  }

  private static DailyFilter byKey(String user, LocalDate day) {
    return new DailyFilter(
        Scope.Kind.USER, user, day, day, null, null, Set.of(DailyFilter.Part.KEY), 10_000);
  }

  @Test
  void rowsAreFoundByWhatTheyAre() {
    SpendStore store = store();
    List<SpendRow> rows = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      rows.add(row(i, i % 2 == 0 ? "even" : "odd", i));
    }
    store.append(batch(null, 100, rows));
    assertThat(store.find(new SpendFilter("chatcmpl-42", null, null, null, null, 5)))
        .containsExactly(rows.get(42));
    assertThat(store.find(new SpendFilter(null, "odd", null, null, null, 2)))
        .containsExactly(rows.get(99), rows.get(97));
    assertThat(store.find(new SpendFilter(null, null, "ann", null, null, 100))).hasSize(100);
    assertThat(store.find(new SpendFilter(null, null, "bob", null, null, 100))).isEmpty();
    Instant from = START.plusMillis(100);
    assertThat(store.find(new SpendFilter(null, "even", null, from, START.plusMillis(140), 100)))
        .containsExactly(rows.get(12), rows.get(10));
    assertThat(store.find(new SpendFilter("' or 1=1 --", null, null, null, null, 5))).isEmpty();
  }

  @Test
  void aPageAndACountAreOfWhatMatches() {
    SpendStore store = store();
    List<SpendRow> rows = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      rows.add(row(i, i % 2 == 0 ? "even" : "odd", i));
    }
    store.append(batch(null, 30, rows));
    SpendFilter odd = new SpendFilter(null, "odd", null, null, null, 10);
    assertThat(store.count(odd)).isEqualTo(15);
    assertThat(store.find(odd.page(12, 5))).containsExactly(rows.get(5), rows.get(3), rows.get(1));
    assertThat(store.find(odd.page(15, 5))).isEmpty();
    assertThat(store.count(new SpendFilter(null, null, "bob", null, null, 10))).isZero();
    assertThat(store.count(new SpendFilter("chatcmpl-7", null, null, null, null, 10))).isOne();
  }

  @Test
  void rowsOfManyDaysAndRunsOfTheJournalAreFound() {
    SpendStore store = store();
    List<SpendRow> rows = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      // Ten milliseconds a sequence: more than two days apart, and each in a run of its own.
      rows.add(row(i * 20_000_000L, "k", i));
    }
    store.append(batch(null, 1L << 40, rows));
    for (SpendRow row : rows) {
      assertThat(store.find(new SpendFilter(row.requestId(), null, null, null, null, 5)))
          .containsExactly(row);
    }
    assertThat(store.find(SpendFilter.newest(2))).containsExactly(rows.get(39), rows.get(38));
  }

  @Test
  void balancesAddUp() {
    SpendStore store = store();
    store.append(batch(null, 1, List.of(), add("a", 5), add("b", 1)));
    store.append(batch(1L, 2, List.of(), add("a", 7)));
    assertThat(store.balances())
        .containsExactlyInAnyOrder(
            new Balance(Scope.Kind.KEY, "a", Money.ofNanos(12), null),
            new Balance(Scope.Kind.KEY, "b", Money.ofNanos(1), null));
  }

  @Test
  void aWindowBeginsABalanceAnew() {
    SpendStore store = store();
    store.append(batch(null, 1, List.of(), add("a", 5)));
    store.append(
        batch(1L, 2, List.of(), change("a", spent(7, null), rolled(0, DECEMBER), spent(3, END))));
    store.append(batch(2L, 3, List.of(), change("a", spent(1, END))));
    assertThat(store.balances())
        .containsExactly(new Balance(Scope.Kind.KEY, "a", Money.ofNanos(4), DECEMBER));
  }

  @Test
  void aSecondNodeDoesNotBeginTheSameWindowAnew() {
    SpendStore store = store();
    store.append(batch(null, 1, List.of(), change("a", rolled(2, DECEMBER), spent(3, END))));
    store.append(
        new Batch(8, null, 1, List.of(), List.of(change("a", rolled(0, DECEMBER), spent(4, END)))));
    assertThat(store.balances().getFirst().settled().nanos()).isEqualTo(9);
    store.append(batch(1L, 2, List.of(), change("a", rolled(0, JANUARY))));
    assertThat(store.balances())
        .containsExactly(new Balance(Scope.Kind.KEY, "a", Money.ZERO, JANUARY));
  }

  @Test
  void whatAnotherNodeSpentInAWindowThatIsOverCountsNoMore() {
    SpendStore store = store();
    store.append(batch(null, 1, List.of(), change("a", rolled(0, DECEMBER), spent(3, END))));
    store.append(batch(1L, 2, List.of(), change("a", rolled(0, JANUARY), spent(5, JANUARY.end()))));
    store.append(new Batch(8, null, 1, List.of(), List.of(change("a", spent(4, END)))));
    assertThat(store.balances().getFirst().settled().nanos()).isEqualTo(5);
  }

  @Test
  void anotherDurationKeepsWhatIsSpent() {
    SpendStore store = store();
    Window day = new Window("1d", Instant.parse("2026-11-23T00:00:00Z"));
    store.append(batch(null, 1, List.of(), change("a", rolled(0, DECEMBER), spent(3, END))));
    store.append(batch(1L, 2, List.of(), change("a", new Step.Bounded(day), spent(4, day.end()))));
    // The same by another node, and what it charged before it knew.
    store.append(
        new Batch(
            8, null, 1, List.of(), List.of(change("a", spent(2, END), new Step.Bounded(day)))));
    assertThat(store.balances())
        .containsExactly(new Balance(Scope.Kind.KEY, "a", Money.ofNanos(9), day));
    Window next = new Window("1d", Instant.parse("2026-11-24T00:00:00Z"));
    store.append(batch(2L, 3, List.of(), change("a", rolled(1, next))));
    assertThat(store.balances())
        .containsExactly(new Balance(Scope.Kind.KEY, "a", Money.ofNanos(1), next));
    store.append(batch(3L, 4, List.of(), change("a", new Step.Bounded(null))));
    assertThat(store.balances())
        .containsExactly(new Balance(Scope.Kind.KEY, "a", Money.ofNanos(1), null));
  }

  @Test
  void anAdministratorsWordReplacesWhatIsSpent() {
    SpendStore store = store();
    store.append(batch(null, 1, List.of(), change("a", rolled(0, DECEMBER), spent(3, END))));
    Step put = new Step.Put(Money.ofNanos(20));
    store.append(batch(1L, 2, List.of(), change("a", spent(1, END), put, spent(4, END))));
    assertThat(store.balances())
        .containsExactly(new Balance(Scope.Kind.KEY, "a", Money.ofNanos(24), DECEMBER));
  }

  @Test
  void aBatchComesOnceEvenIfItIsWrittenTwice() {
    SpendStore store = store();
    Batch first = batch(null, 2, List.of(row(1, "k", 5)), add("k", 5));
    Batch second = batch(2L, 3, List.of(row(2, "k", 6)), add("k", 6));
    store.append(first);
    assertThatThrownBy(() -> store.append(first)).isInstanceOf(RuntimeException.class);
    store.append(second);
    assertThatThrownBy(() -> store.append(second)).isInstanceOf(RuntimeException.class);
    assertThat(store.find(SpendFilter.newest(10))).hasSize(2);
    assertThat(store.balances().getFirst().settled().nanos()).isEqualTo(11);
    assertThat(store.checkpoint(JOURNAL)).hasValue(3);
  }

  @Test
  void aBatchThatFailsLeavesNothing() {
    SpendStore store = store();
    store.append(batch(null, 2, List.of(row(1, "k", 5)), add("k", 5)));
    List<SpendRow> twice = List.of(row(2, "k", 6), row(2, "k", 6));
    assertThatThrownBy(() -> store.append(batch(2L, 3, twice, add("k", 6))))
        .isInstanceOf(RuntimeException.class);
    assertThat(store.checkpoint(JOURNAL)).hasValue(2);
    assertThat(store.balances().getFirst().settled().nanos()).isEqualTo(5);
    assertThat(store.find(SpendFilter.newest(10))).hasSize(1);
  }

  // ---- leases

  private static final long ONE = JOURNAL;

  private static final long OTHER = 8;

  /** Whether several nodes can use it. */
  protected boolean isShared() {
    return true;
  }

  private static Grant grant(SpendStore store, long node, Instant now, long limit, long nanos) {
    return store.grant(node, now, List.of(new Wish(Scope.Kind.KEY, "k", limit, nanos))).getFirst();
  }

  @Test
  void aNodeAloneGetsAllThatIsLeft() {
    SpendStore store = store();
    store.append(batch(null, 1, List.of(), add("k", 30)));
    assertThat(store.join(ONE, START)).isEmpty();
    assertThat(grant(store, ONE, START, 100, 10)).isEqualTo(new Grant(70, 30, true, false));
    assertThat(grant(store, ONE, START, 100, 10)).isEqualTo(new Grant(70, 30, true, false));
  }

  @Test
  void besideAnotherNodeItGetsHalfOrWhatItNeeds() {
    assumeTrue(isShared());
    SpendStore store = store();
    store.join(ONE, START);
    store.join(OTHER, START);
    assertThat(grant(store, ONE, START, 100, 10)).isEqualTo(new Grant(50, 0, false, true));
    assertThat(grant(store, OTHER, START, 100, 40)).isEqualTo(new Grant(40, 0, false, true));
    assertThat(grant(store, OTHER, START, 100, 40)).isEqualTo(new Grant(50, 0, false, true));
    assertThat(grant(store, OTHER, START, 100, 40)).isEqualTo(new Grant(50, 0, false, true));
    store.giveBack(ONE, List.of(new Lease(Scope.Kind.KEY, "k", 50)));
    assertThat(grant(store, OTHER, START, 100, 40)).isEqualTo(new Grant(90, 0, false, true));
    assertThat(grant(store, OTHER, START, 100, 40)).isEqualTo(new Grant(100, 0, true, true));
  }

  @Test
  void whatIsSpentGoesFromTheLeaseToTheBalance() {
    assumeTrue(isShared());
    SpendStore store = store();
    store.join(ONE, START);
    store.join(OTHER, START);
    grant(store, ONE, START, 100, 60);
    store.append(batch(null, 1, List.of(), add("k", 55)));
    assertThat(store.join(ONE, START)).containsExactly(new Lease(Scope.Kind.KEY, "k", 5));
    assertThat(grant(store, OTHER, START, 100, 99)).isEqualTo(new Grant(40, 55, false, true));
    store.append(batch(1L, 2, List.of(), add("k", 12)));
    assertThat(store.join(ONE, START)).containsExactly(new Lease(Scope.Kind.KEY, "k", -7));
    assertThat(grant(store, OTHER, START, 100, 99)).isEqualTo(new Grant(33, 67, true, true));
    assertThat(grant(store, ONE, START, 100, 1)).isEqualTo(new Grant(0, 67, false, true));
  }

  @Test
  void onlyOneNodeIsToldThatItHasAllThatIsLeft() {
    assumeTrue(isShared());
    SpendStore store = store();
    store.join(ONE, START);
    assertThat(grant(store, ONE, START, 100, 10).whole()).isTrue();
    store.append(batch(null, 1, List.of(), add("k", 100)));
    store.join(OTHER, START);
    // The limit was raised meanwhile; the one may still think that it may overshoot.
    assertThat(grant(store, OTHER, START, 200, 100)).isEqualTo(new Grant(100, 100, false, true));
    store.giveBack(ONE, List.of(new Lease(Scope.Kind.KEY, "k", 0)));
    assertThat(grant(store, OTHER, START, 200, 100)).isEqualTo(new Grant(100, 100, true, true));
  }

  @Test
  void aLowerLimitCutsALease() {
    assumeTrue(isShared());
    SpendStore store = store();
    store.join(ONE, START);
    store.join(OTHER, START);
    grant(store, ONE, START, 100, 50);
    grant(store, OTHER, START, 100, 50);
    assertThat(grant(store, ONE, START, 60, 5)).isEqualTo(new Grant(10, 0, false, true));
    assertThat(grant(store, OTHER, START, 40, 5)).isEqualTo(new Grant(30, 0, false, true));
  }

  @Test
  void theLeasesOfADeadNodeAreVoidAfterTheirLifetime() {
    assumeTrue(isShared());
    SpendStore store = store();
    store.join(ONE, START);
    grant(store, ONE, START, 100, 50);
    Instant later = START.plus(LeaseStore.LIFETIME).minusSeconds(1);
    store.join(OTHER, later);
    assertThat(grant(store, OTHER, later, 100, 50)).isEqualTo(new Grant(0, 0, false, false));
    Instant over = later.plusSeconds(2);
    assertThat(grant(store, OTHER, over, 100, 50)).isEqualTo(new Grant(100, 0, true, false));
    assertThat(store.seen(ONE, over)).isFalse();
    assertThat(store.join(ONE, over)).isEmpty();
  }

  @Test
  void aNodeThatComesBackInTimeHasItsLeases() {
    SpendStore store = store();
    store.join(ONE, START);
    grant(store, ONE, START, 100, 50);
    assertThat(store.seen(ONE, START.plusSeconds(10))).isTrue();
    assertThat(store.join(ONE, START.plusSeconds(60)))
        .containsExactly(new Lease(Scope.Kind.KEY, "k", 100));
  }

  @Test
  void aNodeThatLeavesGivesAllBack() {
    assumeTrue(isShared());
    SpendStore store = store();
    store.join(ONE, START);
    store.join(OTHER, START);
    grant(store, ONE, START, 100, 100);
    store.leave(ONE);
    assertThat(grant(store, OTHER, START, 100, 1)).isEqualTo(new Grant(100, 0, true, false));
  }
}
