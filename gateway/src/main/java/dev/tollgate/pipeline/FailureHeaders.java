package dev.tollgate.pipeline;

import dev.tollgate.model.Failure;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** Headers that an answer to a failure carries, whatever its dialect. */
public final class FailureHeaders {
  /** LiteLLM's way to write a moment in rate-limit answers. */
  private static final DateTimeFormatter RESET =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

  private FailureHeaders() {}

  public static void put(MultiMap headers, Failure failure) {
    headers.set("content-type", "application/json");
    switch (failure) {
      case Failure.RateLimited limited -> {
        headers.set("retry-after", seconds(limited.retryAfter()));
        headers.set("rate_limit_type", limited.limitType());
        if (limited.resetAt() != null) {
          headers.set("reset_at", RESET.format(limited.resetAt()));
        }
      }
      case Failure.CoolingDown cooling -> headers.set("retry-after", seconds(cooling.retryAfter()));
      case Failure.Overloaded overloaded ->
          headers.set("retry-after", seconds(overloaded.retryAfter()));
      case Failure.NoDatabase away -> headers.set("retry-after", seconds(away.retryAfter()));
      case Failure.BudgetExceeded spent -> retryAfter(headers, spent.retryAfter());
      case Failure.UpstreamRefused refused -> retryAfter(headers, refused.retryAfter());
      case Failure.NoRoute missing -> {
        if (missing.allow() != null) {
          headers.set("allow", missing.allow());
        }
      }
      case Failure.Unauthenticated _ -> headers.set("www-authenticate", "Bearer");
      case Failure.BadRequest _,
          Failure.ModelDenied _,
          Failure.RouteDenied _,
          Failure.NotThere _,
          Failure.TooLarge _,
          Failure.UnknownModel _,
          Failure.UpstreamBroken _,
          Failure.TimedOut _,
          Failure.ClientGone _,
          Failure.Internal _ -> {}
    }
  }

  private static void retryAfter(MultiMap headers, @Nullable Duration after) {
    if (after != null) {
      headers.set("retry-after", seconds(after));
    }
  }

  /** Whole seconds, rounded up, so that a client that waits as told is not early. */
  private static String seconds(Duration duration) {
    long seconds = duration.toSeconds() + (duration.toNanosPart() > 0 ? 1 : 0);
    return Long.toString(Math.max(1, seconds));
  }
}
