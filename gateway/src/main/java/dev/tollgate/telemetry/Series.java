package dev.tollgate.telemetry;

import dev.tollgate.model.Failure;
import dev.tollgate.model.Outcome;
import dev.tollgate.model.Usage;
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
      LongAdder spentNanos, LongAdder totalTokens, LongAdder inputTokens, LongAdder outputTokens) {}

  /** Points that every call with a good answer moves. */
  private record Answered(
      LongAdder requests,
      LongAdder deploymentSuccesses,
      Histograms.Point latency,
      Histograms.Point upstream,
      Histograms.Point overhead) {}

  private final OnDemand<LongAdder> requests;
  private final OnDemand<LongAdder> failedRequests;
  private final OnDemand<LongAdder> deploymentRequests;
  private final OnDemand<LongAdder> deploymentFailures;
  private final OnDemand<LongAdder> successfulFallbacks;
  private final OnDemand<LongAdder> failedFallbacks;
  private final OnDemand<LongAdder> unpriced;
  private final OnDemand<Answered> answered;
  private final OnDemand<Charged> charged;
  private final OnDemand<Histograms.Point> firstEvent;
  private final OnDemand<Histograms.Point> perOutputToken;

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
                    families.spentNanos.at(values),
                    families.totalTokens.at(values),
                    families.inputTokens.at(values),
                    families.outputTokens.at(values)));
  }

  void observe(Outcome outcome) {
    requests.get().increment();
    if (outcome.failure() != null) {
      failedRequests.get().increment();
    }
    if (outcome.deployment() == null) {
      return;
    }
    deploymentRequests.get().increment();
    if (outcome.ok()) {
      answered(outcome);
    } else if (isDeployments(outcome.failure())) {
      deploymentFailures.get().increment();
    }
    if (outcome.fallbacks() > 0) {
      (outcome.ok() ? successfulFallbacks : failedFallbacks).get().increment();
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
    points.requests().increment();
    points.deploymentSuccesses().increment();
    points.latency().observe(outcome.duration().toNanos());
    points.upstream().observe(outcome.upstream().toNanos());
    points.overhead().observe(outcome.duration().minus(outcome.upstream()).toNanos());
    Duration first = outcome.firstEvent();
    if (first != null) {
      firstEvent.get().observe(first.toNanos());
    }
    long outputTokens = outcome.usage().outputTokens();
    if (outputTokens > 0) {
      perOutputToken.get().observe(outcome.upstream().toNanos() / outputTokens);
    }
  }

  /** Also for calls that did not end well: what a client got before it left is paid for. */
  private void charged(Outcome outcome) {
    Usage usage = outcome.usage();
    long nanos = outcome.cost().nanos();
    if (!outcome.priced() && (outcome.ok() || usage.totalTokens() > 0)) {
      unpriced.get().increment();
    }
    if (nanos == 0 && usage.totalTokens() == 0) {
      return;
    }
    Charged points = charged.get();
    points.spentNanos().add(nanos);
    // A counter may not go down, whatever a provider says.
    points.totalTokens().add(Math.max(0, usage.totalTokens()));
    points.inputTokens().add(Math.max(0, usage.inputTokens()));
    points.outputTokens().add(Math.max(0, usage.outputTokens()));
  }
}
