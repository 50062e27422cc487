package dev.tollgate.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.ledger.SpendStore.Balance;
import dev.tollgate.ledger.SpendStore.Batch;
import dev.tollgate.ledger.SpendStore.Change;
import dev.tollgate.ledger.SpendStore.Reset;
import dev.tollgate.ledger.SpendStore.Window;
import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every spend store does. */
public abstract class SpendStoreContract {
  private static final long JOURNAL = Long.MAX_VALUE - 5;
  private static final Instant START = Instant.parse("2026-11-22T12:00:00.123Z");

  /** An empty one. */
  protected abstract SpendStore store();

  /** A row in which every column has something. */
  public static SpendRow row(long sequence, String keyHash, long nanos) {
    Instant started = START.plusMillis(sequence * 10);
    return new SpendRow(
        JOURNAL,
        sequence,
        "chatcmpl-" + sequence,
        "call-" + sequence,
        "acompletion",
        keyHash,
        Money.ofNanos(nanos),
        1_000,
        20,
        3,
        4,
        5,
        true,
        started,
        started.plusMillis(1_500),
        started.plusMillis(200),
        "gpt-4o-mini",
        "deployment-1",
        "mini",
        "openai",
        "https://api.openai.com/v1",
        "ann",
        "customer \u00fc \uD83D\uDE00",
        true,
        200,
        null,
        List.of("red", "blue \"quoted\""),
        "2001:db8::7",
        "session-1",
        true,
        2,
        1);
  }

  /** A row with as little as there can be. */
  private static SpendRow bare(long sequence) {
    return new SpendRow(
        JOURNAL,
        sequence,
        "call-x",
        "call-x",
        "aembedding",
        "",
        Money.ZERO,
        0,
        0,
        0,
        0,
        0,
        false,
        START,
        START,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        false,
        401,
        "Unauthenticated",
        List.of(),
        null,
        null,
        false,
        0,
        0);
  }

  private static Batch batch(@Nullable Long from, long to, List<SpendRow> rows, Change... changes) {
    return new Batch(JOURNAL, from, to, rows, List.of(changes));
  }

  private static Change add(String id, long nanos) {
    return new Change(Scope.Kind.KEY, id, null, Money.ofNanos(nanos));
  }

  @Test
  void anUnknownJournalHasNoCheckpoint() {
    assertThat(store().checkpoint(7)).isEmpty();
    assertThat(store().balances()).isEmpty();
  }

  @Test
  void rowsComeBackAsTheyWere() {
    SpendStore store = store();
    store.append(batch(null, 3, List.of(row(1, "k", 5), bare(2))));
    assertThat(store.find(SpendFilter.newest(10))).containsExactly(row(1, "k", 5), bare(2));
    assertThat(store.checkpoint(JOURNAL)).hasValue(3);
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
  void aResetStartsABalanceAnew() {
    SpendStore store = store();
    Window window = new Window("30d", Instant.parse("2026-12-01T00:00:00Z"));
    store.append(batch(null, 1, List.of(), add("a", 5)));
    store.append(
        batch(
            1L,
            2,
            List.of(),
            new Change(Scope.Kind.KEY, "a", new Reset(Money.ZERO, window), Money.ofNanos(3)),
            new Change(Scope.Kind.PROXY, "a", new Reset(Money.ofNanos(9), null), Money.ZERO)));
    store.append(batch(2L, 3, List.of(), add("a", 1)));
    assertThat(store.balances())
        .containsExactlyInAnyOrder(
            new Balance(Scope.Kind.KEY, "a", Money.ofNanos(4), window),
            new Balance(Scope.Kind.PROXY, "a", Money.ofNanos(9), null));
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
}
