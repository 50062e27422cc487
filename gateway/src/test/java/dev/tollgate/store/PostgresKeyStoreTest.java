package dev.tollgate.store;

import dev.tollgate.access.KeyStore;
import dev.tollgate.access.KeyStoreContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** Runs against a scratch database: it empties the tables of keys. */
@EnabledIfEnvironmentVariable(named = "TOLLGATE_TEST_POSTGRES_URL", matches = "postgres.+")
class PostgresKeyStoreTest extends KeyStoreContract {
  private Database database;

  @BeforeEach
  void open() {
    database = Database.postgres(System.getenv("TOLLGATE_TEST_POSTGRES_URL"));
    database.change(
        handle -> {
          handle.execute("delete from virtual_key");
          handle.execute("delete from deleted_virtual_key");
        });
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
