package dev.tollgate.http;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Compresses whole answers for clients that accept it. Streams are never compressed: a compressor
 * holds events back.
 *
 * @param bytesMin smaller answers are sent as they are
 * @param bytesMax larger answers are sent as they are, since compressing them would hold up the
 *     event loop
 */
record Gzip(int bytesMin, int bytesMax) {

  static final Gzip DEFAULTS = new Gzip(8 << 10, 512 << 10);

  byte[] maybe(HttpServerRequest request, MultiMap headers, byte[] body) {
    if (body.length < bytesMin || body.length > bytesMax || !accepts(request)) {
      return body;
    }
    headers.set("content-encoding", "gzip");
    headers.set("vary", "Origin, Accept-Encoding");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(body.length / 2);
    try (GZIPOutputStream gzip = new FastGzip(bytes)) {
      gzip.write(body);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible); // memory does not fail to be written
    }
    return bytes.toByteArray();
  }

  private static boolean accepts(HttpServerRequest request) {
    String accepted = request.getHeader(HttpHeaders.ACCEPT_ENCODING);
    if (accepted == null) {
      return false;
    }
    for (String coding : accepted.toLowerCase(Locale.ROOT).split(",", -1)) {
      String[] parts = coding.strip().split(";", -1);
      if (parts[0].strip().equals("gzip")) {
        return parts.length == 1 || !parts[1].strip().matches("q=0(\\.0*)?");
      }
    }
    return false;
  }

  private static final class FastGzip extends GZIPOutputStream {
    FastGzip(ByteArrayOutputStream out) throws IOException {
      super(out);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }
}
