package dev.tollgate.wire.openai;

import dev.tollgate.model.Failure;
import dev.tollgate.wire.json.JsonText;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Failures as clients of the OpenAI dialects see them, with LiteLLM's types. */
public final class ErrorBody {
  private ErrorBody() {}

  private record Shape(@Nullable String type, @Nullable String param) {}

  /** The body of an error answer. */
  public static byte[] of(Failure failure) {
    // LiteLLM's routing answers these before its own error form applies.
    if (failure instanceof Failure.RouteDenied || failure instanceof Failure.NoRoute) {
      return detail(failure.message());
    }
    return bytes(envelope(failure, shapeOf(failure)));
  }

  /** The event of an error in mid-stream: {@code data: {"error":…}} and a blank line. */
  public static byte[] eventOf(Failure failure) {
    Shape shape = shapeOf(failure);
    if (failure instanceof Failure.UpstreamBroken) {
      // LiteLLM has no type for a stream that breaks off.
      shape = new Shape(null, null);
    }
    return bytes("data: " + envelope(failure, shape) + "\n\n");
  }

  /** The one table of types and params; the code is always the status. */
  private static Shape shapeOf(Failure failure) {
    return switch (failure) {
      case Failure.BadRequest bad ->
          // LiteLLM has this type for a model that is no string, and nowhere else here.
          new Shape(
              "model".equals(bad.param()) ? "bad_request_error" : "invalid_request_error",
              bad.param());
      case Failure.Unauthenticated unknown -> new Shape(unknown.type(), unknown.param());
      case Failure.ModelDenied denied -> new Shape(denied.type(), "model");
      case Failure.RouteDenied _ -> new Shape("permission_error", null);
      case Failure.NoRoute _ -> new Shape("invalid_request_error", null);
      case Failure.NotThere missing -> new Shape(typeOf(missing.status()), missing.param());
      case Failure.TooLarge large -> new Shape(typeOf(large.status()), null);
      case Failure.BudgetExceeded _ -> new Shape("budget_exceeded", null);
      case Failure.RateLimited _ -> new Shape("throttling_error", null);
      case Failure.UnknownModel _ -> new Shape("invalid_request_error", null);
      case Failure.CoolingDown _ -> new Shape("all_deployments_in_cooldown", null);
      case Failure.UpstreamRefused refused ->
          new Shape(
              refused.providerType() == null ? typeOf(refused.status()) : refused.providerType(),
              refused.providerParam());
      case Failure.UpstreamBroken broken -> new Shape(typeOf(broken.status()), null);
      case Failure.TimedOut timedOut -> new Shape(typeOf(timedOut.status()), null);
      case Failure.Overloaded overloaded -> new Shape(typeOf(overloaded.status()), null);
      case Failure.NoDatabase _ -> new Shape("no_db_connection", null);
      case Failure.ClientGone gone -> new Shape(typeOf(gone.status()), null);
      case Failure.Internal internal -> new Shape(typeOf(internal.status()), null);
    };
  }

  /** LiteLLM's type for a provider's status. */
  private static String typeOf(int status) {
    if (status >= 500) {
      return "internal_server_error";
    }
    return switch (status) {
      case 401 -> "authentication_error";
      case 403 -> "permission_error";
      case 429 -> "throttling_error";
      default -> "invalid_request_error";
    };
  }

  private static String envelope(Failure failure, Shape shape) {
    StringBuilder out = new StringBuilder(160 + failure.message().length());
    out.append("{\"error\":{\"message\":");
    JsonText.quote(out, failure.message());
    out.append(",\"type\":");
    JsonText.quote(out, shape.type());
    out.append(",\"param\":");
    JsonText.quote(out, shape.param());
    out.append(",\"code\":\"").append(failure.status()).append("\"}}");
    return out.toString();
  }

  private static byte[] detail(String message) {
    StringBuilder out = new StringBuilder(16 + message.length());
    out.append("{\"detail\":");
    JsonText.quote(out, message);
    return bytes(out.append('}').toString());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
