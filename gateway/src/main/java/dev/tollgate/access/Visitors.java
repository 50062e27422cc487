package dev.tollgate.access;

import dev.tollgate.access.Tenant.Kind;
import dev.tollgate.model.Caller;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What only a request names: its end user, its tags and its model, as far as they have budgets or
 * rates. Thread-safe; in memory.
 */
final class Visitors {
  /** A call's journal record has room for so many scopes. */
  private static final int SCOPES_MAX = 28;

  private final TenantRows tenants;
  private final Callers callers;
  private final InstantSource clock;

  Visitors(TenantRows tenants, Callers callers, InstantSource clock) {
    this.tenants = tenants;
    this.callers = callers;
    this.clock = clock;
  }

  Caller drawing(
      Caller caller,
      String model,
      Collection<String> names,
      @Nullable String endUser,
      List<String> tags) {
    Map<String, List<Scope>> perName = caller.standing().modelScopes();
    if (perName.isEmpty() && endUser == null && tags.isEmpty()) {
      return caller;
    }
    List<Scope> more = new ArrayList<>();
    for (String name : names) {
      for (Scope scope : perName.getOrDefault(name, List.of())) {
        addOf(caller, more, scope);
      }
    }
    Scopes scopes = new Scopes(callers, clock.instant(), callers.settings().strict());
    if (endUser != null && !endUser.isEmpty()) {
      Tenant budget = endUserBudget(caller, model, endUser);
      more.add(endUser(scopes, endUser, budget));
      if (budget != null) {
        for (String name : names) {
          addOf(caller, more, scopes.endUserModel(endUser, budget, name));
        }
      }
    }
    for (String name : new LinkedHashSet<>(tags)) {
      addOf(caller, more, tag(scopes, name));
      addOf(caller, more, caller.standing().tagScopes().get(name));
    }
    if (more.isEmpty()) {
      return caller;
    }
    more.addAll(caller.scopes());
    more.sort(Scopes.ORDER);
    return caller.drawing(List.copyOf(more));
  }

  private static void addOf(Caller caller, List<Scope> more, @Nullable Scope scope) {
    if (scope != null && caller.scopes().size() + more.size() < SCOPES_MAX) {
      more.add(scope);
    }
  }

  /**
   * A tag with what was given to it, and with what the configuration says where that is no budget.
   */
  private @Nullable Scope tag(Scopes scopes, String name) {
    Tenant tag = tenants.get(Kind.TAG, name);
    Scope own = tag == null ? null : scopes.of(Scope.Kind.TAG, tag.id(), tag.id(), tag);
    AccessSettings.Cap cap = callers.settings().tagBudgets().get(name);
    return cap == null || (own != null && own.budgetMax() != null)
        ? own
        : scopes.capped(Scope.Kind.TAG, name, cap, own == null ? Scope.Rates.NONE : own.rates());
  }

  /** The budget that bounds an end user: its own, else the one that the operator gives to all. */
  private @Nullable Tenant endUserBudget(Caller caller, String model, String endUser) {
    Tenant customer = tenants.get(Kind.CUSTOMER, endUser);
    if (customer != null) {
      mustBeServed(customer, model);
      if (customer.terms().budgetId() != null) {
        return callers.budget(customer.terms().budgetId());
      }
    }
    return callers.budget(caller.standing().endUserBudgetId());
  }

  private void mustBeServed(Tenant customer, String model) {
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
  }

  private Scope endUser(Scopes scopes, String endUser, @Nullable Tenant budget) {
    Tenant customer = tenants.get(Kind.CUSTOMER, endUser);
    if (customer != null && customer.terms().budgetId() != null) {
      return scopes.of(Scope.Kind.END_USER, endUser, endUser, customer);
    }
    if (budget != null) {
      return scopes.shared(Scope.Kind.END_USER, endUser, budget);
    }
    Money most = callers.settings().endUserBudget();
    return most == null
        ? new Scope(
            Scope.Kind.END_USER, endUser, endUser, null, null, null, Scope.Rates.NONE, false)
        : scopes.capped(
            Scope.Kind.END_USER, endUser, new AccessSettings.Cap(most, null), Scope.Rates.NONE);
  }
}
