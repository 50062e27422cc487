package dev.tollgate.routing;

import dev.tollgate.model.Deployment.Limits;
import dev.tollgate.routing.RoutingSettings.Strategy;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;

/** Chooses one of several deployments that would all do. */
final class Shuffle {
  private static final List<ToDoubleFunction<Limits>> WEIGHTS =
      List.of(
          limits -> limits.weight() == null ? 0 : limits.weight(),
          limits -> limits.requestsPerMinute() == null ? 0 : limits.requestsPerMinute(),
          limits -> limits.tokensPerMinute() == null ? 0 : limits.tokensPerMinute());

  private Shuffle() {}

  /** One of these; never called with none. */
  static Lane pick(List<Lane> lanes, Strategy strategy, RandomGenerator random) {
    if (lanes.size() == 1) {
      return lanes.getFirst();
    }
    return switch (strategy) {
      case SIMPLE_SHUFFLE -> weighted(lanes, random);
      case LEAST_BUSY -> least(lanes, random, lane -> lane.places().inFlight());
      case LATENCY -> least(lanes, random, lane -> lane.health().latencyNanos());
    };
  }

  /**
   * By the first of weight, rpm and tpm that any of them has; one without it is not chosen then.
   */
  private static Lane weighted(List<Lane> lanes, RandomGenerator random) {
    for (ToDoubleFunction<Limits> weight : WEIGHTS) {
      double sum = 0;
      for (Lane lane : lanes) {
        sum += weight.applyAsDouble(lane.deployment().limits());
      }
      if (sum > 0) {
        double left = random.nextDouble() * sum;
        for (Lane lane : lanes) {
          left -= weight.applyAsDouble(lane.deployment().limits());
          if (left < 0) {
            return lane;
          }
        }
      }
    }
    return lanes.get(random.nextInt(lanes.size()));
  }

  /** From a random start, so that equal ones share the calls. */
  private static Lane least(
      List<Lane> lanes, RandomGenerator random, ToLongFunction<Lane> measure) {
    int start = random.nextInt(lanes.size());
    Lane best = lanes.get(start);
    for (int i = 1; i < lanes.size(); i++) {
      Lane lane = lanes.get((start + i) % lanes.size());
      if (measure.applyAsLong(lane) < measure.applyAsLong(best)) {
        best = lane;
      }
    }
    return best;
  }
}
