package dev.tollgate.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the files twice a second and hands over what an edit made of them. It compares contents,
 * not times or inodes, so that Kubernetes' swapped links and editors that write in place are seen
 * alike; and it acts on what two looks in a row agree on, so that a half-written file is never
 * taken for an edit. A bad edit changes nothing and is told once.
 *
 * <p>Listeners are called on the watch's own virtual thread. {@link #start} and {@link #close} may
 * be called from any thread.
 */
public final class ConfigWatch implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofMillis(500);

  private final ConfigReader reader;
  private final Path file;
  private final Consumer<Config> onChange;
  private final Consumer<ConfigException> onError;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  // used by the one thread that looks
  private Config current;
  private @Nullable Map<Path, String> settled;
  private @Nullable Object seen;
  private @Nullable Object told;

  /**
   * Watches a file; {@link #start} begins.
   *
   * @param current what the program runs with now
   * @param onChange takes the next snapshot; a {@link ConfigException} that it throws refuses the
   *     edit
   * @param onError is told why an edit changed nothing
   */
  public ConfigWatch(
      ConfigReader reader,
      Path file,
      Config current,
      Consumer<Config> onChange,
      Consumer<ConfigException> onError) {
    this.reader = reader;
    this.file = file;
    this.current = current;
    this.onChange = onChange;
    this.onError = onError;
    this.thread = Thread.ofVirtual().name("config-watch").unstarted(this::watch);
  }

  /** Starts looking; once. */
  public void start() {
    thread.start();
  }

  /** Stops looking; when it returns to another thread than the watch's, no listener is called. */
  @Override
  public void close() {
    closed.countDown();
    if (Thread.currentThread() == thread) {
      return;
    }
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void watch() {
    try {
      while (!closed.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
        look();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** One look at the files. */
  void look() {
    Map<Path, String> last = settled;
    if (last != null && Sources.fingerprints(last.keySet()).equals(last)) {
      seen = null;
      return;
    }
    try {
      ConfigReader.Reading reading = reader.reading(file);
      if (agreed(reading.fingerprints())) {
        settled = reading.fingerprints();
        told = null;
        apply(reading.config());
      }
    } catch (ConfigException bad) {
      // not settled: the fault may be in a file that the last good reading does not know
      settled = null;
      if (agreed(bad.getMessage())) {
        tell(bad);
      }
    } catch (RuntimeException fault) { // the top of a background loop
      tell(
          new ConfigException(
              new Position(file, 0), "", "could not be read: " + fault.getClass().getName()));
    }
  }

  private boolean agreed(Object look) {
    boolean agreed = look.equals(seen);
    seen = look;
    return agreed;
  }

  private void apply(Config next) {
    if (next.equals(current)) {
      return;
    }
    try {
      onChange.accept(next);
      current = next;
    } catch (ConfigException refused) {
      tell(refused);
    } catch (RuntimeException fault) { // the top of a background loop
      tell(
          new ConfigException(
              new Position(file, 0), "", "could not be applied: " + fault.getClass().getName()));
    }
  }

  private void tell(ConfigException bad) {
    if (!bad.getMessage().equals(told)) {
      told = bad.getMessage();
      onError.accept(bad);
    }
  }
}
