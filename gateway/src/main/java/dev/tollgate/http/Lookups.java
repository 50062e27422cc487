package dev.tollgate.http;

import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Secret;
import dev.tollgate.pipeline.Pipeline;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks keys up on virtual threads, a bounded number at a time: after a start, while not all of
 * them are in memory. Thread-safe.
 */
final class Lookups implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lookups.class);
  private static final int AT_ONCE_MAX = 256;
  private static final Duration AGAIN_AFTER = Duration.ofSeconds(1);

  private final Pipeline pipeline;
  private final Semaphore room = new Semaphore(AT_ONCE_MAX);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  Lookups(Pipeline pipeline) {
    this.pipeline = pipeline;
  }

  /**
   * Goes on with a request as soon as it is known who presents the key; at once, as a rule. A
   * request that has to wait is paused, and left so.
   *
   * @param known told on the context; gets why it is not known, null if it is
   */
  void whenKnown(
      @Nullable Secret presented,
      Context context,
      HttpServerRequest request,
      Consumer<@Nullable Failure> known) {
    if (presented == null || pipeline.knows(presented)) {
      known.accept(null);
      return;
    }
    if (!room.tryAcquire()) {
      known.accept(busy());
      return;
    }
    request.pause();
    try {
      threads.execute(
          () -> {
            Failure failure = lookUp(presented);
            context.runOnContext(_ -> known.accept(failure));
          });
    } catch (RejectedExecutionException _) {
      room.release();
      known.accept(busy());
    }
  }

  private static Failure busy() {
    return new Failure.Overloaded("Too many keys have to be looked up at once.", AGAIN_AFTER);
  }

  private @Nullable Failure lookUp(Secret presented) {
    try {
      pipeline.lookUp(presented);
      return null;
    } catch (FailureException failed) {
      return failed.failure();
    } catch (RuntimeException bug) {
      LOG.error("a key could not be looked up", bug);
      return new Failure.Internal("Internal server error");
    } finally {
      room.release();
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
