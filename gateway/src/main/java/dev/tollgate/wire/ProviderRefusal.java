package dev.tollgate.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Failure;
import dev.tollgate.model.Failure.UpstreamRefused;
import dev.tollgate.model.Failure.UpstreamRefused.Kind;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Refusals of providers that LiteLLM calls by itself, in its words: {@code litellm.BadRequestError:
 * AnthropicException - } and the body as it came.
 */
public final class ProviderRefusal {
  private static final int BODY_TEXT_MAX = 8192;

  private ProviderRefusal() {}

  /** The start of an error body, as text. */
  public static String textOf(byte[] body) {
    return new String(body, 0, Math.min(body.length, BODY_TEXT_MAX), UTF_8);
  }

  /**
   * The failure.
   *
   * @param exception LiteLLM's word, {@code AnthropicException}
   * @param text what the provider said
   * @param code its own name for it; null if it has none
   */
  public static Failure of(
      String provider,
      String exception,
      int status,
      Kind kind,
      String text,
      @Nullable String code,
      @Nullable Duration retryAfter) {
    return new UpstreamRefused(
        wording(exception, status, kind, text),
        status,
        kind,
        provider,
        null,
        null,
        code,
        retryAfter);
  }

  private static String wording(String exception, int status, Kind kind, String text) {
    return switch (kind) {
      case CONTENT_POLICY ->
          "litellm.BadRequestError: litellm.ContentPolicyViolationError: "
              + exception
              + " - "
              + text;
      case CONTEXT_WINDOW ->
          "litellm.ContextWindowExceededError: litellm.BadRequestError:"
              + " ContextWindowExceededError: "
              + exception
              + " - "
              + text;
      case GENERAL -> {
        String error = errorOf(status);
        String end =
            error.equals("Timeout")
                ? "\n\nDeployment Info: request_timeout: None\ntimeout: None"
                : "";
        yield "litellm." + error + ": " + exception + " - " + text + end;
      }
    };
  }

  private static String errorOf(int status) {
    return switch (status) {
      case 401 -> "AuthenticationError";
      case 403 -> "PermissionDeniedError";
      case 404 -> "NotFoundError";
      case 408, 504 -> "Timeout";
      case 429 -> "RateLimitError";
      case 502 -> "BadGatewayError";
      case 503 -> "ServiceUnavailableError";
      default -> status >= 500 ? "InternalServerError" : "BadRequestError";
    };
  }
}
