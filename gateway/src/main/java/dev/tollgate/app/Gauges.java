package dev.tollgate.app;

import dev.tollgate.ledger.Ledger;
import dev.tollgate.limits.Limits;
import dev.tollgate.telemetry.Metrics;

/** Figures that components keep and the metrics show. */
final class Gauges {
  private Gauges() {}

  static void register(Metrics metrics, Ledger ledger, Limits limits) {
    metrics.gauge(
        "tollgate_held_dollars",
        "Money held for calls under way, over all budgets",
        () -> ledger.totals().held().dollars().doubleValue());
    metrics.gauge(
        "tollgate_settled_dollars",
        "Money settled in the running windows of all budgets",
        () -> ledger.totals().settled().dollars().doubleValue());
    metrics.gauge(
        "tollgate_journal_waiting_records",
        "Calls that are in the journal and not yet in the store",
        ledger::waiting);
    metrics.counter(
        "tollgate_second_closes", "Holds that were closed twice: a defect", ledger::secondCloses);
    metrics.gauge("tollgate_permits", "Calls that hold a place of a rate limit", limits::inFlight);
  }
}
