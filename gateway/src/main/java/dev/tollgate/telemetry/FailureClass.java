package dev.tollgate.telemetry;

import dev.tollgate.model.Failure;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * LiteLLM's {@code exception_class}: the name of the exception that its users' alerts select, with
 * the provider in front when the provider failed ({@code Openai.RateLimitError}).
 */
final class FailureClass {
  private FailureClass() {}

  static String name(Failure failure, @Nullable String provider) {
    return switch (failure) {
      case Failure.BadRequest _ -> "BadRequestError";
      case Failure.Unauthenticated _,
          Failure.ModelDenied _,
          Failure.RouteDenied _,
          Failure.UnknownModel _ ->
          "ProxyException";
      case Failure.NoRoute _,
          Failure.NotThere _,
          Failure.TooLarge _,
          Failure.RateLimited _,
          Failure.Overloaded _,
          Failure.NoDatabase _ ->
          "HTTPException";
      case Failure.BudgetExceeded _ -> "BudgetExceededError";
      case Failure.CoolingDown _ -> "RouterRateLimitError";
      case Failure.UpstreamRefused refused -> of(refused.provider(), refused(refused));
      case Failure.UpstreamBroken broken -> of(broken.provider(), "APIConnectionError");
      case Failure.TimedOut _ -> of(provider, "Timeout");
      case Failure.ClientGone _ -> "CancelledError";
      case Failure.Internal _ -> "InternalServerError";
    };
  }

  private static String refused(Failure.UpstreamRefused refused) {
    return switch (refused.kind()) {
      case CONTEXT_WINDOW -> "ContextWindowExceededError";
      case CONTENT_POLICY -> "ContentPolicyViolationError";
      case GENERAL ->
          switch (refused.status()) {
            case 400 -> "BadRequestError";
            case 401 -> "AuthenticationError";
            case 403 -> "PermissionDeniedError";
            case 404 -> "NotFoundError";
            case 408 -> "Timeout";
            case 422 -> "UnprocessableEntityError";
            case 429 -> "RateLimitError";
            case 500 -> "InternalServerError";
            case 502 -> "BadGatewayError";
            case 503 -> "ServiceUnavailableError";
            default -> "APIError";
          };
    };
  }

  private static String of(@Nullable String provider, String name) {
    if (provider == null || provider.isEmpty()) {
      return name;
    }
    String first = provider.substring(0, 1).toUpperCase(Locale.ROOT);
    return first + provider.substring(1) + "." + name;
  }
}
