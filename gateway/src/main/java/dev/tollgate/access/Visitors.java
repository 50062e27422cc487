package dev.tollgate.access;

import dev.tollgate.access.Tenant.Kind;
import dev.tollgate.model.Caller;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Scope;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What only a request names: its end user, its tags and its model, as far as they have budgets or
 * rates. Thread-safe; in memory.
 */
final class Visitors {
  /** A call's journal record has room for so many scopes. */
  private static final int SCOPES_MAX = 24;

  private final TenantRows tenants;
  private final Callers callers;
  private final InstantSource clock;

  Visitors(TenantRows tenants, Callers callers, InstantSource clock) {
    this.tenants = tenants;
    this.callers = callers;
    this.clock = clock;
  }

  Caller drawing(Caller caller, String model, @Nullable String endUser, List<String> tags) {
    List<Scope> ofModel = caller.standing().modelScopes().getOrDefault(model, List.of());
    if (ofModel.isEmpty() && endUser == null && tags.isEmpty()) {
      return caller;
    }
    List<Scope> more = new ArrayList<>(ofModel);
    Scopes scopes = new Scopes(callers, clock.instant(), callers.settings().strict());
    if (endUser != null && !endUser.isEmpty()) {
      more.add(endUser(scopes, caller, model, endUser));
    }
    for (String name : new LinkedHashSet<>(tags)) {
      Tenant tag = tenants.get(Kind.TAG, name);
      if (tag != null && caller.scopes().size() + more.size() < SCOPES_MAX) {
        more.add(scopes.of(Scope.Kind.TAG, tag.id(), tag.id(), tag));
      }
    }
    if (more.isEmpty()) {
      return caller;
    }
    more.addAll(caller.scopes());
    more.sort(Scopes.ORDER);
    return caller.drawing(List.copyOf(more));
  }

  private Scope endUser(Scopes scopes, Caller caller, String model, String endUser) {
    Tenant customer = tenants.get(Kind.CUSTOMER, endUser);
    if (customer == null) {
      return stranger(caller, endUser);
    }
    if (customer.terms().blocked()) {
      throw new FailureException(
          new Failure.Unauthenticated(
              "Authentication Error, Customer="
                  + customer.id()
                  + " is blocked. Update via `/customer/unblock` if you're an admin.",
              "auth_error",
              "None"));
    }
    if (!ModelGrant.covers(
        callers.expanded(new LinkedHashSet<>(customer.terms().models())), model, List.of())) {
      throw new FailureException(
          new Failure.ModelDenied(
              "The requested model '"
                  + model
                  + "' is not in the allowed models for this customer. Check the models available"
                  + " to the customer and try again.",
              "customer_model_access_denied"));
    }
    if (customer.terms().budgetId() != null) {
      return scopes.of(Scope.Kind.END_USER, endUser, endUser, customer);
    }
    return stranger(caller, endUser);
  }

  /** An end user without a budget of its own: it has the one that the operator gives to all. */
  private Scope stranger(Caller caller, String endUser) {
    Tenant budget = callers.budget(caller.standing().endUserBudgetId());
    Allowance all = budget == null ? Allowance.NONE : budget.terms().allowance();
    Scope.Rates rates =
        new Scope.Rates(all.requestsPerMinute(), all.tokensPerMinute(), all.parallelRequests());
    return new Scope(
        Scope.Kind.END_USER,
        endUser,
        endUser,
        all.maxBudget(),
        all.budgetDuration(),
        all.budgetResetAt(),
        rates.isNone() ? Scope.Rates.NONE : rates,
        callers.settings().strict());
  }
}
