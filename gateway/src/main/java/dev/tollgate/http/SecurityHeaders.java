package dev.tollgate.http;

import io.vertx.core.MultiMap;
import org.jspecify.annotations.Nullable;

/** Headers of every answer, as LiteLLM sends them, and those of cross-origin requests. */
final class SecurityHeaders {
  private SecurityHeaders() {}

  static void put(MultiMap headers, @Nullable String origin) {
    headers.set("vary", "Origin");
    headers.set("x-frame-options", "DENY");
    headers.set("content-security-policy", "frame-ancestors 'none'");
    headers.set("x-content-type-options", "nosniff");
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
