package dev.tollgate.access;

import dev.tollgate.access.Tenant.Kind;
import dev.tollgate.model.BudgetWindow;
import dev.tollgate.model.Caller;
import dev.tollgate.model.Money;
import dev.tollgate.model.PassingGrant;
import dev.tollgate.model.Role;
import dev.tollgate.model.Scope;
import dev.tollgate.model.Standing;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes callers of keys and of what stands behind them: team, member, user, organisation, budgets.
 * Thread-safe; in memory.
 */
final class Callers {
  private final TenantRows tenants;
  private final InstantSource clock;
  private volatile Snapshot snapshot;

  private record Snapshot(AccessSettings settings, Caller master, @Nullable Scope proxy) {}

  /**
   * A caller, and until when it is right: a temporary increase of a budget ends.
   *
   * @param refusal why nobody may call with the key at all, null if they may
   */
  record Made(Caller caller, @Nullable Instant until, @Nullable String refusal) {}

  Callers(TenantRows tenants, InstantSource clock, AccessSettings settings) {
    this.tenants = tenants;
    this.clock = clock;
    this.snapshot = snapshot(settings, clock.instant());
  }

  void apply(AccessSettings settings) {
    snapshot = snapshot(settings, clock.instant());
  }

  AccessSettings settings() {
    return snapshot.settings();
  }

  Caller master() {
    return snapshot.master();
  }

  private @Nullable Tenant tenant(Kind kind, @Nullable String id) {
    return tenants.get(kind, id);
  }

  Made of(VirtualKey key) {
    VirtualKey.Terms terms = key.terms();
    FinePrint fine = FinePrint.of(terms.metadata(), terms.extras());
    Tenant team = tenant(Kind.TEAM, terms.teamId());
    Tenant user = tenant(Kind.USER, terms.userId());
    Tenant member =
        team == null || terms.userId() == null
            ? null
            : tenant(Kind.TEAM_MEMBER, Scope.pair(team.id(), terms.userId()));
    String organizationId = organizationOf(fine, team);
    Tenant organization = tenant(Kind.ORGANIZATION, organizationId);
    Scopes scopes = new Scopes(this, clock.instant(), snapshot.settings().strict());
    scopes.key(key, fine);
    if (team != null) {
      scopes.team(team);
    }
    if (organization != null) {
      scopes.organization(organization);
    }
    if (user != null) {
      scopes.user(user, team == null);
    }
    if (team != null && member != null) {
      scopes.member(team, member);
    }
    Set<String> models = expanded(modelsOf(terms, team));
    Caller caller =
        new Caller(
            key.hash(),
            key.name(),
            terms.alias(),
            false,
            models,
            aliases(terms, team),
            terms.allowedRoutes(),
            terms.userId(),
            terms.expires(),
            scopes.list(snapshot.proxy()),
            terms.estimatedOutputTokens(),
            new Standing(
                roleOf(terms.userId(), user),
                terms.teamId(),
                organizationId,
                grants(team, member, user, organization),
                scopes.modelScopes(),
                scopes.tagScopes(),
                fine.budgetFallbacks(),
                fine.endUserBudgetId() != null
                    ? fine.endUserBudgetId()
                    : snapshot.settings().endUserBudgetId(),
                PassingRoutes.of(terms.metadata(), team),
                enforcedParams(fine),
                tags(fine, team)));
    String refusal =
        team != null && team.terms().blocked()
            ? "Authentication Error, Team="
                + team.id()
                + " is blocked. Update via `/team/unblock` if you're an admin."
            : null;
    return new Made(caller, fine.increase() == null ? null : fine.increaseEnds(), refusal);
  }

  private static @Nullable String organizationOf(FinePrint fine, @Nullable Tenant team) {
    return fine.organizationId() != null || team == null
        ? fine.organizationId()
        : team.terms().parentId();
  }

  private static Role roleOf(@Nullable String userId, @Nullable Tenant user) {
    if (userId == null) {
      return Role.UNKNOWN;
    }
    String word = user == null ? null : user.terms().role();
    return word == null ? Role.INTERNAL_USER : Role.of(word).orElse(Role.INTERNAL_USER);
  }

  /**
   * The key's models, with its team's for {@code all-team-models}. Without a team that bounds
   * nothing, as in LiteLLM; with one that is gone it grants nothing, which is the safe side.
   */
  private static Set<String> modelsOf(VirtualKey.Terms terms, @Nullable Tenant team) {
    Set<String> models = new HashSet<>(terms.models());
    if (terms.teamId() == null) {
      models.remove(ModelGrant.ALL_TEAM_MODELS);
    } else if (team != null && models.remove(ModelGrant.ALL_TEAM_MODELS)) {
      models.addAll(team.terms().models());
      if (team.terms().models().isEmpty()) {
        models.add(ModelGrant.ALL_PROXY_MODELS);
      }
    }
    return models;
  }

