package dev.tollgate.store;

import dev.tollgate.ledger.SpendStore;
import dev.tollgate.ledger.SpendStoreContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** Runs against a scratch database: it empties the tables of spend. */
@EnabledIfEnvironmentVariable(named = "TOLLGATE_TEST_POSTGRES_URL", matches = "postgres.+")
class PostgresSpendStoreTest extends SpendStoreContract {
  private Database database;

  @BeforeEach
  void open() {
    database = Database.postgres(System.getenv("TOLLGATE_TEST_POSTGRES_URL"));
    database.change(
        handle -> {
          handle.execute("delete from spend_log");
          handle.execute("delete from spend_balance");
          handle.execute("delete from spend_checkpoint");
          handle.execute("delete from budget_lease");
          handle.execute("delete from node");
          handle.execute("delete from estimate");
        });
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Override
  protected SpendStore store() {
    return new SqlSpendStore(database);
  }
}
