package dev.tollgate.limits;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Bounds of the whole proxy. Immutable.
 *
 * @param parallelRequestsMax calls at the same time over all callers, {@code
 *     general_settings.global_max_parallel_requests}; null for no bound
 * @param idle how long the counters of a caller who has gone quiet are kept
 */
public record LimitsSettings(@Nullable Long parallelRequestsMax, Duration idle) {
  public static final LimitsSettings DEFAULT = new LimitsSettings(null, Duration.ofMinutes(5));

  public LimitsSettings {
    if (parallelRequestsMax != null && parallelRequestsMax < 0) {
      throw new IllegalArgumentException(
          "global_max_parallel_requests must not be negative, got " + parallelRequestsMax);
    }
    if (idle.isNegative() || idle.isZero()) {
      throw new IllegalArgumentException("idle must be more than zero, got " + idle);
    }
  }
}
