package dev.tollgate.provider;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Route;
import dev.tollgate.wire.form.Upload;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sends requests to providers. Used from one event loop only; each loop has its own. */
public interface Upstream {

  /**
   * Starts one request; exactly one of {@link Receiver#end} and {@link Receiver#failed} is called
   * unless the exchange is cancelled first. Never throws and never calls the receiver before it
   * returns.
   */
  Exchange send(Order order, Receiver receiver);

  /**
   * Opens a WebSocket to the place of an order; its body is not sent. A redirect is not followed.
   *
   * @return what it becomes; it fails with {@link io.vertx.core.http.UpgradeRejectedException}
   *     where the provider answers with a status, else with {@link
   *     dev.tollgate.model.FailureException}
   */
  Future<WebSocket> connect(Order order);

  /**
   * What to send.
   *
   * @param route what is asked of the provider, and where
   * @param body the provider's body; not changed afterwards
   * @param upload where the rest of the body's files is; null if it has none
   * @param extraHeaders harmless headers of the client's; the deployment's own win
   * @param dialectHeaders headers that the request needs in its dialect; they replace all others
   * @param stream whether an event stream is asked for
   * @param timeout for a whole reply the longest it may take, for a stream the longest silence
   */
  @SuppressWarnings("ArrayRecordComponent") // identity is enough: an order is never compared
  record Order(
      Deployment deployment,
      Route route,
      byte[] body,
      @Nullable Upload upload,
      Map<String, String> extraHeaders,
      Map<String, String> dialectHeaders,
      boolean stream,
      Duration timeout) {
    public Operation operation() {
      return route.operation();
    }
  }

  /** A request under way. */
  interface Exchange {
    /** Closes it now; the receiver hears no more. Does nothing once it has ended. */
    void cancel();

    /**
     * Nothing more is wanted of it: lets a reply that is about to end do so, which keeps its
     * connection, and closes it if it has not ended after some seconds.
     */
    void conclude();

    /** Stops reading the reply, so that a slow client slows down the provider. */
    void pause();

    void resume();
  }

  /** Hears the reply, on the event loop that sent. */
  interface Receiver {
    void head(int status, MultiMap headers);

    void bytes(Buffer chunk);

    void end();

    void failed(Failure failure);
  }
}
