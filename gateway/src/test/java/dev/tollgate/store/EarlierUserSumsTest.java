package dev.tollgate.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tollgate.ledger.DailyFilter;
import dev.tollgate.ledger.DailyFilter.Part;
import dev.tollgate.ledger.DailySum;
import dev.tollgate.model.Scope;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Sums of users from when they were told apart by key only. */
class EarlierUserSumsTest {
  private static final LocalDate DAY = LocalDate.of(2026, 11, 29);

  @TempDir private Path folder;

  @Test
  void areThereByModel() {
    try (Database database =
        EarlierDatabase.sqlite(folder, "11", EarlierUserSumsTest::haveBeenWritten)) {
      areThereByModel(database);
    }
  }

  @Test
  @EnabledIfEnvironmentVariable(named = "TOLLGATE_TEST_POSTGRES_URL", matches = "postgres.+")
  void areThereByModelInPostgresToo() {
    try (OwnPostgres server = new OwnPostgres();
        Database database =
            EarlierDatabase.postgres(server, "11", EarlierUserSumsTest::haveBeenWritten)) {
      areThereByModel(database);
    }
  }

  private static void haveBeenWritten(Handle handle) {
    handle.execute(
        """
        insert into spend_daily (kind, id, day, api_key, model, model_group, provider, spend_nanos,
          prompt_tokens, completion_tokens, cached_tokens, cache_write_tokens, requests, successes)
        values ('user', 'ann', ?, 'k1', 'm', 'g', 'p', 5, 10, 20, 1, 2, 3, 2),
          ('user', 'ann', ?, 'k2', 'm', 'g', 'p', 7, 100, 200, 10, 20, 30, 20),
          ('user', 'bob', ?, 'k3', 'm', 'g', 'p', 1, 1, 1, 0, 0, 1, 1),
          ('team', 'ann', ?, 'k3', 'm', 'g', 'p', 99, 1, 1, 0, 0, 1, 1)
        """,
        DAY.toEpochDay(),
        DAY.toEpochDay(),
        DAY.toEpochDay(),
        DAY.toEpochDay());
  }

  private static void areThereByModel(Database database) {
    List<DailySum> sums =
        DailyRows.sums(
            database,
            new DailyFilter(
                Scope.Kind.USER_MODEL,
                null,
                DAY,
                DAY,
                null,
                null,
                Set.of(Part.DAY, Part.ID, Part.MODEL),
                10));
    assertThat(sums)
        .extracting(
            DailySum::id,
            DailySum::model,
            sum -> sum.spend().nanos(),
            DailySum::inputTokens,
            DailySum::outputTokens,
            DailySum::cachedTokens,
            DailySum::cacheWriteTokens,
            DailySum::requests,
            DailySum::successes)
        .containsExactly(
            tuple("ann", "m", 12L, 110L, 220L, 11L, 22L, 33L, 22L),
            tuple("bob", "m", 1L, 1L, 1L, 0L, 0L, 1L, 1L));
  }
}
