package dev.tollgate.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteOpenMode;

/**
 * The database with its schema up to date: a SQLite file, or PostgreSQL. Thread-safe.
 *
 * <p>SQLite has one writer: all writes go through one connection, so that they queue here and not
 * in the file's lock; readers have their own connections and, in WAL mode, never wait for the
 * writer.
 */
public final class Database implements AutoCloseable {
  private static final Duration LOCK_WAIT = Duration.ofSeconds(10);
  private static final Duration CONNECTION_WAIT = Duration.ofSeconds(30);

  /** A server that is away is not waited for: calls are served without it, the rest fails. */
  private static final Duration SERVER_WAIT = Duration.ofSeconds(3);

  /** One that does not say a word in the midst of a statement is away, too. */
  private static final Duration SERVER_SILENCE = Duration.ofSeconds(15);

  private static final int SQLITE_READERS_MAX = 4;
  private static final int POSTGRES_CONNECTIONS_MAX = 10;
  private static final int ROWS_AT_ONCE = 1_000;

  private static final Set<PosixFilePermission> OWNER_FILE =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> OWNER_FOLDER =
      PosixFilePermissions.fromString("rwx------");

  private final HikariDataSource writers;
  private final HikariDataSource readers;
  private final Jdbi jdbi;
  private final Jdbi reader;
  private final Notices.@Nullable Connector listener;

  /** Tells this node's notices from those of others. */
  private final String origin = UUID.randomUUID().toString();

  private Database(
      HikariDataSource writers, HikariDataSource readers, Notices.@Nullable Connector listener) {
    this.writers = writers;
    this.readers = readers;
    this.listener = listener;
    this.jdbi = Jdbi.create(writers);
    this.reader = Jdbi.create(readers);
  }

  /**
   * Opens a SQLite file, made if it is not there; readable by its owner only. A folder that has to
   * be made is, too; one that is there is left as it is.
   */
  public static Database sqlite(Path file) {
    Path absolute = file.toAbsolutePath();
    try {
      makePrivate(absolute);
    } catch (IOException e) {
      throw new UncheckedIOException("the database file " + absolute + " cannot be made", e);
    }
    HikariConfig writer = new HikariConfig();
    writer.setPoolName("sqlite-writer");
    writer.setDataSource(sqliteSource(absolute));
    writer.setMaximumPoolSize(1);
    // Made this way, the pool itself is made when somebody reads: a start does not.
    HikariDataSource reader = new HikariDataSource();
    reader.setPoolName("sqlite-readers");
    reader.setDataSource(sqliteSource(absolute));
    reader.setConnectionInitSql("pragma query_only = on");
    reader.setMaximumPoolSize(SQLITE_READERS_MAX);
    reader.setMinimumIdle(0);
    reader.setConnectionTimeout(CONNECTION_WAIT.toMillis());
    writer.setConnectionTimeout(CONNECTION_WAIT.toMillis());
    HikariDataSource pool = new HikariDataSource(writer);
    return migrated(pool, reader, pool, null);
  }

  /**
   * Opens PostgreSQL.
   *
   * @param url {@code postgresql://user:pass@host:port/db?…}, LiteLLM's {@code DATABASE_URL}
   * @throws IllegalArgumentException if that is not its form
   */
  public static Database postgres(String url) {
    PostgresUrl address = PostgresUrl.parse(url);
    HikariConfig config = new HikariConfig();
    config.setPoolName("postgres");
    config.setJdbcUrl(address.jdbcUrl());
    if (address.user() != null) {
      config.setUsername(address.user());
    }
    if (address.password() != null) {
      config.setPassword(address.password());
    }
    Map<String, String> properties = new HashMap<>();
    properties.put("connectTimeout", Long.toString(SERVER_WAIT.toSeconds()));
    properties.put("socketTimeout", Long.toString(SERVER_SILENCE.toSeconds()));
    properties.putAll(address.properties());
    properties.forEach(config::addDataSourceProperty);
    Integer connections = address.connectionsMax();
    config.setMaximumPoolSize(connections == null ? POSTGRES_CONNECTIONS_MAX : connections);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(SERVER_WAIT.toMillis());
    config.setValidationTimeout(SERVER_WAIT.toMillis());
    HikariDataSource pool = new HikariDataSource(config);
    DataSource unpooled = unpooled(address, properties);
    properties.put("socketTimeout", "0"); // a migration may make indexes of millions of rows
    return migrated(pool, pool, unpooled(address, properties), unpooled::getConnection);
  }

