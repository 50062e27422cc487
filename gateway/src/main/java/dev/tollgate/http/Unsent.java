package dev.tollgate.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The answers that are complete, and booked, but which a client has yet to take from its
 * connection. The HTTP server forgets them where it is closed. Lives on one event loop.
 */
final class Unsent {
  private final Set<ClientSink> sinks = new HashSet<>();
  private @Nullable Promise<Void> none;

  /**
   * An answer whose last byte has been handed over.
   *
   * @param sent when the kernel has it all, or the connection is gone
   */
  void add(ClientSink sink, Future<Void> sent) {
    sinks.add(sink);
    sent.onComplete(_ -> remove(sink));
  }

  private void remove(ClientSink sink) {
    sinks.remove(sink);
    if (sinks.isEmpty() && none != null) {
      none.tryComplete();
    }
  }

  /** Completes when there is none any more; what clients have not taken by then is dropped. */
  Future<Void> none(Vertx vertx, Duration patience) {
    if (sinks.isEmpty()) {
      return Future.succeededFuture();
    }
    Promise<Void> promise = Promise.promise();
    none = promise;
    vertx.setTimer(
        patience.toMillis(),
        _ -> {
          List.copyOf(sinks).forEach(ClientSink::drop);
          promise.tryComplete();
        });
    return promise.future();
  }
}
