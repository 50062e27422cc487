package dev.tollgate.store;

import dev.tollgate.access.KeyStore;
import dev.tollgate.access.TenantStore;
import dev.tollgate.access.TenantStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class SqliteTenantStoreTest extends TenantStoreContract {
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
  protected TenantStore store() {
    return new SqlTenantStore(database);
  }

  @Override
  protected KeyStore keys() {
    return new SqlKeyStore(database);
  }
}
