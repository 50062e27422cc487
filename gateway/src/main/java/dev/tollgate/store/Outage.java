package dev.tollgate.store;

import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * Tells a database that is away from one that refuses what it is asked: who asks an absent one may
 * come again. Stateless.
 */
final class Outage {
  private static final Duration RETRY = Duration.ofSeconds(5);

  private static final String TOLD =
      "The database cannot be reached at the moment, and this needs it. Try again in a few seconds.";

  private static final String IN_DOUBT =
      "The database was lost while a change was being written: it may or may not have been applied."
          + " Read it before you try again.";

  /** Kinds of SQLite's errors; the bits above the lowest eight only say more of one. */
  private static final Set<Integer> SQLITE_AWAY =
      Set.of(
          SQLiteErrorCode.SQLITE_BUSY.code,
          SQLiteErrorCode.SQLITE_LOCKED.code,
          SQLiteErrorCode.SQLITE_READONLY.code,
          SQLiteErrorCode.SQLITE_IOERR.code,
          SQLiteErrorCode.SQLITE_FULL.code,
          SQLiteErrorCode.SQLITE_CANTOPEN.code);

  private Outage() {}

  /** What a caller is told of a failure; the driver's words, which name hosts, are for the log. */
  static RuntimeException told(Exception failed) {
    return told(failed, TOLD);
  }

  /** The same of a commit that was sent to a server: it may have come through all the same. */
  static RuntimeException ofCommit(Exception failed) {
    return told(failed, IN_DOUBT);
  }

  /** Whether it is the database that is away. */
  static boolean isOf(Exception failed) {
    return away(failed) != null;
  }

  private static RuntimeException told(Exception failed, String message) {
    SQLException away = away(failed);
    if (away != null) {
      return new FailureException(new Failure.NoDatabase(message, RETRY), away.toString());
    }
    return failed instanceof RuntimeException unchanged
        ? unchanged
        : new IllegalStateException("the database: " + failed.getMessage(), failed);
  }

  private static @Nullable SQLException away(Exception failed) {
    for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && isAway(sql)) {
        return sql;
      }
    }
    return null;
  }

  private static boolean isAway(SQLException failed) {
    if (failed instanceof SQLiteException sqlite) {
      return isAway(sqlite);
    }
    // The pool has no connection to give: all are in use, or none can be made.
    return failed instanceof SQLTransientConnectionException || isAway(failed.getSQLState());
  }

  /**
   * PostgreSQL's: 08 no connection, 53 out of disk, memory or connections, 57 stopped by its
   * operator, 25006 a standby.
   */
  private static boolean isAway(@Nullable String state) {
    return state != null
        && (state.startsWith("08")
            || state.startsWith("53")
            || state.startsWith("57")
            || state.equals("25006"));
  }

  private static boolean isAway(SQLiteException failed) {
    return SQLITE_AWAY.contains(failed.getResultCode().code & 0xff);
  }
}
