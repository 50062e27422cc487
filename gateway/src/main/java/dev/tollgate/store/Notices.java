package dev.tollgate.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to what the other nodes say, on a connection and a thread of its own. Whenever the
 * connection is made anew, {@link Notice.Missed} comes first; it also comes when this node does not
 * know whether something that it wrote itself came through.
 */
public final class Notices implements AutoCloseable {
  static final String CHANNEL = "tollgate";

  private static final Logger LOG = LoggerFactory.getLogger(Notices.class);
  private static final int WAIT_MILLIS = 500;
  private static final Duration RETRY = Duration.ofSeconds(1);

  /** So long it may be silent before it is asked whether it is still there. */
  private static final Duration SILENCE = Duration.ofSeconds(5);

  private static final int ANSWER_SECONDS_MAX = 3;
  private static final Duration CLOSE_MAX = Duration.ofSeconds(5);

  private final Connector connector;
  private final Supplier<String> origin;
  private final LongSupplier doubts;
  private final Thread thread = Thread.ofPlatform().name("notices").daemon().unstarted(this::run);
  private @Nullable Connection connection;
  private @Nullable Consumer<Notice> hearer;
  private long heardAt = System.nanoTime();
  private volatile boolean closing;

  /** Makes a connection that nobody else uses. */
  interface Connector {
    Connection connect() throws SQLException;
  }

  /**
   * Listens from now on; what is said is kept until {@link #start}.
   *
   * @param origin whose notices are this node's own
   * @param doubts grows whenever this node does not know what it has written
   */
  Notices(Connector connector, Supplier<String> origin, LongSupplier doubts) {
    this.connector = connector;
    this.origin = origin;
    this.doubts = doubts;
    try {
      connection = listening();
    } catch (SQLException failed) {
      LOG.warn("notices: cannot listen to other nodes yet: {}", failed.getMessage());
    }
  }

  /** Tells somebody what is said, on the thread of this object; to be called once. */
  public void start(Consumer<Notice> told) {
    hearer = told;
    thread.start();
  }

  private Connection listening() throws SQLException {
    Connection made = connector.connect();
    try (Statement statement = made.createStatement()) {
      statement.execute("listen " + CHANNEL);
      return made;
    } catch (SQLException failed) {
      made.close();
      throw failed;
    }
  }

  private void run() {
    boolean complained = false;
    long doubted = 0;
    while (!closing) {
      try {
        Connection open = connection;
        if (open == null) {
          open = listening();
          connection = open;
          heardAt = System.nanoTime();
          complained = false;
          tell(new Notice.Missed());
        }
        long now = doubts.getAsLong();
        if (now != doubted) {
          tell(new Notice.Missed());
          doubted = now;
        }
        hear(open);
      } catch (SQLException | RuntimeException failed) {
        drop();
        if (!closing && !complained) {
          complained = true;
          LOG.warn("notices: other nodes are not heard at the moment: {}", failed.toString());
        }
        LockSupport.parkNanos(this, RETRY.toNanos());
      }
    }
    drop();
  }

  private void hear(Connection open) throws SQLException {
    PGNotification[] heard = open.unwrap(PGConnection.class).getNotifications(WAIT_MILLIS);
    if (heard == null || heard.length == 0) {
      isThere(open);
      return;
    }
    heardAt = System.nanoTime();
    for (PGNotification each : heard) {
      Notice notice = NoticeText.read(origin.get(), each.getParameter());
      if (notice != null) {
        tell(notice);
      }
    }
  }

  /** A network that has parted says nothing, and neither does a server that has nothing to say. */
  private void isThere(Connection open) throws SQLException {
    if (System.nanoTime() - heardAt > SILENCE.toNanos()) {
      if (!open.isValid(ANSWER_SECONDS_MAX)) {
        throw new SQLException("the server is silent");
      }
      heardAt = System.nanoTime();
    }
  }

  private void tell(Notice notice) {
    Consumer<Notice> told = hearer;
    if (told != null) {
      told.accept(notice);
    }
  }

  private void drop() {
    Connection gone = connection;
    connection = null;
    try {
      if (gone != null) {
        gone.close();
      }
    } catch (SQLException failed) {
      LOG.debug("notices: the connection did not close well", failed);
    }
  }

  @Override
  public void close() {
    closing = true;
    LockSupport.unpark(thread);
    try {
      if (thread.isAlive()) {
        thread.join(CLOSE_MAX);
      } else {
        drop();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
