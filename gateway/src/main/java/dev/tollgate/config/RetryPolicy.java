package dev.tollgate.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * {@code retry_policy}: retries by the kind of error.
 *
 * @param retries only the kinds that the file names
 */
public record RetryPolicy(Map<Kind, Integer> retries) {
  public static final RetryPolicy NONE = new RetryPolicy(Map.of());

  /** Kinds of errors, by LiteLLM's names. */
  public enum Kind {
    BAD_REQUEST("BadRequestErrorRetries"),
    AUTHENTICATION("AuthenticationErrorRetries"),
    TIMEOUT("TimeoutErrorRetries"),
    RATE_LIMIT("RateLimitErrorRetries"),
    CONTENT_POLICY("ContentPolicyViolationErrorRetries"),
    INTERNAL_SERVER("InternalServerErrorRetries"),
    SERVICE_UNAVAILABLE("ServiceUnavailableErrorRetries"),
    NOT_FOUND("NotFoundErrorRetries"),
    DEFAULT("DefaultRetries");

    private final String key;

    Kind(String key) {
      this.key = key;
    }

    /** LiteLLM's key. */
    public String key() {
      return key;
    }
  }

  static RetryPolicy from(Section section) {
    Map<Kind, Integer> retries = new LinkedHashMap<>();
    for (Kind kind : Kind.values()) {
      Integer count = section.count(kind.key());
      if (count != null) {
        retries.put(kind, count);
      }
    }
    return new RetryPolicy(Collections.unmodifiableMap(retries));
  }
}
