package dev.tollgate.store;

import dev.tollgate.access.KeyStore;
import dev.tollgate.access.TenantStore;
import dev.tollgate.access.TenantStoreContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** Runs against a scratch database: it empties the tables of keys and tenants. */
@EnabledIfEnvironmentVariable(named = "TOLLGATE_TEST_POSTGRES_URL", matches = "postgres.+")
class PostgresTenantStoreTest extends TenantStoreContract {
  private Database database;

  @BeforeEach
  void open() {
    database = Database.postgres(System.getenv("TOLLGATE_TEST_POSTGRES_URL"));
    database.change(
        handle -> {
          handle.execute("delete from virtual_key");
          handle.execute("delete from tenant");
          handle.execute("delete from deleted_virtual_key");
          handle.execute("delete from deleted_team");
        });
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
