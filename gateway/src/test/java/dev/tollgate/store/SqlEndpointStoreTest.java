package dev.tollgate.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.store.SqlEndpointStore.Row;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqlEndpointStoreTest {
  @TempDir Path folder;

  @Test
  void whatIsStoredIsThereAfterAStart() {
    Path file = folder.resolve("t.db");
    try (Database database = Database.sqlite(file)) {
      SqlEndpointStore store = new SqlEndpointStore(database);
      assertThat(store.put(new Row("1", "/b", "x"))).isTrue();
      assertThat(store.put(new Row("2", "/a", "y"))).isTrue();
      assertThat(store.put(new Row("1", "/b", "z"))).isTrue();
    }
    try (Database database = Database.sqlite(file)) {
      SqlEndpointStore store = new SqlEndpointStore(database);
      assertThat(store.all()).containsExactly(new Row("2", "/a", "y"), new Row("1", "/b", "z"));
      assertThat(store.delete("2")).isTrue();
      assertThat(store.delete("2")).isFalse();
      assertThat(store.all()).hasSize(1);
    }
  }

  @Test
  void aTakenPathChangesNothing() {
    try (Database database = Database.sqlite(folder.resolve("t.db"))) {
      SqlEndpointStore store = new SqlEndpointStore(database);
      store.put(new Row("1", "/a", "x"));
      store.put(new Row("2", "/b", "y"));
      assertThat(store.put(new Row("2", "/a", "z"))).isFalse();
      assertThat(store.all()).containsExactly(new Row("1", "/a", "x"), new Row("2", "/b", "y"));
    }
  }
}
