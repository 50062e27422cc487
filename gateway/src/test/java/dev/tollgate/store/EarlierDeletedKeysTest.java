package dev.tollgate.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.access.Deleted;
import dev.tollgate.access.KeyRow;
import dev.tollgate.access.VirtualKey;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Keys that were deleted when little was noted of them. */
class EarlierDeletedKeysTest {
  private static final Instant DELETED = Instant.ofEpochMilli(1_750_000_000_000L);

  @TempDir private Path folder;

  @Test
  void areListedWithWhatWasNotedOfThem() {
    try (Database database =
        EarlierDatabase.sqlite(folder, "9", EarlierDeletedKeysTest::haveBeenDeletedIn)) {
      areListedIn(database);
    }
  }

  @Test
  @EnabledIfEnvironmentVariable(named = "TOLLGATE_TEST_POSTGRES_URL", matches = "postgres.+")
  void areListedInPostgresToo() {
    try (OwnPostgres server = new OwnPostgres();
        Database database =
            EarlierDatabase.postgres(server, "9", EarlierDeletedKeysTest::haveBeenDeletedIn)) {
      areListedIn(database);
    }
  }

  private static void haveBeenDeletedIn(Handle handle) {
    handle.execute(
        """
        insert into deleted_virtual_key (hash, version, name, key_alias, user_id, created_at,
          deleted_at, deleted_by)
        values ('aa', 7, 'sk-...aaaa', 'early', 'ann', ?, ?, 'bob'),
          ('bb', 8, 'sk-...bbbb', null, null, ?, ?, 'bob')
        """,
        DELETED.minusSeconds(60).toEpochMilli(),
        DELETED.toEpochMilli(),
        DELETED.minusSeconds(60).toEpochMilli(),
        DELETED.minusSeconds(1).toEpochMilli());
  }

  private static void areListedIn(Database database) {
    SqlKeyStore store = new SqlKeyStore(database);
    List<Deleted<KeyRow>> early = store.deleted(_ -> true);
    assertThat(early).extracting(gone -> gone.row().hash()).containsExactly("aa", "bb");
    VirtualKey first = early.getFirst().row().key();
    assertThat(first.terms().alias()).isEqualTo("early");
    assertThat(first.terms().userId()).isEqualTo("ann");
    assertThat(first.terms().models()).isEmpty();
    assertThat(first.createdAt()).isEqualTo(DELETED.minusSeconds(60));
    assertThat(early.getFirst().at()).isEqualTo(DELETED);
    assertThat(early.getFirst().by()).isEqualTo("bob");
    assertThat(early.getLast().row().key().terms().alias()).isNull();
    deletesAnother(store);
    assertThat(store.deleted(_ -> true))
        .extracting(gone -> gone.row().hash())
        .containsExactly("cc", "aa", "bb");
  }

  private static void deletesAnother(SqlKeyStore store) {
    Instant now = DELETED.plus(Duration.ofDays(1));
    store.insert(
        new VirtualKey("cc", "sk-...cccc", 9, VirtualKey.Terms.OPEN, now, "ann", now, "ann", null));
    assertThat(store.delete(List.of("cc"), now, "ann")).containsOnlyKeys("cc");
  }
}
