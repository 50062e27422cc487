package dev.tollgate.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The answers that are complete, and booked, but which a client has yet to take from its
 * connection. The HTTP server forgets them where it is closed. Lives on one event loop.
 */
final class Unsent {
  private int count;
  private @Nullable Promise<Void> none;

  /**
   * An answer whose last byte has been handed over.
   *
   * @param sent when the client's kernel has it all, or the connection is gone
   */
  void add(Future<Void> sent) {
    count++;
    sent.onComplete(_ -> taken());
  }

  private void taken() {
    count--;
    if (count == 0 && none != null) {
      none.tryComplete();
    }
  }

  /** Completes when there is none any more, or patience has an end. */
  Future<Void> none(Vertx vertx, Duration patience) {
    if (count == 0) {
      return Future.succeededFuture();
    }
    Promise<Void> promise = Promise.promise();
    none = promise;
    vertx.setTimer(patience.toMillis(), _ -> promise.tryComplete());
    return promise.future();
  }
}
