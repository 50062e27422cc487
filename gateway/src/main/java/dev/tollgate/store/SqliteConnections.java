package dev.tollgate.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteDataSource;

/**
 * Connections to a file, made when they are asked for and kept. They break with the file only, and
 * SQLite looks at that itself: so there is nothing for a pool to watch, and HikariCP, which has
 * PostgreSQL's connections, took a twelfth of the way from a start to its first answer.
 */
final class SqliteConnections implements Connections {
  private static final Logger LOG = LoggerFactory.getLogger(SqliteConnections.class);

  /** All are in use. */
  private static final Duration WAIT = Duration.ofSeconds(5);

  /** After which one is made anew, whatever state the file was in when it was opened. */
  private static final Duration LIFE = Duration.ofMinutes(30);

  private final SQLiteDataSource source;
  private final int most;
  private final boolean readOnly;
  private final Semaphore free;
  private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();

  /** When each was made, by {@link System#nanoTime}. */
  private final Map<Connection, Long> made = new ConcurrentHashMap<>();

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
      Connection connection = kept == null ? opened() : kept;
      lent = true;
      return connection;
    } finally {
      if (!lent) {
        free.release();
      }
    }
  }

  private Connection opened() throws SQLException {
    Connection connection = source.getConnection();
    made.put(connection, System.nanoTime());
    if (readOnly) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("pragma query_only = on");
      } catch (SQLException failed) {
        close(connection);
        throw failed;
      }
    }
    return connection;
  }

  private void takePermit() throws SQLException {
    if (Thread.currentThread().isInterrupted() && free.tryAcquire()) {
      return; // one that is free is for a thread that has to end, too
    }
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
  public void giveBack(Connection lent) {
    try {
      if (isClean(lent) && System.nanoTime() - made.getOrDefault(lent, 0L) < LIFE.toNanos()) {
        idle.addFirst(lent);
      } else {
        close(lent);
      }
    } finally {
      free.release();
      if (closed) {
        closeIdle();
      }
    }
  }

  /** Undoes what is open; false if the connection is of no more use. */
  private static boolean isClean(Connection lent) {
    try {
      if (!lent.getAutoCommit()) {
        lent.rollback();
        lent.setAutoCommit(true);
      }
      return !lent.isClosed();
    } catch (SQLException failed) {
      LOG.warn(
          "sqlite: a connection is closed, since it does not roll back: {}", failed.toString());
      return false;
    }
  }

  private void close(Connection connection) {
    made.remove(connection);
    try {
      connection.close();
    } catch (SQLException failed) {
      LOG.warn("sqlite: a connection does not close: {}", failed.toString());
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
      close(one);
    }
  }
}
