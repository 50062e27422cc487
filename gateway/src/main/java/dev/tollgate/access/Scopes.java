package dev.tollgate.access;

import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import java.math.BigDecimal;
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
  private final Map<String, Scope> perTag = new HashMap<>();

  Scopes(Callers callers, Instant now, boolean strict) {
    this.callers = callers;
    this.now = now;
    this.strict = strict;
  }

  /**
   * How a budget is kept to.
   *
   * @param strict whether a hold has to fit
   * @param action what happens when it is spent, null where nothing is said
   */
  private record Rule(boolean strict, @Nullable BudgetAction action) {}

  void key(VirtualKey key, FinePrint fine) {
    VirtualKey.Terms terms = key.terms();
    Allowance own = terms.allowance();
    Tenant budget = callers.budget(fine.budgetId());
    Allowance all = budget == null ? own : own.orElse(budget.terms().allowance());
    Rule rule = new Rule(strict || terms.strict(), action(fine.action(), budget));
    Rule keys = new Rule(rule.strict(), action(fine.keyAction(), budget));
    String account = fine.account() == null ? key.hash() : fine.account();
    scopes.add(
        scope(
            Scope.Kind.KEY,
            account,
            key.name(),
            all.orParallel(callers.settings().keyParallelRequests()),
            fine,
            keys,
            soft(fine, budget)));
    windows(Scope.Kind.KEY_WINDOW, account, "Key", fine, rule);
    models(Scope.Kind.KEY_MODEL, account, key.name(), fine, rule);
    fine.requestsPerTag()
        .forEach(
            (tag, most) ->
                perTag.put(
                    tag,
                    new Scope(
                        Scope.Kind.KEY_TAG,
                        Scope.idOf(account, tag),
                        tag,
                        null,
                        null,
                        null,
                        new Scope.Rates(most, null, null),
                        false)));
  }

  void team(Tenant team) {
    FinePrint fine = fine(team);
    tenant(Scope.Kind.TEAM, team);
    windows(Scope.Kind.TEAM_WINDOW, team.id(), "Team=" + team.id(), fine, rule(fine));
    models(Scope.Kind.TEAM_MODEL, team.id(), team.id(), fine, rule(fine));
  }

  void organization(Tenant organization) {
    FinePrint fine = fine(organization);
    String id = organization.id();
    tenant(Scope.Kind.ORGANIZATION, organization);
    models(Scope.Kind.ORGANIZATION_MODEL, id, id, fine, rule(fine));
    Tenant budget = callers.budget(organization.terms().budgetId());
    if (budget != null) {
      models(Scope.Kind.ORGANIZATION_MODEL, id, id, fine(budget), rule(fine(budget)));
    }
  }

  private void tenant(Scope.Kind kind, Tenant tenant) {
    scopes.add(of(kind, tenant.id(), tenant.id(), tenant));
  }

  /**
   * A user's.
   *
   * @param bounded whether the user's budget counts: that of a team's key is the team's
   */
  void user(Tenant user, boolean bounded) {
    Scope whole = of(Scope.Kind.USER, user.id(), user.id(), user);
    if (bounded || callers.settings().userBudgetOfTeamKeys()) {
      FinePrint fine = fine(user);
      scopes.add(whole);
      windows(Scope.Kind.USER_WINDOW, user.id(), "User=" + user.id(), fine, rule(fine));
      models(Scope.Kind.USER_MODEL, user.id(), user.id(), fine, rule(fine));
    } else {
      scopes.add(unbounded(whole));
    }
  }

  private static Scope unbounded(Scope scope) {
    return new Scope(
        scope.kind(), scope.id(), scope.label(), null, null, null, scope.rates(), false);
  }

  /** A member's, with what the team gives each of its members. */
  void member(Tenant team, Tenant member) {
    String userId = member.terms().memberId();
    String label = "User=" + userId + " in Team=" + team.id();
    Tenant own = callers.budget(member.terms().budgetId());
    Tenant shared = callers.budget(MemberTerms.budgetId(team));
    FinePrint fine = fine(member);
    Allowance all = callers.allowance(member);
    BudgetAction action = action(fine.action(), own);
    scopes.add(
        scope(
            Scope.Kind.TEAM_MEMBER,
            member.id(),
            label,
            shared == null ? all : all.orElse(shared.terms().allowance()),
            fine,
            new Rule(strict || fine.strict(), action(action, shared)),
            soft(fine, shared)));
  }

  /** A tenant's own scope. */
  Scope of(Scope.Kind kind, String id, String label, Tenant tenant) {
    FinePrint fine = fine(tenant);
    Tenant budget = callers.budget(tenant.terms().budgetId());
    return scope(
        kind,
        id,
        label,
        callers.allowance(tenant),
        fine,
        new Rule(strict || fine.strict(), action(fine.action(), budget)),
        soft(fine, budget));
  }

  /** The scope of somebody who has nothing but a budget that is everybody's. */
  Scope shared(Scope.Kind kind, String id, Tenant budget) {
    FinePrint fine = fine(budget);
    return scope(kind, id, id, budget.terms().allowance(), fine, rule(fine), fine.softBudget());
  }

  /** The scope of something that the configuration bounds by name. */
  Scope capped(Scope.Kind kind, String id, AccessSettings.Cap cap, Scope.Rates rates) {
    return new Scope(kind, id, id, cap.max(), cap.duration(), null, rates, strict);
  }

  private static FinePrint fine(Tenant tenant) {
    return FinePrint.of(tenant.terms().metadata(), tenant.terms().extras());
  }

  private Rule rule(FinePrint fine) {
    return new Rule(strict || fine.strict(), fine.action());
  }

  private static @Nullable BudgetAction action(
      @Nullable BudgetAction own, @Nullable Tenant budget) {
    return own != null || budget == null ? own : fine(budget).action();
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
      Rule rule,
      @Nullable Money soft) {
    Scope.Rates rates = rates(kind, all, fine);
    return new Scope(
        kind,
        id,
        label,
        fine.raised(all.maxBudget(), now),
        all.budgetDuration(),
        all.budgetResetAt(),
        rates,
        whenSpent(rule, rates),
        soft);
  }

  private Scope.WhenSpent whenSpent(Rule rule, Scope.Rates rates) {
    return switch (rule.action()) {
      case ALERT -> new Scope.WhenSpent.Alert();
      case THROTTLE -> {
        BigDecimal share = callers.settings().throttledShare();
        Scope.Rates slowed = share == null ? null : rates.slowed(share);
        yield slowed == null
            ? new Scope.WhenSpent.Block(rule.strict())
            : new Scope.WhenSpent.Throttle(slowed);
      }
      case BLOCK -> new Scope.WhenSpent.Block(rule.strict());
      case null -> new Scope.WhenSpent.Block(rule.strict());
    };
  }

  /** Only a key's limits can be dynamic: who may write a team's metadata may not loosen it so. */
  private static Scope.Rates rates(Scope.Kind kind, Allowance all, FinePrint fine) {
    boolean key = kind == Scope.Kind.KEY;
    Scope.Rates rates =
        new Scope.Rates(
            all.requestsPerMinute(),
            all.tokensPerMinute(),
            all.parallelRequests(),
            fine.tokensPerDay(),
            key && fine.requestsDynamic(),
            key && fine.tokensDynamic());
    return rates.isNone() ? Scope.Rates.NONE : rates;
  }

  private void windows(Scope.Kind kind, String id, String label, FinePrint fine, Rule rule) {
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
              whenSpent(rule, Scope.Rates.NONE),
              null));
    }
  }

  /**
   * Adds what holds for single models; the first word on a model of a kind is the one that counts.
   */
  private void models(Scope.Kind kind, String id, String label, FinePrint fine, Rule rule) {
    fine.perModel()
        .forEach(
            (model, _) -> {
              List<Scope> there = perModel.computeIfAbsent(model, _ -> new ArrayList<>(2));
              if (there.stream().noneMatch(scope -> scope.kind() == kind)) {
                there.add(ofModel(kind, id, label, fine, rule, model));
              }
            });
  }

  private Scope ofModel(
      Scope.Kind kind, String id, String label, FinePrint fine, Rule rule, String model) {
    FinePrint.ModelTerms terms = fine.perModel().getOrDefault(model, FinePrint.ModelTerms.NONE);
    Scope.Rates rates = new Scope.Rates(terms.requestsPerMinute(), terms.tokensPerMinute(), null);
    return new Scope(
        kind,
        Scope.idOf(id, model),
        label + ", exceeded budget for model=" + model,
        terms.max(),
        terms.duration(),
        null,
        rates.isNone() ? Scope.Rates.NONE : rates,
        whenSpent(rule, rates),
        null);
  }

  /** What holds for one model of an end user; null for nothing. */
  @Nullable Scope endUserModel(String endUser, Tenant budget, String model) {
    FinePrint fine = fine(budget);
    return fine.perModel().containsKey(model)
        ? ofModel(Scope.Kind.END_USER_MODEL, endUser, endUser, fine, rule(fine), model)
        : null;
  }

  Map<String, List<Scope>> modelScopes() {
    return perModel.isEmpty() ? Map.of() : Map.copyOf(perModel);
  }

  Map<String, Scope> tagScopes() {
    return perTag.isEmpty() ? Map.of() : Map.copyOf(perTag);
  }

  List<Scope> list(@Nullable Scope proxy) {
    if (proxy != null) {
      scopes.add(proxy);
    }
    scopes.sort(ORDER);
    return List.copyOf(scopes);
  }
}
