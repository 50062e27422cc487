package dev.tollgate.telemetry;

import dev.tollgate.model.Failure;
import dev.tollgate.model.Outcome;
import dev.tollgate.model.Usage;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The data points of one combination of labels, looked up once instead of at each call. Each is
 * made when the first call needs it, so that no series of zeros is exposed; the families hand out
 * the same point for the same labels, however often they are asked. Thread-safe.
 */
final class Series {
  /** Points that every charged call moves. */
  private record Charged(
      LongAdder spentNanos,
      CounterDataPoint totalTokens,
      CounterDataPoint inputTokens,
      CounterDataPoint outputTokens) {}

  /** Points that every call with a good answer moves. */
  private record Answered(
      CounterDataPoint requests,
      CounterDataPoint deploymentSuccesses,
      DistributionDataPoint latency,
      DistributionDataPoint upstream,
      DistributionDataPoint overhead) {}

  private final OnDemand<CounterDataPoint> requests;
  private final OnDemand<CounterDataPoint> failedRequests;
  private final OnDemand<CounterDataPoint> deploymentRequests;
  private final OnDemand<CounterDataPoint> deploymentFailures;
  private final OnDemand<CounterDataPoint> successfulFallbacks;
  private final OnDemand<CounterDataPoint> failedFallbacks;
  private final OnDemand<CounterDataPoint> unpriced;
  private final OnDemand<Answered> answered;
  private final OnDemand<Charged> charged;
  private final OnDemand<DistributionDataPoint> firstEvent;
  private final OnDemand<DistributionDataPoint> perOutputToken;

  Series(Families families, LabelValues values) {
    requests = new OnDemand<>(() -> families.requests.at(values));
    failedRequests = new OnDemand<>(() -> families.failedRequests.at(values));
    deploymentRequests = new OnDemand<>(() -> families.deploymentRequests.at(values));
    deploymentFailures = new OnDemand<>(() -> families.deploymentFailures.at(values));
    successfulFallbacks = new OnDemand<>(() -> families.successfulFallbacks.at(values));
    failedFallbacks = new OnDemand<>(() -> families.failedFallbacks.at(values));
    unpriced = new OnDemand<>(() -> families.unpriced.at(values));
    firstEvent = new OnDemand<>(() -> families.firstEventLatency.at(values));
    perOutputToken = new OnDemand<>(() -> families.latencyPerOutputToken.at(values));
    answered =
        new OnDemand<>(
            () ->
                new Answered(
                    families.llmRequests.at(values),
                    families.deploymentSuccesses.at(values),
                    families.requestLatency.at(values),
                    families.upstreamLatency.at(values),
                    families.overhead.at(values)));
    charged =
        new OnDemand<>(
            () ->
                new Charged(
                    families.spentNanos(values),
                    families.totalTokens.at(values),
                    families.inputTokens.at(values),
                    families.outputTokens.at(values)));
  }

  void observe(Outcome outcome) {
    requests.get().inc();
    if (outcome.failure() != null) {
      failedRequests.get().inc();
    }
    if (outcome.deployment() == null) {
      return;
    }
    deploymentRequests.get().inc();
    if (outcome.ok()) {
      answered(outcome);
    } else if (isDeployments(outcome.failure())) {
      deploymentFailures.get().inc();
    }
    if (outcome.fallbacks() > 0) {
      (outcome.ok() ? successfulFallbacks : failedFallbacks).get().inc();
    }
    charged(outcome);
  }

  /** Whether the deployment is to blame, not the client, a limit or a shutdown. */
  private static boolean isDeployments(@Nullable Failure failure) {
    return failure instanceof Failure.UpstreamRefused
        || failure instanceof Failure.UpstreamBroken
        || failure instanceof Failure.TimedOut;
  }

  private void answered(Outcome outcome) {
    Answered points = answered.get();
    points.requests().inc();
    points.deploymentSuccesses().inc();
    points.latency().observe(seconds(outcome.duration()));
    points.upstream().observe(seconds(outcome.upstream()));
    points.overhead().observe(seconds(outcome.duration().minus(outcome.upstream())));
    Duration first = outcome.firstEvent();
    if (first != null) {
      firstEvent.get().observe(seconds(first));
    }
    long outputTokens = outcome.usage().outputTokens();
    if (outputTokens > 0) {
      perOutputToken.get().observe(seconds(outcome.upstream()) / outputTokens);
    }
  }

  /** Also for calls that did not end well: what a client got before it left is paid for. */
  private void charged(Outcome outcome) {
    Usage usage = outcome.usage();
    long nanos = outcome.cost().nanos();
    if (!outcome.priced() && (outcome.ok() || usage.totalTokens() > 0)) {
      unpriced.get().inc();
    }
    if (nanos == 0 && usage.totalTokens() == 0) {
      return;
    }
    Charged points = charged.get();
    points.spentNanos().add(nanos);
    // A counter refuses to go down; a negative figure of a provider may not cost us the rest.
    points.totalTokens().inc(Math.max(0, usage.totalTokens()));
    points.inputTokens().inc(Math.max(0, usage.inputTokens()));
    points.outputTokens().inc(Math.max(0, usage.outputTokens()));
  }

  private static double seconds(Duration duration) {
    return Math.max(0, duration.toNanos() / 1e9);
  }
}
