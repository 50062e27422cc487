package dev.tollgate.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.access.VirtualKey;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {
  private static final VirtualKey KEY =
      new VirtualKey(
          "aa", "sk-...", 1, VirtualKey.Terms.OPEN, Instant.EPOCH, "x", Instant.EPOCH, "x", null);

  @TempDir private Path folder;

  private static String mode(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static List<VirtualKey> all(SqlKeyStore store) {
    List<VirtualKey> all = new ArrayList<>();
    store.each(rows -> rows.forEach(row -> all.add(row.key())));
    return all;
  }

  @Test
  void filesAreForTheOwnerOnly() throws Exception {
    Path data = folder.resolve("data");
    try (Database database = Database.sqlite(data.resolve("tollgate.db"))) {
      new SqlKeyStore(database).insert(KEY);
      assertThat(mode(data)).isEqualTo("rwx------");
      try (var files = Files.list(data)) {
        for (Path each : files.toList()) {
          assertThat(mode(each)).as(each.getFileName().toString()).isEqualTo("rw-------");
        }
      }
    }
  }

  @Test
  void aFileThatOthersCouldReadIsClosed() throws Exception {
    Path file = Files.createFile(folder.resolve("open.db"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    Database.sqlite(file).close();
    assertThat(mode(file)).isEqualTo("rw-------");
  }

  @Test
  void whatWasWrittenIsThereAfterOpeningAgain() {
    Path file = folder.resolve("t.db");
    try (Database database = Database.sqlite(file)) {
      new SqlKeyStore(database).insert(KEY);
    }
    try (Database database = Database.sqlite(file)) {
      assertThat(all(new SqlKeyStore(database))).containsExactly(KEY);
    }
  }

  @Test
  void sqliteRunsInWalModeAndReadersCannotWrite() {
    try (Database database = Database.sqlite(folder.resolve("t.db"))) {
      assertThat(
              database.<String>write(
                  handle -> handle.createQuery("pragma journal_mode").mapTo(String.class).one()))
          .isEqualTo("wal");
      assertThat(
              database.<Integer>write(
                  handle -> handle.createQuery("pragma synchronous").mapTo(Integer.class).one()))
          .as("synchronous NORMAL")
          .isEqualTo(1);
      assertThatThrownBy(() -> database.read(handle -> handle.execute("delete from virtual_key")))
          .isInstanceOf(FailureException.class)
          .hasMessageContaining("SQLITE_READONLY");
    }
  }

  @Test
  void aFileThatAnotherProcessHasLockedIsWaitedForSomeSecondsOnly() throws Exception {
    Path file = folder.resolve("t.db");
    try (Database database = Database.sqlite(file);
        Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = other.createStatement()) {
      statement.execute("begin immediate");
      long began = System.nanoTime();
      assertThatThrownBy(() -> new SqlKeyStore(database).insert(KEY))
          .isInstanceOfSatisfying(
              FailureException.class,
              refused ->
                  assertThat(refused.failure())
                      .isInstanceOfSatisfying(
                          Failure.NoDatabase.class,
                          away -> assertThat(away.message()).contains("Try again")));
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(9));
      statement.execute("rollback");
      new SqlKeyStore(database).insert(KEY);
    }
  }

  @Test
  void aReaderDoesNotWaitForTheWriter() {
    try (Database database = Database.sqlite(folder.resolve("t.db"))) {
      SqlKeyStore store = new SqlKeyStore(database);
      database.change(
          handle -> {
            handle.execute("delete from virtual_key");
            assertThat(all(store)).isEmpty();
          });
    }
  }

  @Test
  void valuesAreBoundAndNeverSql() {
    try (Database database = Database.sqlite(folder.resolve("t.db"))) {
      SqlKeyStore store = new SqlKeyStore(database);
      store.insert(KEY);
      assertThat(store.find("' or 1=1 --")).isEmpty();
      assertThat(store.delete(List.of("aa') or 1=1 --", "x' or '1'='1"), Instant.EPOCH, "'"))
          .isEmpty();
      assertThat(all(store)).hasSize(1);
    }
  }

  @Test
  void aDatabaseUrlIsReadAsLiteLlmsUsersWriteIt() {
    PostgresUrl url =
        PostgresUrl.parse(
            "postgresql://llm:p%40ss+w@litellm_db:6432/lite?schema=x&sslmode=require"
                + "&connection_limit=20&pgbouncer=true&socketFactory=evil.Class");
    assertThat(url.jdbcUrl()).isEqualTo("jdbc:postgresql://litellm_db:6432/lite");
    assertThat(url.user()).isEqualTo("llm");
    assertThat(url.password()).isEqualTo("p@ss+w");
    assertThat(url.connectionsMax()).isEqualTo(20);
    assertThat(url.properties())
        .containsOnlyKeys("currentSchema", "sslmode", "prepareThreshold")
        .containsEntry("currentSchema", "x");
    assertThat(PostgresUrl.parse("postgres://h/d").jdbcUrl())
        .isEqualTo("jdbc:postgresql://h:5432/d");
    assertThat(PostgresUrl.parse("postgres://u@[::1]/d").jdbcUrl())
        .isEqualTo("jdbc:postgresql://[::1]:5432/d");
  }

  @Test
  void aWrongDatabaseUrlIsNotRepeated() {
    for (String wrong :
        List.of(
            "mysql://u:hunter2@h/d",
            "postgresql://u:hunter2@h",
            "postgresql://u:hunter2%zz@h/d",
            "postgresql://u:hunter2@h/d?connection_limit=many")) {
      assertThatThrownBy(() -> PostgresUrl.parse(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageMatching("(expected postgresql://|has a percent|connection_limit has).*")
          .satisfies(thrown -> assertThat(thrown.toString()).doesNotContain("hunter2"));
    }
    assertThat(PostgresUrl.parse("postgres://u:hunter2@h/d").toString()).doesNotContain("hunter2");
  }
}
