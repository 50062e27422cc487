package dev.tollgate.store;

import com.zaxxer.hikari.HikariDataSource;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jspecify.annotations.Nullable;

/**
 * The database with its schema up to date: a SQLite file, or PostgreSQL. Thread-safe.
 *
 * <p>SQLite has one writer: all writes go through one connection, so that they queue here and not
 * in the file's lock; readers have their own connections and, in WAL mode, never wait for the
 * writer.
 */
public final class Database implements AutoCloseable {
  private static final int ROWS_AT_ONCE = 1_000;

  private final HikariDataSource writers;
  private final HikariDataSource readers;
  private final Jdbi jdbi;
  private final Jdbi reader;
  private final Notices.@Nullable Connector listener;

  /** Tells this node's notices from those of others; another one after a commit in doubt. */
  private final AtomicReference<String> origin = new AtomicReference<>(newOrigin());

  /** Commits of which nobody knows whether they came through. */
  private final AtomicLong doubts = new AtomicLong();

  private Database(
      HikariDataSource writers, HikariDataSource readers, Notices.@Nullable Connector listener) {
    this.writers = writers;
    this.readers = readers;
    this.listener = listener;
    this.jdbi = Jdbi.create(writers);
    this.reader = Jdbi.create(readers);
    if (isShared()) {
      reader.getConfig(SqlStatements.class).addCustomizer(PostgresServer.PLANNED_EACH_TIME);
    }
  }

  /**
   * Opens a SQLite file, made if it is not there; readable by its owner only. A folder that has to
   * be made is, too; one that is there is left as it is.
   */
  public static Database sqlite(Path file) {
    SqliteFile sqlite = new SqliteFile(file);
    HikariDataSource writer = sqlite.writer();
    return migrated(writer, sqlite.readers(), writer, null);
  }

  /**
   * Opens PostgreSQL.
   *
   * @param url {@code postgresql://user:pass@host:port/db?…}, LiteLLM's {@code DATABASE_URL}
   * @throws IllegalArgumentException if that is not its form
   */
  public static Database postgres(String url) {
    PostgresServer server = new PostgresServer(PostgresUrl.parse(url));
    HikariDataSource pool = server.pool();
    return migrated(pool, pool, server.patient(), server.unpooled()::getConnection);
  }

  private static Database migrated(
      HikariDataSource writers,
      HikariDataSource readers,
      DataSource patient,
      Notices.@Nullable Connector listener) {
    try {
      Schema.migrate(writers, patient);
      return new Database(writers, readers, listener);
    } catch (RuntimeException e) {
      writers.close();
      throw e;
    }
  }

  /** Whether other gateways can use it at the same time. */
  boolean isShared() {
    return listener != null;
  }

  /** Listens to the other gateways; null if there can be none. */
  public @Nullable Notices notices() {
    return listener == null ? null : new Notices(listener, origin::get, doubts::get);
  }

  /** Tells the other gateways, when the transaction that is under way is done. */
  void announce(Connection connection, Notice notice) throws SQLException {
    if (isShared()) {
      try (PreparedStatement statement = connection.prepareStatement("select pg_notify(?, ?)")) {
        statement.setString(1, Notices.CHANNEL);
        statement.setString(2, NoticeText.write(origin.get(), notice));
        statement.execute();
      }
    }
  }

  /** The same in Jdbi's words. */
  void announce(Handle handle, Notice notice) {
    try {
      announce(handle.getConnection(), notice);
    } catch (SQLException failed) {
      throw new IllegalStateException("cannot notify: " + failed.getMessage(), failed);
    }
  }

  /** What is done with a connection. */
  interface Work<T> {
    T with(Handle handle) throws SQLException;
  }

  /** The same without a result. */
  interface Change {
    void with(Handle handle) throws SQLException;
  }

  /**
   * Does something in one transaction.
   *
   * @throws FailureException {@link Failure.NoDatabase} if the database does not answer; its
   *     message says so if it is not known whether the transaction came through
   */
  <T> T write(Work<T> work) {
    AtomicBoolean committing = new AtomicBoolean();
    try {
      return jdbi.inTransaction(
          handle -> {
            T result = work.with(handle);
            committing.set(true);
            return result;
          });
    } catch (JdbiException | SQLException failed) {
      throw committing.get() && isShared() ? unknown(failed) : Outage.told(failed);
    }
  }

  /** The same without a result. */
  void change(Change change) {
    boolean _ =
        write(
            handle -> {
              change.with(handle);
              return true;
            });
  }

  /**
   * A commit was sent, and no answer came. If it came through, this node's memory is behind: it
   * reads everything anew, and hears what it said itself as if another had said it.
   */
  private RuntimeException unknown(Exception failed) {
    if (Outage.isOf(failed)) {
      origin.set(newOrigin());
      doubts.incrementAndGet();
    }
    return Outage.ofCommit(failed);
  }

  private static String newOrigin() {
    return UUID.randomUUID().toString();
  }

  /**
   * Reads something; never waits for a writer.
   *
   * @throws FailureException {@link Failure.NoDatabase} if the database does not answer
   */
  <T> T read(Work<T> work) {
    try {
      return reader.withHandle(work::with);
    } catch (JdbiException | SQLException failed) {
      throw Outage.told(failed);
    }
  }

  /**
   * The same with the writing connection: a reader's snapshot may be older than the last commit.
   */
  <T> T readLatest(Work<T> work) {
    try {
      return jdbi.withHandle(work::with);
    } catch (JdbiException | SQLException failed) {
      throw Outage.told(failed);
    }
  }

  /** Makes something of one row. */
  interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** Takes one row. */
  interface RowTaker {
    void take(ResultSet row) throws SQLException;
  }

  /** Hands over the rows of a query without parameters, of which never many are in memory. */
  void each(String sql, RowTaker taker) {
    try (Connection connection = readers.getConnection();
        Statement statement = connection.createStatement()) {
      if (isShared()) {
        // Outside of a transaction PostgreSQL's driver reads all rows before it gives the first.
        connection.setAutoCommit(false);
        statement.setFetchSize(ROWS_AT_ONCE);
      }
      try (ResultSet rows = statement.executeQuery(sql)) {
        while (rows.next()) {
          taker.take(rows);
        }
      }
    } catch (SQLException failed) {
      throw Outage.told(failed);
    }
  }

  /**
   * All rows of a query without parameters; never waits for a writer. Plain JDBC, for what a start
   * reads: the first query of Jdbi starts the JDK's flight recorder, and was measured at a sixth of
   * the way to the first answer.
   */
  <T> List<T> read(String sql, RowReader<T> reader) {
    return rows(readers, sql, reader);
  }

  /**
   * The same with the writing connection: a reader's snapshot may be older than the last commit.
   */
  <T> List<T> readLatest(String sql, RowReader<T> reader) {
    return rows(writers, sql, reader);
  }

  private static <T> List<T> rows(DataSource source, String sql, RowReader<T> reader) {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<T> found = new ArrayList<>();
      while (rows.next()) {
        found.add(reader.read(rows));
      }
      return found;
    } catch (SQLException failed) {
      throw Outage.told(failed);
    }
  }

  @Override
  public void close() {
    readers.close();
    writers.close();
  }
}
