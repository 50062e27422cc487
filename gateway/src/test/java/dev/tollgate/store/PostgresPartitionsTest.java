package dev.tollgate.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ledger.Batches;
import dev.tollgate.ledger.DailyFilter;
import dev.tollgate.ledger.SpendFilter;
import dev.tollgate.ledger.SpendRow;
import dev.tollgate.ledger.SpendStore;
import dev.tollgate.model.Scope;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** In databases of its own, made beside the one that it is given. */
@EnabledIfEnvironmentVariable(named = "TOLLGATE_TEST_POSTGRES_URL", matches = "postgres.+")
class PostgresPartitionsTest {
  private static final Duration DAY = Duration.ofDays(1);

  private final OwnPostgres server = new OwnPostgres();
  private final String url = server.url();

  @AfterEach
  void drop() {
    server.close();
  }

  /** The contract's row, at another moment. */
  private static SpendRow at(long sequence, Instant started) {
    SpendRow row = Batches.row(sequence, "k", sequence);
    return new SpendRow(
        row.journal(),
        sequence,
        row.requestId(),
        row.callId(),
        row.callType(),
        row.keyHash(),
        row.spend(),
        1,
        1,
        0,
        0,
        0,
        true,
        started,
        started,
        null,
        row.model(),
        row.modelId(),
        row.modelGroup(),
        row.provider(),
        row.apiBase(),
        "ann",
        null,
        true,
        200,
        null,
        List.of(),
        null,
        null,
        false,
        1,
        0,
        "team",
        null);
  }

  private static void append(SqlSpendStore store, long from, List<SpendRow> rows) {
    long to = from + rows.size();
    store.append(
        new SpendStore.Batch(
            rows.getFirst().journal(), from == 0 ? null : from, to, rows, List.of()));
  }

  private static List<String> partitions(Database database) {
    return database.write(
        handle ->
            handle
                .createQuery(
                    """
                        select inhrelid::regclass::text from pg_inherits
                        where inhparent = 'spend_log'::regclass order by 1
                        """)
                .mapTo(String.class)
                .list());
  }

  @Test
  void aDayHasItsPartitionBeforeItBegins() {
    try (Database database = Database.postgres(url)) {
      SqlSpendStore store = new SqlSpendStore(database);
      append(store, 0, List.of(at(1, Instant.parse("2026-03-01T23:59:59.999Z"))));
      assertThat(partitions(database)).containsExactly("spend_log_20260301", "spend_log_20260302");
      append(store, 1, List.of(at(2, Instant.parse("2026-03-02T00:00:00Z"))));
      assertThat(partitions(database)).hasSize(3).contains("spend_log_20260303");
      assertThat(store.find(SpendFilter.newest(10))).hasSize(2);
    }
  }

  @Test
  void oldCallsGoADayAtATimeAndTheirSumsStay() {
    Instant first = Instant.parse("2026-03-01T12:00:00Z");
    try (Database database = Database.postgres(url)) {
      SqlSpendStore store = new SqlSpendStore(database);
      List<SpendRow> rows = new ArrayList<>();
      for (int day = 0; day < 10; day++) {
        rows.add(at(day, first.plus(DAY.multipliedBy(day))));
      }
      append(store, 0, rows);
      SqlSpendStore other = new SqlSpendStore(database);
      Instant now = first.plus(DAY.multipliedBy(9));
      new Retention(
              other, () -> now, now, moment -> moment, moment -> moment.minus(Duration.ofDays(3)))
          .clean();
      // What began on the day of the end is kept until all of that day is past.
      assertThat(store.find(SpendFilter.newest(20))).hasSize(4);
      assertThat(partitions(database)).hasSize(5).doesNotContain("spend_log_20260306");
      assertThat(
              store
                  .sums(
                      new DailyFilter(
                          Scope.Kind.TEAM,
                          "team",
                          LocalDate.parse("2026-03-01"),
                          LocalDate.parse("2026-03-31"),
                          null,
                          null,
                          Set.of(),
                          5))
                  .getFirst()
                  .requests())
          .isEqualTo(10);
      // A late record of a day that is gone gets its partition anew, also where it was known.
      append(store, 10, List.of(at(99, Instant.parse("2026-03-09T12:00:00Z"))));
      List<SpendRow> late = List.of(at(100, first));
      try {
        append(store, 11, late);
      } catch (RuntimeException _) {
        append(store, 11, late); // as the writer does
      }
      assertThat(store.find(SpendFilter.newest(20))).hasSize(6);
    }
  }

