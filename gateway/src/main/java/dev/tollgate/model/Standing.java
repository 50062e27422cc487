package dev.tollgate.model;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a caller stands beside its key: role, team, organisation, and what these bound. Immutable.
 *
 * @param role the role of the key's user
 * @param teamId the key's team, null for none
 * @param organizationId the key's organisation, or its team's; null for none
 * @param grants the models of team, member, user and organisation, in the order of the checks; each
 *     of them has to cover what is asked
 * @param modelScopes scopes that a call draws on when it asks for one of these models
 * @param tagScopes scopes that a call draws on when it carries one of these tags
 * @param budgetFallbacks the key's {@code budget_fallbacks}: models to go to when its budget for a
 *     model is spent
 * @param endUserBudgetId the budget of end users that nobody registered, null for none
 * @param passing the paths of providers' own APIs
 * @param enforcedParams what every request has to have: {@code user}, {@code
 *     metadata.generation_name}
 * @param tags the tags that key and team give to each call
 */
public record Standing(
    Role role,
    @Nullable String teamId,
    @Nullable String organizationId,
    List<Grant> grants,
    Map<String, List<Scope>> modelScopes,
    Map<String, Scope> tagScopes,
    Map<String, List<String>> budgetFallbacks,
    @Nullable String endUserBudgetId,
    PassingGrant passing,
    List<String> enforcedParams,
    List<String> tags) {
  /** Tags of one call. */
  private static final int TAGS_MAX = 50;

  /** A key without a user or a team. */
  public static final Standing ALONE =
      new Standing(
          Role.UNKNOWN,
          null,
          null,
          List.of(),
          Map.of(),
          Map.of(),
          Map.of(),
          null,
          PassingGrant.ALL,
          List.of(),
          List.of());

  /** The master key's. */
  public static final Standing ADMIN =
      new Standing(
          Role.PROXY_ADMIN,
          null,
          null,
          List.of(),
          Map.of(),
          Map.of(),
          Map.of(),
          null,
          PassingGrant.ALL,
          List.of(),
          List.of());

  /** The tags of a call that names some itself: each once, those of key and team first. */
  public List<String> tagged(List<String> named) {
    if (tags.isEmpty()) {
      return named;
    }
    Set<String> all = new LinkedHashSet<>(tags);
    all.addAll(named);
    return all.stream().limit(TAGS_MAX).toList();
  }

  /**
   * Models that somebody may use.
   *
   * @param denial LiteLLM's error type where they do not cover what is asked, {@code
   *     team_model_access_denied}
   * @param models models, wildcards and access groups; empty for all
   */
  public record Grant(String denial, Set<String> models) {}
}
