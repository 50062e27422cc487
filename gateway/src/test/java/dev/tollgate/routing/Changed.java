package dev.tollgate.routing;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Settings with some of them changed. */
final class Changed {
  private RoutingSettings.Strategy strategy;
  private int retries;
  private Map<ErrorKind, Integer> retryPolicy;
  private Duration retryAfter;
  private Map<String, List<String>> fallbacks;
  private Map<String, List<String>> context;
  private Map<String, List<String>> policy;
  private List<String> defaults;
  private int hops;
  private boolean cooldownsDisabled;
  private @Nullable Integer allowedFails;
  private Map<ErrorKind, Integer> allowedFailsPolicy = Map.of();
  private Duration timeout = RoutingSettings.DEFAULTS.timeout();
  private @Nullable Duration streamTimeout;
  private boolean explained = true;

  private Changed(RoutingSettings from) {
    strategy = from.strategy();
    retries = from.retries();
    retryPolicy = from.retryPolicy();
    retryAfter = from.retryAfter();
    fallbacks = from.fallbacks();
    context = from.contextFallbacks();
    policy = from.policyFallbacks();
    defaults = from.defaultFallbacks();
    hops = from.fallbackHopsMax();
    cooldownsDisabled = from.cooldownsDisabled();
    allowedFails = from.allowedFails();
  }

  static Changed of(RoutingSettings from) {
    return new Changed(from);
  }

  static Changed defaults() {
    return of(RoutingSettings.DEFAULTS);
  }

  Changed strategy(RoutingSettings.Strategy to) {
    strategy = to;
    return this;
  }

  Changed retries(int to) {
    retries = to;
    return this;
  }

  Changed retryPolicy(Map<ErrorKind, Integer> to) {
    retryPolicy = to;
    return this;
  }

  Changed retryAfter(Duration to) {
    retryAfter = to;
    return this;
  }

  Changed fallbacks(Map<String, List<String>> to) {
    fallbacks = to;
    return this;
  }

  Changed context(Map<String, List<String>> to) {
    context = to;
    return this;
  }

  Changed policy(Map<String, List<String>> to) {
    policy = to;
    return this;
  }

  Changed otherwise(List<String> to) {
    defaults = to;
    return this;
  }

  Changed hops(int to) {
    hops = to;
    return this;
  }

  Changed noCooldowns() {
    cooldownsDisabled = true;
    return this;
  }

  Changed allowedFails(int to) {
    allowedFails = to;
    return this;
  }

  Changed allowedFailsPolicy(Map<ErrorKind, Integer> to) {
    allowedFailsPolicy = to;
    return this;
  }

  Changed timeouts(Duration whole, Duration stream) {
    timeout = whole;
    streamTimeout = stream;
    return this;
  }

  Changed unexplained() {
    explained = false;
    return this;
  }

  RoutingSettings settings() {
    return new RoutingSettings(
        strategy,
        retries,
        retryPolicy,
        Map.of(),
        retryAfter,
        fallbacks,
        context,
        policy,
        defaults,
        hops,
        RoutingSettings.DEFAULTS.cooldown(),
        cooldownsDisabled,
        allowedFails,
        allowedFailsPolicy,
        timeout,
        streamTimeout,
        null,
        explained);
  }
}