  @Test
  void whatWasThereBeforePartitionsStaysAndGoesAsAWhole() {
    Flyway.configure()
        .dataSource(server.jdbc(), "tollgate", "")
        .locations("classpath:dev/tollgate/store/migration")
        .target("4")
        .load()
        .migrate();
    Jdbi old = Jdbi.create(server.jdbc(), "tollgate", "");
    old.useHandle(
        handle -> {
          handle.execute(
              """
              insert into spend_log (journal, sequence, request_id, call_type, api_key, spend_nanos,
                prompt_tokens, completion_tokens, started_at, ended_at, http_status, flags, attempts,
                fallbacks, key_ref, request_ref)
              select 1, n, 'r' || n, 'acompletion', 'k', 5, 1, 1, 1772000000000 + n * 1000,
                1772000000000, 200, 1, 1, 0, 0, n from generate_series(1, 100) n
              """);
          handle.execute(
              """
              insert into spend_daily values ('proxy', '', 20509, 'k', 'm', 'g', 'p', 500, 1, 1, 0,
                0, 100, 100), ('proxy', '', 20509, 'j', 'm', 'g', 'p', 1, 1, 1, 0, 0, 1, 1),
                ('user', 'ann', 20509, 'k', 'm', 'g', 'p', 500, 1, 1, 0, 0, 100, 100)
              """);
        });
    try (Database database = Database.postgres(url)) {
      SqlSpendStore store = new SqlSpendStore(database);
      assertThat(store.find(SpendFilter.newest(200))).hasSize(100);
      assertThat(partitions(database)).singleElement().asString().startsWith("spend_log_before_");
      append(store, 0, List.of(at(1, Instant.now()), at(2, Instant.parse("2026-02-25T00:00:00Z"))));
      assertThat(store.find(SpendFilter.newest(200))).hasSize(102);
      assertThat(sum(store, Scope.Kind.PROXY, "")).isEqualTo(503);
      assertThat(sum(store, Scope.Kind.KEY, "k")).isEqualTo(502);
      assertThat(sum(store, Scope.Kind.USER, "ann")).isEqualTo(502);
      assertThat(store.deleteBefore(Instant.now())).isZero();
      assertThat(store.deleteBefore(Instant.now().plus(Duration.ofDays(1)))).isOne();
      assertThat(store.find(SpendFilter.newest(200))).isEmpty();
    }
  }

  /** Nanos on the day of the old sums, with the second row of the new batch. */
  private static long sum(SqlSpendStore store, Scope.Kind kind, String id) {
    LocalDate day = LocalDate.ofEpochDay(20_509);
    return store
        .sums(new DailyFilter(kind, id, day, day, null, null, Set.of(), 5))
        .getFirst()
        .spend()
        .nanos();
  }

  @Test
  void tenNodesCanStartAtOnceOnAnEmptyDatabase() throws Exception {
    int nodes = 10;
    CyclicBarrier together = new CyclicBarrier(nodes);
    try (ExecutorService threads = Executors.newFixedThreadPool(nodes)) {
      List<Future<Integer>> starts = new ArrayList<>();
      for (int node = 0; node < nodes; node++) {
        long journal = node + 1L;
        starts.add(
            threads.submit(
                () -> {
                  together.await();
                  try (Database database = Database.postgres(url + "?connection_limit=2")) {
                    SpendRow row = at(journal, Instant.parse("2026-03-01T12:00:00Z"));
                    new SqlSpendStore(database)
                        .append(new SpendStore.Batch(journal, null, 1, List.of(row), List.of()));
                    return database
                        .readLatest(
                            "select count(*) from flyway_schema_history where success",
                            r -> r.getInt(1))
                        .getFirst();
                  }
                }));
      }
      for (Future<Integer> start : starts) {
        assertThat(start.get()).isEqualTo(Schema.VERSION);
      }
    }
    try (Database database = Database.postgres(url)) {
      assertThat(new SqlSpendStore(database).find(SpendFilter.newest(50))).hasSize(nodes);
      assertThat(partitions(database)).hasSize(2);
    }
  }
}
