package dev.tollgate.access;

import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects what a caller draws on. For one thread, for one caller. */
final class Scopes {
  /** The order of the checks. */
  static final Comparator<Scope> ORDER = Comparator.comparing(Scope::kind);

  private final Callers callers;
  private final Instant now;
  private final boolean strict;
  private final List<Scope> scopes = new ArrayList<>(6);
  private final Map<String, List<Scope>> perModel = new HashMap<>();

  Scopes(Callers callers, Instant now, boolean strict) {
    this.callers = callers;
    this.now = now;
    this.strict = strict;
  }

  void key(VirtualKey key, FinePrint fine) {
    VirtualKey.Terms terms = key.terms();
    Allowance own = terms.allowance();
    Tenant budget = callers.budget(fine.budgetId());
    Allowance all = budget == null ? own : own.orElse(budget.terms().allowance());
    boolean keyStrict = strict || terms.strict();
    String account = fine.account() == null ? key.hash() : fine.account();
    scopes.add(
        scope(Scope.Kind.KEY, account, key.name(), all, fine, keyStrict, soft(fine, budget)));
    windows(Scope.Kind.KEY_WINDOW, account, "Key", fine, keyStrict);
    models(Scope.Kind.KEY_MODEL, account, key.name(), fine, keyStrict);
  }

  void team(Tenant team) {
    FinePrint fine = fine(team);
    tenant(Scope.Kind.TEAM, team);
    windows(Scope.Kind.TEAM_WINDOW, team.id(), "Team=" + team.id(), fine, strict || fine.strict());
    models(Scope.Kind.TEAM_MODEL, team.id(), team.id(), fine, strict || fine.strict());
  }

  void tenant(Scope.Kind kind, Tenant tenant) {
    scopes.add(of(kind, tenant.id(), tenant.id(), tenant));
  }

  /**
   * A user's.
   *
   * @param bounded whether the user's budget counts: that of a team's key is the team's
   */
  void user(Tenant user, boolean bounded) {
    Scope whole = of(Scope.Kind.USER, user.id(), user.id(), user);
    scopes.add(bounded || callers.settings().userBudgetOfTeamKeys() ? whole : unbounded(whole));
  }

  private static Scope unbounded(Scope scope) {
    return new Scope(
        scope.kind(), scope.id(), scope.label(), null, null, null, scope.rates(), false, null);
  }

  /** A member's, with what the team gives each of its members. */
  void member(Tenant team, Tenant member) {
    String userId = member.terms().memberId();
    String label = "User=" + userId + " in Team=" + team.id();
    String shared = MemberTerms.budgetId(team);
    Tenant budget = callers.budget(shared);
    FinePrint fine = fine(member);
    Allowance own = callers.allowance(member);
    scopes.add(
        scope(
            Scope.Kind.TEAM_MEMBER,
            member.id(),
            label,
            budget == null ? own : own.orElse(budget.terms().allowance()),
            fine,
            strict || fine.strict(),
            soft(fine, budget)));
  }

  /** A tenant's own scope. */
  Scope of(Scope.Kind kind, String id, String label, Tenant tenant) {
    FinePrint fine = fine(tenant);
    return scope(
        kind,
        id,
        label,
        callers.allowance(tenant),
        fine,
        strict || fine.strict(),
        soft(fine, callers.budget(tenant.terms().budgetId())));
  }

  private static FinePrint fine(Tenant tenant) {
    return FinePrint.of(tenant.terms().metadata(), tenant.terms().extras());
  }

  private static @Nullable Money soft(FinePrint fine, @Nullable Tenant budget) {
    return fine.softBudget() != null || budget == null
        ? fine.softBudget()
        : fine(budget).softBudget();
  }

  private Scope scope(
      Scope.Kind kind,
      String id,
      String label,
      Allowance all,
      FinePrint fine,
      boolean fits,
      @Nullable Money soft) {
    return new Scope(
        kind,
        id,
        label,
        fine.raised(all.maxBudget(), now),
        all.budgetDuration(),
        all.budgetResetAt(),
        rates(all.requestsPerMinute(), all.tokensPerMinute(), all.parallelRequests(), fine),
        fits,
        soft);
  }

  private static Scope.Rates rates(
      @Nullable Long requests, @Nullable Long tokens, @Nullable Long parallel, FinePrint fine) {
    Scope.Rates rates = new Scope.Rates(requests, tokens, parallel, fine.tokensPerDay());
    return rates.isNone() ? Scope.Rates.NONE : rates;
  }

  private void windows(Scope.Kind kind, String id, String label, FinePrint fine, boolean fits) {
    for (FinePrint.Window window : fine.windows()) {
      scopes.add(
          new Scope(
              kind,
              Scope.idOf(id, window.duration()),
              label + " over " + window.duration() + " budget",
              window.max(),
              window.duration(),
              null,
              Scope.Rates.NONE,
              fits));
    }
  }

  private void models(Scope.Kind kind, String id, String label, FinePrint fine, boolean fits) {
    fine.perModel()
        .forEach(
            (model, terms) ->
                perModel
                    .computeIfAbsent(model, _ -> new ArrayList<>(2))
                    .add(
                        new Scope(
                            kind,
                            Scope.idOf(id, model),
                            label + ", exceeded budget for model=" + model,
                            terms.max(),
                            terms.duration(),
                            null,
                            new Scope.Rates(
                                terms.requestsPerMinute(), terms.tokensPerMinute(), null),
                            fits)));
  }

  Map<String, List<Scope>> modelScopes() {
    return perModel.isEmpty() ? Map.of() : Map.copyOf(perModel);
  }

  List<Scope> list(@Nullable Scope proxy) {
    if (proxy != null) {
      scopes.add(proxy);
    }
    scopes.sort(ORDER);
    return List.copyOf(scopes);
  }
}