  private static DataSource unpooled(PostgresUrl address, Map<String, String> properties) {
    try {
      PGSimpleDataSource source = new PGSimpleDataSource();
      source.setUrl(address.jdbcUrl());
      for (Map.Entry<String, String> property : properties.entrySet()) {
        source.setProperty(property.getKey(), property.getValue());
      }
      if (address.user() != null) {
        source.setUser(address.user());
      }
      source.setPassword(address.password());
      return source;
    } catch (SQLException failed) {
      throw new IllegalArgumentException("DATABASE_URL: " + failed.getMessage(), failed);
    }
  }

  /** Whether other gateways can use it at the same time. */
  boolean isShared() {
    return listener != null;
  }

  /** Listens to the other gateways; null if there can be none. */
  public @Nullable Notices notices() {
    return listener == null ? null : new Notices(listener, origin);
  }

  /** Tells the other gateways, when the transaction that is under way is done. */
  void announce(Connection connection, Notice notice) throws SQLException {
    if (isShared()) {
      try (PreparedStatement statement = connection.prepareStatement("select pg_notify(?, ?)")) {
        statement.setString(1, Notices.CHANNEL);
        statement.setString(2, NoticeText.write(origin, notice));
        statement.execute();
      }
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
   * @throws FailureException {@link Failure.NoDatabase} if the database does not answer
   */
  <T> T write(Work<T> work) {
    try {
      return jdbi.inTransaction(work::with);
    } catch (JdbiException | SQLException failed) {
      throw Outage.told(failed);
    }
  }

  /** The same without a result. */
  void change(Change change) {
    try {
      jdbi.useTransaction(change::with);
    } catch (JdbiException | SQLException failed) {
      throw Outage.told(failed);
    }
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

  @Override
  public void close() {
    readers.close();
    writers.close();
  }

  /** The same in Jdbi's words. */
  void announce(Handle handle, Notice notice) {
    try {
      announce(handle.getConnection(), notice);
    } catch (SQLException failed) {
      throw new IllegalStateException("cannot notify: " + failed.getMessage(), failed);
    }
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

  private static SQLiteDataSource sqliteSource(Path file) {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    // A power cut may lose the last transactions, never the file: the ledger's journal has them.
    config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
    config.setBusyTimeout((int) LOCK_WAIT.toMillis());
    // The pool lends a connection to one thread at a time: SQLite need not lock at each value.
    config.setOpenMode(SQLiteOpenMode.NOMUTEX);
    config.resetOpenMode(SQLiteOpenMode.FULLMUTEX);
    // A transaction that turns from reading to writing could not wait for its lock.
    config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
    config.enforceForeignKeys(true);
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + file);
    return source;
  }

  /** The file has its permissions before the first byte is in it; SQLite gives its WAL the same. */
  private static void makePrivate(Path file) throws IOException {
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    Path folder = file.getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      Files.createDirectories(folder, attributes(posix, OWNER_FOLDER));
    }
    try {
      Files.createFile(file, attributes(posix, OWNER_FILE));
    } catch (FileAlreadyExistsException _) {
      if (posix) {
        Files.setPosixFilePermissions(file, OWNER_FILE);
      }
    }
  }

  private static FileAttribute<?>[] attributes(boolean posix, Set<PosixFilePermission> allowed) {
    return posix
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(allowed)}
        : new FileAttribute<?>[0];
  }
}
