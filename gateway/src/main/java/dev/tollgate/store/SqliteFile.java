package dev.tollgate.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteOpenMode;

/** A SQLite file, made if it is not there, and its connections. Thread-safe. */
final class SqliteFile {
  /** The file is locked by another process, which nobody waits for any longer. */
  private static final Duration LOCK_WAIT = Duration.ofSeconds(3);

  /** All of a pool's connections are in use. */
  private static final Duration CONNECTION_WAIT = Duration.ofSeconds(5);

  private static final int READERS_MAX = 4;

  private static final Set<PosixFilePermission> OWNER_FILE =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> OWNER_FOLDER =
      PosixFilePermissions.fromString("rwx------");

  private final Path file;

  SqliteFile(Path given) {
    this.file = given.toAbsolutePath();
    try {
      makePrivate(file);
    } catch (IOException e) {
      throw new UncheckedIOException("the database file " + file + " cannot be made", e);
    }
  }

  /** The one connection that writes. */
  HikariDataSource writer() {
    HikariConfig writer = new HikariConfig();
    writer.setPoolName("sqlite-writer");
    writer.setDataSource(source());
    writer.setMaximumPoolSize(1);
    writer.setConnectionTimeout(CONNECTION_WAIT.toMillis());
    return new HikariDataSource(writer);
  }

  HikariDataSource readers() {
    // Made this way, the pool itself is made when somebody reads: a start does not.
    HikariDataSource readers = new HikariDataSource();
    readers.setPoolName("sqlite-readers");
    readers.setDataSource(source());
    readers.setConnectionInitSql("pragma query_only = on");
    readers.setMaximumPoolSize(READERS_MAX);
    readers.setMinimumIdle(0);
    readers.setConnectionTimeout(CONNECTION_WAIT.toMillis());
    return readers;
  }

  private SQLiteDataSource source() {
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
