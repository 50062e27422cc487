package dev.tollgate.app;

import dev.tollgate.ledger.Ledger;
import dev.tollgate.limits.Limits;
import dev.tollgate.model.Scope;
import dev.tollgate.telemetry.Metrics;

/** Figures that components keep and the metrics show. */
final class Gauges {
  private Gauges() {}

  static void register(Metrics metrics, Ledger ledger, Limits limits, LiveModels models) {
    metrics.names(
        "tollgate_unpriced_models",
        "Models of model_list whose price nobody knows",
        "model",
        () -> models.now().unpriced());
    metrics.gauge(
        "tollgate_held_dollars",
        "Money held for calls under way, over the budgets of all keys",
        () -> ledger.heldBy(Scope.Kind.KEY).dollars().doubleValue());
    metrics.counter(
        "tollgate_second_closes", "Holds that were closed twice: a defect", ledger::secondCloses);
    metrics.counter(
        "tollgate_budget_alerts",
        "Budgets that were spent and only alert or throttle, and soft budgets that were passed",
        ledger::alerts);
    metrics.counters(
        "tollgate_admitted_dollars",
        "Money that was held for calls that have ended, by model group",
        "model",
        ledger.estimates()::held);
    metrics.counters(
        "tollgate_settled_dollars",
        "What the same calls cost: far less means that holds are too careful",
        "model",
        ledger.estimates()::settled);
    metrics.gauge("tollgate_permits", "Calls that hold a place of a rate limit", limits::inFlight);
  }
}
