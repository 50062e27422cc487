package dev.tollgate.ledger;

import java.time.Instant;

/** Who brings leases from the store, while calls go on. Thread-safe. */
interface Lender {
  /** Whether calls may rely on leases at this moment. */
  boolean isUsable(Instant now);

  /** Whether the store answered when it was met last. */
  boolean isReachable();

  /** A call waits for more than a lease has; the store is asked soon, on another thread. */
  void ask(Waiting waiting);
}
