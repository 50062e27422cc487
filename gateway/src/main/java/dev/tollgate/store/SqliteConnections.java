package dev.tollgate.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.sqlite.SQLiteDataSource;

/**
 * Connections to a file, made when they are asked for and kept. They break with the file only, and
 * SQLite looks at that itself: so there is nothing for a pool to watch, and HikariCP, which has
 * PostgreSQL's connections, took a twelfth of the way from a start to its first answer.
 */
final class SqliteConnections implements Connections {
  /** All are in use. */
  private static final Duration WAIT = Duration.ofSeconds(5);

  private final SQLiteDataSource source;
  private final int most;
  private final boolean readOnly;
  private final Semaphore free;
  private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();
  private volatile boolean closed;

  /**
   * @param most that are open at a time
   * @param readOnly whether they refuse to write
   */
  SqliteConnections(SQLiteDataSource source, int most, boolean readOnly) {
    this.source = source;
    this.most = most;
    this.readOnly = readOnly;
    this.free = new Semaphore(most, true);
  }

  @Override
  public Connection lend() throws SQLException {
    takePermit();
    boolean lent = false;
    try {
      if (closed) {
        throw new SQLException("the database is closed");
      }
      Connection kept = idle.pollFirst();
      Connection connection = kept == null ? made() : kept;
      lent = true;
      return connection;
    } finally {
      if (!lent) {
        free.release();
      }
    }
  }

  private Connection made() throws SQLException {
    Connection connection = source.getConnection();
    if (readOnly) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("pragma query_only = on");
      } catch (SQLException failed) {
        connection.close();
        throw failed;
      }
    }
    return connection;
  }

  private void takePermit() throws SQLException {
    try {
      if (!free.tryAcquire(WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new SQLTransientConnectionException(
            "all %d connections were in use for %d s".formatted(most, WAIT.toSeconds()));
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new SQLTransientConnectionException("interrupted", interrupted);
    }
  }

  @Override
  public void giveBack(Connection lent) throws SQLException {
    boolean kept = false;
    try {
      if (!lent.getAutoCommit()) {
        lent.rollback();
        lent.setAutoCommit(true);
      }
      idle.addFirst(lent);
      kept = true;
    } finally {
      free.release();
      if (!kept) {
        lent.close();
      } else if (closed) {
        closeIdle();
      }
    }
  }

  /** Those that are lent are closed when they come back. */
  @Override
  public void close() {
    closed = true;
    closeIdle();
  }

  private void closeIdle() {
    for (Connection one = idle.pollFirst(); one != null; one = idle.pollFirst()) {
      try {
        one.close();
      } catch (SQLException failed) {
        throw new IllegalStateException("a connection cannot be closed", failed);
      }
    }
  }
}
