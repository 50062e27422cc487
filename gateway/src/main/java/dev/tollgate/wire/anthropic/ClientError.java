package dev.tollgate.wire.anthropic;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Failure;
import dev.tollgate.wire.json.JsonText;
import dev.tollgate.wire.openai.ErrorBody;

/** Failures as Anthropic's clients see them. */
final class ClientError {
  private ClientError() {}

  /** The body of an error answer. */
  static byte[] of(Failure failure) {
    // What LiteLLM's routing or its reader of bodies refuses has its own form in every dialect.
    boolean own =
        failure instanceof Failure.RouteDenied
            || failure instanceof Failure.NoRoute
            || (failure instanceof Failure.BadRequest bad && "request_body".equals(bad.param()));
    return own ? ErrorBody.of(failure) : json(failure).getBytes(UTF_8);
  }

  /** The event of an error in mid-stream. */
  static byte[] eventOf(Failure failure) {
    return ("event: error\ndata: " + json(failure) + "\n\n").getBytes(UTF_8);
  }

  private static String json(Failure failure) {
    StringBuilder out = new StringBuilder(96 + failure.message().length());
    out.append("{\"type\":\"error\",\"error\":{\"type\":\"").append(typeOf(failure.status()));
    out.append("\",\"message\":");
    JsonText.quote(out, failure.message());
    return out.append("}}").toString();
  }

  /** Anthropic's type for a status. */
  private static String typeOf(int status) {
    return switch (status) {
      case 401 -> "authentication_error";
      case 402 -> "billing_error";
      case 403 -> "permission_error";
      case 404 -> "not_found_error";
      case 413 -> "request_too_large";
      case 429 -> "rate_limit_error";
      case 504 -> "timeout_error";
      case 529 -> "overloaded_error";
      default -> status >= 500 ? "api_error" : "invalid_request_error";
    };
  }
}
