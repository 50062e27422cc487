package dev.tollgate.routing;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Failure;
import org.jspecify.annotations.Nullable;

/**
 * What stands against a deployment beside its health: budgets and rates, which others count. Safe
 * for several threads.
 */
public interface Gate {
  /** Nothing does. */
  Gate OPEN = _ -> null;

  /** Why nothing may go to a deployment now; null if it may. */
  @Nullable Failure closed(Deployment deployment);
}
