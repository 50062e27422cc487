package dev.tollgate.http;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;

/**
 * What still comes of a request that was answered before it had arrived. A little of it is read and
 * thrown away, and the connection goes on. With more, the connection is closed, but not at once: a
 * client that is still sending would meet a reset and never see why it was refused. It is read for
 * a while, and then held, until the time is up.
 */
final class Leftovers {
  private static final int KEPT_BYTES_MAX = 64 << 10;
  private static final int READ_BYTES_MAX = 64 << 20;
  private static final long READ_MILLIS_MAX = 2_000;

  private final HttpServerRequest request;
  private int bytes;

  private Leftovers(HttpServerRequest request) {
    this.request = request;
  }

  /** Takes care of the rest of a request; called right before its answer is written. */
  static void of(HttpServerRequest request, Vertx vertx) {
    Leftovers rest = new Leftovers(request);
    if (request.version() == HttpVersion.HTTP_2) {
      // asks the client to stop sending; the connection's other streams go on
      request.response().endHandler(_ -> request.response().reset(0));
    } else if (!rest.isLittle()) {
      request.response().headers().set("connection", "close");
      request.handler(rest::chunk);
      request.endHandler(_ -> request.connection().close());
      vertx.setTimer(READ_MILLIS_MAX, _ -> request.connection().close());
      request.resume();
      return;
    }
    request.handler(_ -> {});
    request.resume();
  }

  private boolean isLittle() {
    if (request.headers().contains("transfer-encoding")) {
      return false;
    }
    String length = request.getHeader("content-length");
    return length == null || (length.length() <= 6 && Integer.parseInt(length) <= KEPT_BYTES_MAX);
  }

  private void chunk(Buffer chunk) {
    bytes += chunk.length();
    if (bytes > READ_BYTES_MAX) {
      request.pause(); // what it sends now waits on its side, where it finds the answer meanwhile
    }
  }
}
