package dev.tollgate.http;

import dev.tollgate.model.Failure;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.StreamResetException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Refuses requests that two readers could read differently. */
final class Framing {
  private Framing() {}

  /** What is wrong with a request that the HTTP decoder could read; null if nothing is. */
  static @Nullable Failure oddity(HttpServerRequest request) {
    if (request.version() == HttpVersion.HTTP_2) {
      return null;
    }
    boolean chunked = request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
    if (chunked && request.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
      return new Failure.BadRequest(
          "A request has either a content-length or a transfer-encoding, not both.", null);
    }
    int hosts = request.headers().getAll(HttpHeaders.HOST).size();
    if (hosts > 1 || (hosts == 0 && request.version() == HttpVersion.HTTP_1_1)) {
      return new Failure.BadRequest("A request has one host header.", "host");
    }
    if (request.headers().contains("")) {
      return new Failure.BadRequest("A header has no name.", null);
    }
    return null;
  }

  /** The same for one that asks for a WebSocket: the handshake would wait for a body's end. */
  static @Nullable Failure socketOddity(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (request.headers().contains(HttpHeaders.TRANSFER_ENCODING)) {
      return new Failure.BadRequest(
          "A request for a WebSocket has no body.", HttpHeaders.TRANSFER_ENCODING.toString());
    }
    return length == null || length.strip().equals("0")
        ? null
        : new Failure.BadRequest(
            "A request for a WebSocket has no body.", HttpHeaders.CONTENT_LENGTH.toString());
  }

  /** What is wrong with a request that the HTTP decoder could not read. */
  static Failure unreadable(HttpServerRequest request) {
    return switch (request.decoderResult().cause()) {
      case TooLongHttpLineException _ ->
          new Failure.TooLarge("The request line is longer than this gateway takes.", 414);
      case TooLongHttpHeaderException _ ->
          new Failure.TooLarge("The header block is larger than this gateway takes.", 431);
      case null, default -> new Failure.BadRequest("The request is not valid HTTP.", null);
    };
  }

  /** Whether a request broke because of what the client sent, not because it left. */
  static boolean isUnreadable(Throwable cause) {
    return !(cause instanceof IOException
        || cause instanceof HttpClosedException
        || cause instanceof StreamResetException);
  }
}
