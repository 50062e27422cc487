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
 * connection. Those that nobody takes are dropped with it, since a close in order waits for what is
 * unsent. The HTTP server forgets them where it is closed. Lives on one event loop.
 */
final class Unsent {
  /** Since the last sweep. */
  private Set<ClientSink> recent = new HashSet<>();

  /** Since before it. */
  private Set<ClientSink> old = new HashSet<>();

  private @Nullable Promise<Void> none;

  /**
   * An answer whose last byte has been handed over.
   *
   * @param sent when the kernel has it all, or the connection is gone
   */
  void add(ClientSink sink, Future<Void> sent) {
    recent.add(sink);
    sent.onComplete(_ -> remove(sink));
  }

  private void remove(ClientSink sink) {
    if (!recent.remove(sink)) {
      old.remove(sink);
    }
    if (isEmpty() && none != null) {
      none.tryComplete();
    }
  }

  private boolean isEmpty() {
    return recent.isEmpty() && old.isEmpty();
  }

  /** Drops what has waited since before the last sweep. */
  void sweep() {
    List<ClientSink> stalled = List.copyOf(old);
    old = recent;
    recent = new HashSet<>();
    stalled.forEach(ClientSink::drop);
  }

  /** Completes when there is none any more; what clients have not taken by then is dropped. */
  Future<Void> none(Vertx vertx, Duration patience) {
    if (isEmpty()) {
      return Future.succeededFuture();
    }
    Promise<Void> promise = Promise.promise();
    none = promise;
    vertx.setTimer(
        patience.toMillis(),
        _ -> {
          sweep();
          sweep();
          promise.tryComplete();
        });
    return promise.future();
  }
}
