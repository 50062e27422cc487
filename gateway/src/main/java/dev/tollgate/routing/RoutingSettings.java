package dev.tollgate.routing;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code router_settings}, as far as they route. Immutable.
 *
 * @param strategy {@code routing_strategy}
 * @param retries {@code num_retries}
 * @param retryPolicy {@code retry_policy}: retries by kind of error
 * @param groupRetryPolicies {@code model_group_retry_policy}; wins over {@code retryPolicy}
 * @param retryAfter {@code retry_after}: the least wait before a retry
 * @param fallbacks {@code fallbacks}, by group; {@code *} for every group
 * @param contextFallbacks {@code context_window_fallbacks}
 * @param policyFallbacks {@code content_policy_fallbacks}
 * @param defaultFallbacks {@code default_fallbacks}
 * @param fallbackHopsMax {@code max_fallbacks}
 * @param cooldown {@code cooldown_time}
 * @param cooldownsDisabled {@code disable_cooldowns}
 * @param allowedFails {@code allowed_fails} a minute; null for LiteLLM's own rule
 * @param allowedFailsPolicy {@code allowed_fails_policy}
 * @param timeout {@code timeout}, else {@code request_timeout}
 * @param streamTimeout {@code stream_timeout}; null for {@code timeout}
 * @param parallelRequests {@code default_max_parallel_requests} of a deployment; null for no bound
 * @param explained {@code expose_router_debug_in_errors}: errors say what routing tried
 */
public record RoutingSettings(
    Strategy strategy,
    int retries,
    Map<ErrorKind, Integer> retryPolicy,
    Map<String, Map<ErrorKind, Integer>> groupRetryPolicies,
    Duration retryAfter,
    Map<String, List<String>> fallbacks,
    Map<String, List<String>> contextFallbacks,
    Map<String, List<String>> policyFallbacks,
    List<String> defaultFallbacks,
    int fallbackHopsMax,
    Duration cooldown,
    boolean cooldownsDisabled,
    @Nullable Integer allowedFails,
    Map<ErrorKind, Integer> allowedFailsPolicy,
    Duration timeout,
    @Nullable Duration streamTimeout,
    @Nullable Integer parallelRequests,
    boolean explained) {

  /** LiteLLM's defaults. */
  public static final RoutingSettings DEFAULTS =
      new RoutingSettings(
          Strategy.SIMPLE_SHUFFLE,
          2,
          Map.of(),
          Map.of(),
          Duration.ZERO,
          Map.of(),
          Map.of(),
          Map.of(),
          List.of(),
          5,
          Duration.ofSeconds(5),
          false,
          null,
          Map.of(),
          Duration.ofSeconds(6000),
          null,
          null,
          true);

  /** How one of several healthy deployments is chosen. */
  public enum Strategy {
    /** At random, by weight where {@code weight}, {@code rpm} or {@code tpm} is set. */
    SIMPLE_SHUFFLE,
    /** The one with the fewest calls in flight. */
    LEAST_BUSY,
    /** The one that answered fastest of late; one that has not answered yet comes first. */
    LATENCY;

    /** The strategy of LiteLLM's name; those that are not there yet shuffle. */
    public static Strategy of(String name) {
      return switch (name) {
        case "least-busy" -> LEAST_BUSY;
        case "latency-based-routing" -> LATENCY;
        default -> SIMPLE_SHUFFLE;
      };
    }
  }

  boolean anyFallbacks() {
    return !fallbacks.isEmpty() || !defaultFallbacks.isEmpty();
  }

  int retriesOf(String group, ErrorKind kind) {
    Map<ErrorKind, Integer> policy = groupRetryPolicies.get(group);
    Integer byPolicy = kind.in(policy == null ? retryPolicy : policy);
    return byPolicy == null ? retries : byPolicy;
  }

  /** Whether the operator said by name that this kind is retried. */
  boolean retriesByName(String group, ErrorKind kind) {
    Map<ErrorKind, Integer> policy = groupRetryPolicies.get(group);
    return (policy == null ? retryPolicy : policy).containsKey(kind);
  }
}
