package dev.tollgate.store;

import dev.tollgate.access.KeyStore;
import dev.tollgate.access.KeyStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class SqliteKeyStoreTest extends KeyStoreContract {
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
  protected KeyStore store() {
    return new SqlKeyStore(database);
  }
}
