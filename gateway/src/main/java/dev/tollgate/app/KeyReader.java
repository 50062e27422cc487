package dev.tollgate.app;

import dev.tollgate.access.Access;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads all keys, on a thread of its own that gives way to calls: of a million it takes some
 * seconds, in which the gateway serves already and looks up the keys that it is called with. Tries
 * again until it has them.
 */
final class KeyReader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KeyReader.class);

  /** So long a start waits for it: most have all keys by then. */
  private static final Duration START_WAIT = Duration.ofMillis(200);

  private static final Duration AGAIN_AFTER = Duration.ofSeconds(2);
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(30);

  private final Access access;

  @SuppressWarnings("ThreadPriorityCheck") // nothing goes wrong where priorities mean nothing
  private final Thread thread =
      Thread.ofPlatform().name("keys").daemon().priority(Thread.MIN_PRIORITY).unstarted(this::run);

  private volatile boolean closing;

  KeyReader(Access access) {
    this.access = access;
  }

  void start() {
    thread.start();
    join(START_WAIT);
  }

  private void join(Duration patience) {
    try {
      thread.join(patience);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!closing && !read()) {
      try {
        Thread.sleep(AGAIN_AFTER);
      } catch (InterruptedException _) {
        return;
      }
    }
  }

  private boolean read() {
    try {
      access.readKeys();
      return true;
    } catch (RuntimeException failed) {
      // Whatever a database throws: keys are looked up one by one as long as it lasts.
      LOG.error("the keys could not be read, which is tried again", failed);
      return false;
    }
  }

  @Override
  public void close() {
    closing = true;
    thread.interrupt();
    join(CLOSE_WAIT); // the database is closed after it
  }
}
