package dev.tollgate.e2e;

import dev.tollgate.access.VirtualKey;
import dev.tollgate.model.Money;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Terms of virtual keys as tests need them. */
final class Terms {
  private Terms() {}

  static VirtualKey.Terms open() {
    return VirtualKey.Terms.OPEN;
  }

  static VirtualKey.Terms budget(Money most) {
    return of(List.of(), most, null, null, null, false);
  }

  static VirtualKey.Terms models(String... names) {
    return of(List.of(names), null, null, null, null, false);
  }

  static VirtualKey.Terms requestsPerMinute(long most) {
    return of(List.of(), null, most, null, null, false);
  }

  static VirtualKey.Terms parallelRequests(long most) {
    return of(List.of(), null, null, most, null, false);
  }

  static VirtualKey.Terms blocked() {
    return of(List.of(), null, null, null, true, false);
  }

  private static VirtualKey.Terms of(
      List<String> models,
      @Nullable Money budget,
      @Nullable Long requests,
      @Nullable Long parallel,
      @Nullable Boolean blocked,
      boolean strict) {
    return new VirtualKey.Terms(
        null, null, null, models, Map.of(), List.of(), budget, null, null, requests, null, parallel,
        null, blocked, "default", null, strict, "{}", "{}");
  }

  /** The same with metadata, a JSON object. */
  static VirtualKey.Terms with(String metadata, VirtualKey.Terms terms) {
    return of(terms.userId(), terms.teamId(), metadata, terms);
  }

  /** The same for a key of a team and a user. */
  static VirtualKey.Terms in(String team, String user, VirtualKey.Terms terms) {
    return of(user, team, terms.metadata(), terms);
  }

  private static VirtualKey.Terms of(
      @Nullable String user, @Nullable String team, String metadata, VirtualKey.Terms terms) {
    return new VirtualKey.Terms(
        terms.alias(),
        user,
        team,
        terms.models(),
        terms.aliases(),
        terms.allowedRoutes(),
        terms.maxBudget(),
        terms.budgetDuration(),
        terms.budgetResetAt(),
        terms.requestsPerMinute(),
        terms.tokensPerMinute(),
        terms.parallelRequests(),
        terms.expires(),
        terms.blocked(),
        terms.keyType(),
        terms.estimatedOutputTokens(),
        terms.strict(),
        metadata,
        terms.extras());
  }
}
