package dev.tollgate.access;

import dev.tollgate.model.Money;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Terms of a key, written as a test reads best. */
public final class KeyTerms {
  private @Nullable String alias;
  private @Nullable String userId;
  private @Nullable String teamId;
  private final List<String> models = new ArrayList<>();
  private final Map<String, String> aliases = new HashMap<>();
  private final List<String> routes = new ArrayList<>();
  private @Nullable Money budget;
  private @Nullable String budgetDuration;
  private @Nullable Instant budgetResetAt;
  private @Nullable Long requests;
  private @Nullable Instant expires;

  public static KeyTerms terms() {
    return new KeyTerms();
  }

  public KeyTerms alias(String value) {
    alias = value;
    return this;
  }

  public KeyTerms user(String value) {
    userId = value;
    return this;
  }

  public KeyTerms team(String value) {
    teamId = value;
    return this;
  }

  public KeyTerms models(String... values) {
    models.addAll(List.of(values));
    return this;
  }

  public KeyTerms modelAlias(String name, String target) {
    aliases.put(name, target);
    return this;
  }

  public KeyTerms routes(String... values) {
    routes.addAll(List.of(values));
    return this;
  }

  public KeyTerms budget(Money value, @Nullable String duration, @Nullable Instant resetAt) {
    budget = value;
    budgetDuration = duration;
    budgetResetAt = resetAt;
    return this;
  }

  public KeyTerms requestsPerMinute(long value) {
    requests = value;
    return this;
  }

  public KeyTerms expires(Instant value) {
    expires = value;
    return this;
  }

  public VirtualKey.Terms build() {
    return new VirtualKey.Terms(
        alias,
        userId,
        teamId,
        models,
        aliases,
        routes,
        budget,
        budgetDuration,
        budgetResetAt,
        requests,
        null,
        null,
        expires,
        null,
        "default",
        null,
        false,
        "{}",
        "{}");
  }
}
