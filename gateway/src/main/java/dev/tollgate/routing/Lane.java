package dev.tollgate.routing;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Operation;
import org.jspecify.annotations.Nullable;

/**
 * A deployment on the road: with its health, and the bound on its calls in flight.
 *
 * @param deployment what is called
 * @param health its own: cooldown and counts
 * @param places counts the calls in flight; a wildcard's lanes share one, since they share an
 *     account
 * @param parallelMax most calls in flight, null for no bound
 */
record Lane(Deployment deployment, Health health, Health places, @Nullable Integer parallelMax) {
  int order() {
    Integer order = deployment.limits().order();
    return order == null ? Integer.MAX_VALUE : order;
  }

  boolean offers(Operation operation) {
    return deployment.routes().containsKey(operation);
  }
}
