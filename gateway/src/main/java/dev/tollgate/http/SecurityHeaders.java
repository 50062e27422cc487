package dev.tollgate.http;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/** Headers of every answer, as LiteLLM sends them, and those of cross-origin requests. */
final class SecurityHeaders {
  // Encoded and hashed once.
  private static final CharSequence X_FRAME_OPTIONS =
      HttpHeaders.createOptimized("x-frame-options");
  private static final CharSequence CONTENT_SECURITY_POLICY =
      HttpHeaders.createOptimized("content-security-policy");
  private static final CharSequence X_CONTENT_TYPE_OPTIONS =
      HttpHeaders.createOptimized("x-content-type-options");

  private static final CharSequence VARY_ORIGIN = HttpHeaders.createOptimized("Origin");
  private static final CharSequence DENY = HttpHeaders.createOptimized("DENY");
  private static final CharSequence NO_ANCESTORS =
      HttpHeaders.createOptimized("frame-ancestors 'none'");
  private static final CharSequence NOSNIFF = HttpHeaders.createOptimized("nosniff");

  private SecurityHeaders() {}

  static void put(MultiMap headers, @Nullable String origin) {
    headers.add(HttpHeaders.VARY, VARY_ORIGIN);
    headers.add(X_FRAME_OPTIONS, DENY);
    headers.add(CONTENT_SECURITY_POLICY, NO_ANCESTORS);
    headers.add(X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    if (origin != null) {
      headers.set("access-control-allow-origin", "*");
      headers.set("access-control-expose-headers", "*");
    }
  }

  static void preflight(MultiMap headers, @Nullable String wanted) {
    headers.set("access-control-allow-methods", "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT");
    headers.set("access-control-max-age", "600");
    headers.set("access-control-allow-headers", wanted == null ? "*" : wanted);
  }
}
