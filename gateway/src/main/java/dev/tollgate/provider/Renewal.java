package dev.tollgate.provider;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Something that is good for a while and has to be fetched: kept as long as it is good, and fetched
 * anew before it is not. Thread-safe; one fetch at a time, on a virtual thread, so that nothing
 * here blocks.
 */
final class Renewal<T> {
  private static final Duration EARLY = Duration.ofMinutes(5);
  private static final Duration LATE = Duration.ofSeconds(30);

  /** Calls that come in after a failed fetch must not each start another. */
  private static final Duration QUIET = Duration.ofSeconds(1);

  private final String name;
  private final InstantSource clock;
  private final Supplier<Good<T>> fetch;
  private final Object lock = new Object();
  private @Nullable Good<T> held;
  private @Nullable CompletableFuture<Good<T>> underWay;
  private @Nullable RuntimeException failure;
  private Instant quietUntil = Instant.MIN;

  /** What was fetched, and how long it is good. */
  record Good<T>(T value, Instant until) {}

  /**
   * @param name of the thread that fetches
   * @param fetch may block; what it throws is what those who wait are told
   */
  Renewal(String name, InstantSource clock, Supplier<Good<T>> fetch) {
    this.name = name;
    this.clock = clock;
    this.fetch = fetch;
  }

  /** What is good now; complete at once if it is there. */
  CompletionStage<T> get() {
    Instant now = clock.instant();
    synchronized (lock) {
      Good<T> known = held;
      if (known != null && now.isBefore(known.until().minus(LATE))) {
        if (!now.isBefore(known.until().minus(EARLY))) {
          var _ = renew(now); // in the background: this one is still good
        }
        return CompletableFuture.completedStage(known.value());
      }
      return renew(now).thenApply(Good::value);
    }
  }

  /** The fetch under way, or a new one; soon after one that failed, its failure. */
  private CompletableFuture<Good<T>> renew(Instant now) {
    CompletableFuture<Good<T>> running = underWay;
    if (running != null) {
      return running;
    }
    RuntimeException failed = failure;
    if (failed != null && now.isBefore(quietUntil)) {
      return CompletableFuture.failedFuture(failed);
    }
    CompletableFuture<Good<T>> started = new CompletableFuture<>();
    underWay = started;
    Thread.ofVirtual().name(name).start(() -> fetchInto(started));
    return started;
  }

  private void fetchInto(CompletableFuture<Good<T>> outcome) {
    Good<T> fetched = null;
    RuntimeException failed = null;
    try {
      fetched = fetch.get();
    } catch (RuntimeException e) {
      failed = e;
    }
    synchronized (lock) {
      underWay = null;
      held = fetched == null ? held : fetched;
      failure = failed;
      quietUntil = clock.instant().plus(QUIET);
    }
    if (fetched != null) {
      outcome.complete(fetched);
    } else {
      outcome.completeExceptionally(failed);
    }
  }
}
