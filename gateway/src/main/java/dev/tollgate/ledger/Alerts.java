package dev.tollgate.ledger;

import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says once a window, by the call that spends it, that a budget is spent which refuses nothing: a
 * soft one, or one that only alerts or throttles. Thread-safe.
 */
final class Alerts {
  private static final Logger LOG = LoggerFactory.getLogger(Alerts.class);

  private final AtomicLong given = new AtomicLong();

  /** A call is about to be charged; to be called under the account's lock. */
  void charging(Share share, long cost) {
    Scope scope = share.scope();
    if (scope.budgetSoft() != null) {
      passed(share, "soft budget", scope.budgetSoft(), cost);
    }
    switch (scope.whenSpent()) {
      case Scope.WhenSpent.Block _ -> {}
      case Scope.WhenSpent.Alert _ -> passed(share, "budget", scope.budgetMax(), cost);
      case Scope.WhenSpent.Throttle _ -> passed(share, "budget", scope.budgetMax(), cost);
    }
  }

  private void passed(Share share, String what, @Nullable Money budget, long cost) {
    long before = share.account().settledNanos();
    if (budget != null && before < budget.nanos() && before + cost >= budget.nanos()) {
      given.incrementAndGet();
      LOG.warn(
          "the {} of {} {} is spent: {} of {}",
          what,
          share.scope().kind().word(),
          share.scope().label(),
          Money.ofNanos(before + cost),
          budget);
    }
  }

  long given() {
    return given.get();
  }
}
