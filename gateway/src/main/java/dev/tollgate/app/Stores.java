package dev.tollgate.app;

import dev.tollgate.ledger.Journal;
import dev.tollgate.ledger.JournalSettings;
import dev.tollgate.store.Database;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens what outlives the process; why that fails is told in the operator's words. */
final class Stores {
  private static final Logger LOG = LoggerFactory.getLogger(Stores.class);
  private static final int CAUSES_MAX = 20;

  private Stores() {}

  /**
   * Opens the journal, and so keeps other gateways off the data folder.
   *
   * @throws StartException if another one has it, or it cannot be written to
   */
  static Journal journal(Settings settings, InstantSource clock) {
    try {
      return Journal.open(settings.data().path(), JournalSettings.DEFAULT, clock);
    } catch (IllegalStateException taken) {
      throw new StartException(String.valueOf(taken.getMessage()));
    } catch (UncheckedIOException failed) {
      throw new StartException(
          failed.getMessage() + ". The folder has to be writable, and its disk to have room.");
    }
  }

  /**
   * Opens the database and brings its schema up to date.
   *
   * @throws StartException if it cannot be used
   */
  static Database database(Settings settings) {
    String url = settings.databaseUrl();
    if (url == null) {
      return opened(
          () -> Database.sqlite(settings.data().database()),
          settings.data().database() + " cannot be used as database",
          "The folder has to be writable, and its disk to have room.");
    }
    boolean configured = settings.config().general().databaseUrl() != null;
    String named = configured ? "general_settings.database_url" : "DATABASE_URL";
    try {
      return opened(
          () -> Database.postgres(url),
          named + ": the database cannot be used",
          "It has to run, to be reachable from here, and to let this user in.");
    } catch (IllegalArgumentException form) {
      throw new StartException(named + ": " + form.getMessage());
    }
  }

  private static Database opened(Supplier<Database> database, String what, String remedy) {
    try {
      return database.get();
    } catch (IllegalArgumentException form) {
      throw form;
    } catch (RuntimeException failed) { // the driver's, the pool's, the migration's: many kinds
      LOG.debug("{}", what, failed);
      throw new StartException(what + " (" + root(failed).getMessage() + "). " + remedy);
    }
  }

  /**
   * The database's own words, if it had any: what is below is the network's, what is above ours.
   */
  private static Throwable root(Throwable failed) {
    Throwable root = failed;
    Throwable next = failed.getCause();
    for (int depth = 0; next != null && depth < CAUSES_MAX; depth++) {
      if (next instanceof SQLException || !(root instanceof SQLException)) {
        root = next;
      }
      next = next.getCause();
    }
    return root;
  }
}
