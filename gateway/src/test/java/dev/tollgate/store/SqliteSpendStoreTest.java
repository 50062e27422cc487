package dev.tollgate.store;

import static dev.tollgate.ledger.Batches.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ledger.DailyFilter;
import dev.tollgate.ledger.LeaseStore;
import dev.tollgate.ledger.SpendFilter;
import dev.tollgate.ledger.SpendRow;
import dev.tollgate.ledger.SpendStore;
import dev.tollgate.ledger.SpendStoreContract;
import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteSpendStoreTest extends SpendStoreContract {
  @TempDir private Path folder;
  private Database database;

  @BeforeEach
  void open() {
    database = Database.sqlite(folder.resolve("tollgate.db"));
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Override
  protected SpendStore store() {
    return new SqlSpendStore(database);
  }

  @Override
  protected boolean isShared() {
    return false;
  }

  @Test
  void whoeverHadLeasesInTheFileBeforeIsGone() {
    SpendStore store = store();
    Instant now = Instant.parse("2026-11-22T12:00:00Z");
    List<LeaseStore.Wish> wish = List.of(new LeaseStore.Wish(Scope.Kind.KEY, "k", 100, 50));
    store.join(1, now);
    store.grant(1, now, wish);
    store.join(2, now);
    assertThat(store.grant(2, now, wish))
        .containsExactly(new LeaseStore.Grant(100, 0, true, false));
  }

  @Test
  void oldCallsGoInStepsAndTheirSumsStay() {
    SqlSpendStore store = new SqlSpendStore(database);
    List<SpendRow> rows = new ArrayList<>();
    for (int i = 0; i < 2_500; i++) {
      rows.add(row(i, "k", 1));
    }
    store.append(new SpendStore.Batch(rows.getFirst().journal(), null, 1, rows, List.of()));
    Instant end = rows.get(2_400).started();
    assertThat(store.deleteBefore(end)).isEqualTo(1_000);
    new Retention(store, () -> end, end, moment -> moment, moment -> moment).clean();
    assertThat(store.find(SpendFilter.newest(1_000))).isEqualTo(rows.reversed().subList(0, 100));
    LocalDate day = LocalDate.ofInstant(end, ZoneOffset.UTC);
    DailyFilter all = new DailyFilter(Scope.Kind.KEY, "k", day, day, null, null, Set.of(), 5);
    assertThat(store.sums(all).getFirst().requests()).isEqualTo(2_500);
  }

  @Test
  @Tag("long")
  void aRowCostsFewMicroseconds() {
    SpendStore store = store();
    Random random = new Random(7);
    int batches = 60;
    int size = 8_192;
    long cpu = 0;
    for (int batch = 0; batch < batches; batch++) {
      List<SpendRow> rows = new ArrayList<>(size);
      for (int i = 0; i < size; i++) {
        rows.add(typical(batch * (long) size + i, random));
      }
      SpendStore.Change change =
          new SpendStore.Change(
              Scope.Kind.KEY, "key", List.of(new SpendStore.Step.Spent(Money.ofNanos(size), null)));
      long from = batch * (long) size;
      SpendStore.Batch next =
          new SpendStore.Batch(9, batch == 0 ? null : from, from + size, rows, List.of(change));
      long before = cpuNanos();
      store.append(next);
      if (batch >= batches / 2) {
        cpu += cpuNanos() - before;
      }
    }
    double micros = cpu / 1e3 / (batches - batches / 2) / size;
    System.out.printf(
        "spend store: %.2f us CPU a row, at %d to %d rows%n",
        micros, batches / 2 * size, batches * size);
    assertThat(micros).isLessThan(20);
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static SpendRow typical(long sequence, Random random) {
    SpendRow row = row(sequence, "%064x".formatted(random.nextInt(100)), 1_000);
    String id = "%016x%08x".formatted(random.nextLong(), random.nextInt());
    return new SpendRow(
        9,
        sequence,
        "chatcmpl-" + id,
        id,
        row.callType(),
        row.keyHash(),
        row.spend(),
        1_000,
        200,
        0,
        0,
        0,
        false,
        row.started(),
        row.ended(),
        row.firstEvent(),
        row.model(),
        "%064x".formatted(3),
        row.modelGroup(),
        row.provider(),
        row.apiBase(),
        null,
        null,
        true,
        200,
        null,
        List.of(),
        "192.0.2.7",
        null,
        true,
        1,
        0);
  }
}
