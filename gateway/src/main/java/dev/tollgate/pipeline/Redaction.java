package dev.tollgate.pipeline;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Secret;

/**
 * Takes a deployment's credentials out of what its provider says: some repeat the key they refuse.
 */
final class Redaction {
  /** A shorter value is no secret, and would be found in any text. */
  private static final int CHARS_MIN = 8;

  private Redaction() {}

  /** The failure without the deployment's credentials. */
  static Failure of(Failure failure, Deployment deployment) {
    String message = of(failure.message(), deployment);
    if (message.equals(failure.message())) {
      return failure;
    }
    return switch (failure) {
      case Failure.UpstreamRefused refused ->
          new Failure.UpstreamRefused(
              message,
              refused.status(),
              refused.kind(),
              refused.provider(),
              refused.providerType(),
              refused.providerParam(),
              refused.providerCode(),
              refused.retryAfter());
      case Failure.UpstreamBroken broken -> new Failure.UpstreamBroken(message, broken.provider());
      case Failure.BadRequest _,
          Failure.Unauthenticated _,
          Failure.ModelDenied _,
          Failure.RouteDenied _,
          Failure.NoRoute _,
          Failure.NotThere _,
          Failure.TooLarge _,
          Failure.BudgetExceeded _,
          Failure.RateLimited _,
          Failure.UnknownModel _,
          Failure.CoolingDown _,
          Failure.TimedOut _,
          Failure.Overloaded _,
          Failure.NoDatabase _,
          Failure.ClientGone _,
          Failure.Internal _ ->
          failure; // the gateway's own words
    };
  }

  /** A text without them. */
  static String of(String text, Deployment deployment) {
    String clean = text;
    for (Secret secret : deployment.headers().values()) {
      String value = secret.reveal();
      int space = value.indexOf(' ');
      String bare = space < 0 ? value : value.substring(space + 1); // without "Bearer"
      if (bare.length() >= CHARS_MIN) {
        clean = clean.replace(bare, "***");
      }
    }
    return clean;
  }
}