  /** The names with the models of those that are access groups. */
  Set<String> expanded(Set<String> names) {
    Set<String> all = new LinkedHashSet<>(names);
    for (String name : names) {
      Tenant group = tenant(Kind.ACCESS_GROUP, name);
      if (group != null) {
        all.addAll(group.terms().models());
      }
    }
    return Set.copyOf(all);
  }

  private static Map<String, String> aliases(VirtualKey.Terms terms, @Nullable Tenant team) {
    if (team == null) {
      return terms.aliases();
    }
    Map<String, String> all =
        new HashMap<>(FinePrint.of("{}", team.terms().extras()).modelAliases());
    all.putAll(terms.aliases());
    return Map.copyOf(all);
  }

  private List<Standing.Grant> grants(
      @Nullable Tenant team,
      @Nullable Tenant member,
      @Nullable Tenant user,
      @Nullable Tenant organization) {
    List<Standing.Grant> grants = new ArrayList<>(4);
    if (team == null) {
      grant(grants, "user_model_access_denied", user);
    } else {
      grant(grants, "team_model_access_denied", team);
      grant(grants, "team_member_model_access_denied", member);
    }
    grant(grants, "org_model_access_denied", organization);
    return List.copyOf(grants);
  }

  /** What the operator asks of all and of service accounts, and what the key asks besides. */
  private List<String> enforcedParams(FinePrint fine) {
    AccessSettings settings = settings();
    Set<String> names = new LinkedHashSet<>(settings.enforcedParams());
    if (fine.serviceAccount()) {
      names.addAll(settings.serviceAccountParams());
    }
    names.addAll(fine.enforcedParams());
    return List.copyOf(names);
  }

  private static List<String> tags(FinePrint fine, @Nullable Tenant team) {
    if (team == null || !team.terms().metadata().contains("\"tags\"")) {
      return fine.tags();
    }
    Set<String> tags = new LinkedHashSet<>(fine.tags());
    tags.addAll(FinePrint.of(team.terms().metadata(), "{}").tags());
    return List.copyOf(tags);
  }

  private void grant(List<Standing.Grant> grants, String denial, @Nullable Tenant tenant) {
    if (tenant == null) {
      return;
    }
    Set<String> models = new LinkedHashSet<>(tenant.terms().models());
    Tenant budget = tenant(Kind.BUDGET, tenant.terms().budgetId());
    if (models.isEmpty() && budget != null) {
      models.addAll(budget.terms().models());
    }
    if (!models.isEmpty()) {
      grants.add(new Standing.Grant(denial, expanded(models)));
    }
  }

  /** Limits of a tenant: its own, and where it has none those of its budget. */
  Allowance allowance(Tenant tenant) {
    Tenant budget = tenant(Kind.BUDGET, tenant.terms().budgetId());
    Allowance own = tenant.terms().allowance();
    return budget == null ? own : own.orElse(budget.terms().allowance());
  }

  /** Limits of a budget. */
  @Nullable Tenant budget(@Nullable String id) {
    return tenant(Kind.BUDGET, id);
  }

  private static Snapshot snapshot(AccessSettings settings, Instant now) {
    Scope proxy = null;
    Money budget = settings.proxyBudget();
    if (budget != null) {
      String duration = settings.proxyBudgetDuration();
      proxy =
          new Scope(
              Scope.Kind.PROXY,
              "proxy",
              "proxy",
              budget,
              duration,
              duration == null ? null : BudgetWindow.nextReset(now, duration, settings.day()),
              Scope.Rates.NONE,
              settings.proxyAction() == BudgetAction.ALERT
                  ? new Scope.WhenSpent.Alert()
                  : new Scope.WhenSpent.Block(settings.strict()),
              null);
    }
    Caller master =
        new Caller(
            Caller.MASTER_HASH,
            Caller.MASTER_HASH,
            null,
            true,
            Set.of(),
            Map.of(),
            List.of(),
            Caller.DEFAULT_USER,
            null,
            proxy == null ? List.of() : List.of(proxy),
            null,
            new Standing(
                Role.PROXY_ADMIN,
                null,
                null,
                List.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                settings.endUserBudgetId(),
                PassingGrant.ALL,
                settings.enforcedParams(),
                List.of()));
    return new Snapshot(settings, master, proxy);
  }
}
