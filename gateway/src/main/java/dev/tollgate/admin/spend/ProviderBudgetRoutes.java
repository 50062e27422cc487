package dev.tollgate.admin.spend;

import dev.tollgate.admin.form.Json;
import dev.tollgate.admin.form.Moments;
import dev.tollgate.admin.form.Routes;
import dev.tollgate.http.ManagementRoute;
import dev.tollgate.http.ManagementRoute.Admission;
import dev.tollgate.http.ManagementRoute.Answer;
import dev.tollgate.ledger.Ledger;
import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/** What was spent of the budgets of providers. Thread-safe. */
public final class ProviderBudgetRoutes {
  private final Supplier<List<Scope>> providers;
  private final Function<Scope, Ledger.Balance> balances;
  private final InstantSource clock;

  /**
   * @param providers the running configuration's budgets; asked for each request
   * @param balances where a scope stands
   */
  public ProviderBudgetRoutes(
      Supplier<List<Scope>> providers,
      Function<Scope, Ledger.Balance> balances,
      InstantSource clock) {
    this.providers = providers;
    this.balances = balances;
    this.clock = clock;
  }

  public List<ManagementRoute> all() {
    return List.of(
        Routes.route(
            "GET",
            "/provider/budgets",
            Admission.ADMIN_VIEW,
            "global_spend_tracking_routes",
            _ -> answer()));
  }

  private Answer answer() {
    ObjectNode body = Json.object();
    ObjectNode rows = body.putObject("providers");
    Instant now = clock.instant();
    for (Scope scope : providers.get()) {
      Ledger.Balance balance = balances.apply(scope);
      // A window that has ended begins anew with the next call; nothing is spent in it yet.
      boolean over = balance.resetAt() != null && !balance.resetAt().isAfter(now);
      ObjectNode row = rows.putObject(scope.id());
      row.set("budget_limit", Json.money(scope.budgetMax()));
      row.put("time_period", scope.budgetDuration());
      row.set("spend", Json.money(over ? Money.ZERO : balance.settled()));
      row.put("budget_reset_at", over ? null : Moments.text(balance.resetAt(), "Z"));
    }
    return Json.answer(200, body);
  }
}
