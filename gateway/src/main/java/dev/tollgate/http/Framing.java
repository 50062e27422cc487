package dev.tollgate.http;

import dev.tollgate.model.Failure;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/** Refuses requests whose framing two readers could read differently. */
final class Framing {
  private Framing() {}

  /** What is wrong with the framing of a request, null if nothing is. */
  static @Nullable Failure oddity(HttpServerRequest request) {
    if (request.decoderResult().isFailure()) {
      return new Failure.BadRequest("The request is not valid HTTP.", null);
    }
    if (request.version() == HttpVersion.HTTP_2) {
      return null;
    }
    boolean chunked = request.headers().contains("transfer-encoding");
    if (chunked && request.headers().contains("content-length")) {
      return new Failure.BadRequest(
          "A request has either a content-length or a transfer-encoding, not both.", null);
    }
    if (request.headers().getAll("host").size() > 1) {
      return new Failure.BadRequest("A request has one host header.", "host");
    }
    return null;
  }
}
