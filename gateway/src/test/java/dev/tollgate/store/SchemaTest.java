package dev.tollgate.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

class SchemaTest {
  @TempDir private Path folder;

  private SQLiteDataSource source() {
    SQLiteDataSource source = new SQLiteDataSource();
    source.setUrl("jdbc:sqlite:" + folder.resolve("t.db"));
    return source;
  }

  @Test
  void theVersionIsThatOfTheNewestMigrationAndNoneIsLeftOut() throws Exception {
    for (String product : List.of("sqlite", "postgresql")) {
      List<Integer> versions =
          Stream.concat(versions("migration"), versions(product)).sorted().toList();
      assertThat(versions).as(product).hasSize(Schema.VERSION).doesNotHaveDuplicates();
      assertThat(versions.getLast()).isEqualTo(Schema.VERSION);
    }
  }

  private static Stream<Integer> versions(String folder) throws Exception {
    URI place = Objects.requireNonNull(Schema.class.getResource(folder)).toURI();
    try (var files = Files.list(Path.of(place))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".sql"))
          .map(name -> Integer.valueOf(name.substring(1, name.indexOf("__"))))
          .toList()
          .stream();
    }
  }

  @Test
  void aNewDatabaseIsMigratedAndThenCurrent() throws Exception {
    SQLiteDataSource source = source();
    assertThat(Schema.isCurrent(source)).isFalse();
    Schema.migrate(source, source);
    assertThat(Schema.isCurrent(source)).isTrue();
  }

  @Test
  void aHalfDoneOrOtherHistoryIsLeftToFlyway() throws Exception {
    SQLiteDataSource source = source();
    Schema.migrate(source, source);
    try (var connection = source.getConnection();
        var statement = connection.createStatement()) {
      statement.execute("update flyway_schema_history set success = 0");
      assertThat(Schema.isCurrent(source)).isFalse();
      statement.execute("update flyway_schema_history set success = 1, version = '99'");
      assertThat(Schema.isCurrent(source)).isFalse();
      statement.execute("delete from flyway_schema_history");
      assertThat(Schema.isCurrent(source)).isFalse();
    }
  }
}
