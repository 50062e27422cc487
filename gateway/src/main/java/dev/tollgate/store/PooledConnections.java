package dev.tollgate.store;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;

/** Connections to a server, which HikariCP looks after. */
final class PooledConnections implements Connections {
  private final HikariDataSource pool;

  PooledConnections(HikariDataSource pool) {
    this.pool = pool;
  }

  @Override
  public Connection lend() throws SQLException {
    return pool.getConnection();
  }

  /** The pool undoes what is open, and lends the connection in its first state. */
  @Override
  public void giveBack(Connection lent) throws SQLException {
    lent.close();
  }

  @Override
  public void close() {
    pool.close();
  }
}
