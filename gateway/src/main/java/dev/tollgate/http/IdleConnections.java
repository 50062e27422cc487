package dev.tollgate.http;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Closes connections that nobody uses. The HTTP server's own idle timeout would also cut a call
 * that waits long for its provider; this one only looks at connections between calls. Lives on one
 * event loop.
 */
final class IdleConnections {
  private final Map<HttpConnection, Use> uses = new HashMap<>();
  private final long idleNanos;

  private static final class Use {
    private int underWay;
    private long sinceNanos = System.nanoTime();
  }

  IdleConnections(Vertx vertx, Duration idle) {
    this.idleNanos = idle.toNanos();
    vertx.setPeriodic(Math.max(100, idle.toMillis() / 4), _ -> sweep());
  }

  void opened(HttpConnection connection) {
    takeOver(connection);
    uses.put(connection, new Use());
    connection.closeHandler(_ -> uses.remove(connection));
  }

  /**
   * While it is not known whether a client speaks HTTP/1 or HTTP/2, and until HTTP/1's first head
   * is complete, nobody is told of its connection, and the server's own timeout closes those that
   * come no further. From here on it would count a wait for a provider as idle.
   */
  private static void takeOver(HttpConnection connection) {
    if (connection instanceof HttpServerConnection served) {
      ChannelPipeline pipeline = served.channelHandlerContext().pipeline();
      if (pipeline.get(IdleStateHandler.class) != null) {
        pipeline.remove(IdleStateHandler.class);
      }
    }
  }

  /** Of a connection that becomes a WebSocket, or ends, others decide when it is idle. */
  void leave(HttpConnection connection) {
    uses.remove(connection);
  }

  void busy(HttpServerRequest request) {
    Use use = uses.get(request.connection());
    if (use == null) {
      return;
    }
    use.underWay++;
    request
        .response()
        .endHandler(
            _ -> {
              use.underWay--;
              use.sinceNanos = System.nanoTime();
            });
  }

  private void sweep() {
    long now = System.nanoTime();
    uses.forEach(
        (connection, use) -> {
          if (use.underWay == 0 && now - use.sinceNanos > idleNanos) {
            connection.close();
          }
        });
  }
}
