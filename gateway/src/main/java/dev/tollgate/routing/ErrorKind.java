package dev.tollgate.routing;

import dev.tollgate.model.Failure;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Failures as LiteLLM's retry policy and fallbacks tell them apart. */
public enum ErrorKind {
  BAD_REQUEST,
  AUTHENTICATION,
  NOT_FOUND,
  TIMEOUT,
  RATE_LIMIT,
  CONTENT_POLICY,
  CONTEXT_WINDOW,
  INTERNAL_SERVER,
  BAD_GATEWAY,
  SERVICE_UNAVAILABLE,
  /** No word for it: 403, 409, 413 and the like. */
  DEFAULT,
  /** Not the provider's: no other deployment would do better, or nobody waits for it. */
  FINAL;

  static ErrorKind of(Failure failure) {
    return switch (failure) {
      case Failure.UpstreamRefused refused ->
          switch (refused.kind()) {
            case CONTEXT_WINDOW -> CONTEXT_WINDOW;
            case CONTENT_POLICY -> CONTENT_POLICY;
            case GENERAL -> ofStatus(refused.status());
          };
      case Failure.UpstreamBroken _ -> INTERNAL_SERVER;
      case Failure.TimedOut _ -> TIMEOUT;
      case Failure.BadRequest _ -> BAD_REQUEST;
      case Failure.CoolingDown _, Failure.RateLimited _ -> RATE_LIMIT;
      case Failure.UnknownModel _ -> NOT_FOUND;
      case Failure.Unauthenticated _,
          Failure.ModelDenied _,
          Failure.RouteDenied _,
          Failure.NoRoute _,
          Failure.NotThere _,
          Failure.TooLarge _,
          Failure.BudgetExceeded _,
          Failure.Overloaded _,
          Failure.NoDatabase _,
          Failure.ClientGone _,
          Failure.Internal _ ->
          FINAL;
    };
  }

  private static ErrorKind ofStatus(int status) {
    return switch (status) {
      case 400, 422 -> BAD_REQUEST;
      case 401 -> AUTHENTICATION;
      case 404 -> NOT_FOUND;
      case 408, 504 -> TIMEOUT;
      case 429 -> RATE_LIMIT;
      case 502 -> BAD_GATEWAY;
      case 503 -> SERVICE_UNAVAILABLE;
      default -> status >= 500 ? INTERNAL_SERVER : DEFAULT;
    };
  }

  /** What a policy says of this kind, else of every other kind, else null. */
  @Nullable Integer in(Map<ErrorKind, Integer> policy) {
    Integer own = policy.get(this);
    return own == null ? policy.get(DEFAULT) : own;
  }
}
