package dev.tollgate.routing;

import dev.tollgate.model.Failure;
import dev.tollgate.routing.Health.Counts;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a deployment is left alone for a while, by LiteLLM's rules. Only what speaks of the
 * deployment counts: a request that is wrong (400, 422) says nothing about it, however often a
 * caller sends it.
 */
final class Cooldown {
  private static final int ALL_FAILED_CALLS_MIN = 1_000;
  private static final int HALF_FAILED_CALLS_MIN = 5;

  /** One failure is no trouble. */
  private static final int FAILURES_BORNE = 1;

  /** A provider's word for longer is not taken: it would take a deployment out until a restart. */
  private static final Duration RETRY_AFTER_MAX = Duration.ofHours(1);

  private Cooldown() {}

  /** Counts a failure, and cools the deployment down if that was the one too many. */
  static void failed(
      Lane lane, Failure failure, int groupSize, RoutingSettings settings, long nowMillis) {
    int status = failure.status();
    if (!counts(failure, status)) {
      return;
    }
    Counts counts = lane.health().failed(status, nowMillis);
    if (!settings.cooldownsDisabled() && tooMany(failure, status, counts, groupSize, settings)) {
      Duration time = time(lane, failure, settings);
      if (time.isPositive()) {
        lane.health().coolUntil(nowMillis + time.toMillis());
      }
    }
  }

  /**
   * LiteLLM's rule for a model that is in trouble: some deployment has failed twice this minute.
   */
  static boolean failing(Group group, long nowMillis) {
    for (Lane lane : group.lanes()) {
      if (lane.health().failures(nowMillis) > FAILURES_BORNE) {
        return true;
      }
    }
    return false;
  }

  private static boolean counts(Failure failure, int status) {
    boolean providers =
        failure instanceof Failure.UpstreamRefused
            || failure instanceof Failure.UpstreamBroken
            || failure instanceof Failure.TimedOut;
    return providers && (isFinal(status) || status == 408 || status == 429 || status >= 500);
  }

  /** Statuses that asking again does not change: the key, the bill, the model's name. */
  private static boolean isFinal(int status) {
    return status == 401 || status == 402 || status == 404;
  }

  private static boolean tooMany(
      Failure failure, int status, Counts counts, int groupSize, RoutingSettings settings) {
    Integer allowed = allowedFails(failure, settings);
    if (allowed != null) {
      return counts.failures() > allowed;
    }
    boolean alone = groupSize <= 1;
    return isFinal(status)
        || (status == 429 && !alone)
        || (counts.failures() == counts.total() && counts.total() >= ALL_FAILED_CALLS_MIN)
        || (counts.failures() * 2L > counts.total()
            && counts.total() >= HALF_FAILED_CALLS_MIN
            && !alone);
  }

  private static @Nullable Integer allowedFails(Failure failure, RoutingSettings settings) {
    Integer byKind = ErrorKind.of(failure).in(settings.allowedFailsPolicy());
    return byKind == null ? settings.allowedFails() : byKind;
  }

  private static Duration time(Lane lane, Failure failure, RoutingSettings settings) {
    Duration own = lane.deployment().limits().cooldown();
    if (own != null) {
      return own;
    }
    Duration asked = retryAfter(failure);
    if (asked == null) {
      return settings.cooldown();
    }
    return asked.compareTo(RETRY_AFTER_MAX) > 0 ? RETRY_AFTER_MAX : asked;
  }

  /** The provider's {@code retry-after}, null if it gave none that is more than nothing. */
  static @Nullable Duration retryAfter(Failure failure) {
    return failure instanceof Failure.UpstreamRefused refused
            && refused.retryAfter() != null
            && refused.retryAfter().isPositive()
        ? refused.retryAfter()
        : null;
  }
}
