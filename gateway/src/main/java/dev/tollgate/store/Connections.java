package dev.tollgate.store;

import java.sql.Connection;
import java.sql.SQLException;

/** Connections to one database, each lent to one user at a time. Thread-safe. */
interface Connections extends AutoCloseable {
  /**
   * Lends a connection that is in no transaction; whoever has it gives it back.
   *
   * @throws SQLException also if all are in use for as long as one waits
   */
  Connection lend() throws SQLException;

  /** Takes one back; a transaction that is still open on it is undone. */
  void giveBack(Connection lent) throws SQLException;

  @Override
  void close();

  /** What is done with a connection. */
  interface Use<T> {
    T with(Connection connection) throws SQLException;
  }

  /** Lends a connection for one use. */
  default <T> T use(Use<T> use) throws SQLException {
    Connection connection = lend();
    try (Loan _ = () -> giveBack(connection)) {
      return use.with(connection);
    }
  }

  /** Ends with the use of what was lent. */
  interface Loan extends AutoCloseable {
    @Override
    void close() throws SQLException;
  }

  /** Lends a connection for one transaction, which is undone if something is thrown. */
  default <T> T transaction(Use<T> use) throws SQLException {
    return use(
        connection -> {
          connection.setAutoCommit(false);
          T result = use.with(connection);
          connection.commit();
          connection.setAutoCommit(true);
          return result;
        });
  }
}
