package dev.tollgate.wire.anthropic;

import dev.tollgate.model.Failure;
import dev.tollgate.model.Failure.UpstreamRefused.Kind;
import dev.tollgate.wire.ProviderRefusal;
import dev.tollgate.wire.openai.ProviderError;
import dev.tollgate.wire.openai.Refusal;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Anthropic's error answers and error events as failures. */
public final class MessagesRefusal {
  private static final String EXCEPTION = "AnthropicException";

  private MessagesRefusal() {}

  /** An error answer; parameters as in {@link dev.tollgate.wire.Codec#readFailure}. */
  public static Failure of(
      String provider, int status, @Nullable String retryAfter, Instant now, byte[] body) {
    ProviderError error = ProviderError.ofBody(body);
    String text = ProviderRefusal.textOf(body);
    return ProviderRefusal.of(
        provider,
        EXCEPTION,
        status,
        kindOf(status, text),
        text,
        error.type(),
        Refusal.retryAfter(retryAfter, now));
  }

  /** An error event. */
  static Failure ofEvent(String provider, ProviderError error) {
    String text = error.message() == null ? "unknown error" : error.message();
    int status = statusOf(error.type());
    return ProviderRefusal.of(
        provider, EXCEPTION, status, kindOf(status, text), text, error.type(), null);
  }

  /** Overload in mid-stream is no more than an error: nobody can wait and go on from there. */
  private static int statusOf(@Nullable String type) {
    return switch (type == null ? "" : type) {
      case "invalid_request_error" -> 400;
      case "authentication_error" -> 401;
      case "billing_error" -> 402;
      case "permission_error" -> 403;
      case "not_found_error" -> 404;
      case "request_too_large" -> 413;
      case "rate_limit_error" -> 429;
      case "timeout_error" -> 504;
      default -> 500;
    };
  }

  private static Kind kindOf(int status, String said) {
    if (status != 400 && status != 413) {
      return Kind.GENERAL;
    }
    String text = said.toLowerCase(Locale.ROOT);
    if (text.contains("prompt is too long")
        || text.contains("prompt: length")
        || text.contains("exceed context limit")
        || text.contains("context window")
        || text.contains("maximum context length")) {
      return Kind.CONTEXT_WINDOW;
    }
    return text.contains("content filtering policy") || text.contains("content policy")
        ? Kind.CONTENT_POLICY
        : Kind.GENERAL;
  }
}
