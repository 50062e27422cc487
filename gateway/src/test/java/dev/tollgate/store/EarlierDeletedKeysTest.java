package dev.tollgate.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.access.Deleted;
import dev.tollgate.access.KeyRow;
import dev.tollgate.access.VirtualKey;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;
import org.sqlite.SQLiteDataSource;

/** Keys that were deleted when little was noted of them. */
class EarlierDeletedKeysTest {
  private static final Instant DELETED = Instant.ofEpochMilli(1_750_000_000_000L);

  @TempDir private Path folder;

  @Test
  void areListedWithWhatWasNotedOfThem() {
    Path file = folder.resolve("tollgate.db");
    SQLiteDataSource source = new SQLiteDataSource();
    source.setUrl("jdbc:sqlite:" + file);
    haveBeenDeletedIn(source, "sqlite");
    try (Database database = Database.sqlite(file)) {
      areListedIn(database);
    }
  }

  @Test
  @EnabledIfEnvironmentVariable(named = "TOLLGATE_TEST_POSTGRES_URL", matches = "postgres.+")
  void areListedInPostgresToo() {
    try (OwnPostgres server = new OwnPostgres()) {
      PGSimpleDataSource source = new PGSimpleDataSource();
      source.setUrl(server.jdbc());
      source.setUser("tollgate");
      haveBeenDeletedIn(source, "postgresql");
      try (Database database = Database.postgres(server.url())) {
        areListedIn(database);
      }
    }
  }

  private static void haveBeenDeletedIn(DataSource source, String product) {
    String folder = "classpath:dev/tollgate/store/";
    Flyway.configure()
        .dataSource(source)
        .locations(folder + "migration", folder + product)
        .placeholders(Map.of("clustered", product.equals("sqlite") ? " without rowid" : ""))
        .target("9")
        .load()
        .migrate();
    Jdbi.create(source)
        .useHandle(
            handle ->
                handle.execute(
                    """
                    insert into deleted_virtual_key (hash, version, name, key_alias, user_id,
                      created_at, deleted_at, deleted_by)
                    values ('aa', 7, 'sk-...aaaa', 'early', 'ann', ?, ?, 'bob'),
                      ('bb', 8, 'sk-...bbbb', null, null, ?, ?, 'bob')
                    """,
                    DELETED.minusSeconds(60).toEpochMilli(),
                    DELETED.toEpochMilli(),
                    DELETED.minusSeconds(60).toEpochMilli(),
                    DELETED.minusSeconds(1).toEpochMilli()));
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
