package dev.tollgate.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who calls, as access found it. Immutable: a change of the key makes a new one.
 *
 * @param keyHash lower-case hex SHA-256 of the key; {@link #MASTER_HASH} for the master key
 * @param keyName what may be shown, {@code sk-...4WJg}
 * @param keyAlias the key's {@code key_alias}
 * @param admin true for the master key
 * @param models models, wildcards and access groups it may use; empty for all
 * @param aliases the key's own model aliases, applied before routing
 * @param allowedRoutes paths, {@code /prefix/*} or LiteLLM's group names; empty for all
 * @param userId owner of the key
 * @param expires when the key ends, null for never
 * @param scopes what it draws on, narrowest first
 * @param estimatedOutputTokens the key's {@code default_estimated_output_tokens}
 * @param standing role, team and organisation
 */
public record Caller(
    String keyHash,
    String keyName,
    @Nullable String keyAlias,
    boolean admin,
    Set<String> models,
    Map<String, String> aliases,
    List<String> allowedRoutes,
    @Nullable String userId,
    @Nullable Instant expires,
    List<Scope> scopes,
    @Nullable Long estimatedOutputTokens,
    Standing standing) {
  /** How LiteLLM's spend rows name the master key, which is in no table. */
  public static final String MASTER_HASH = "litellm_proxy_master_key";

  /** LiteLLM's user of the master key. */
  public static final String DEFAULT_USER = "default_user_id";

  /** A caller without a team, a user's role or an organisation. */
  public Caller(
      String keyHash,
      String keyName,
      @Nullable String keyAlias,
      boolean admin,
      Set<String> models,
      Map<String, String> aliases,
      List<String> allowedRoutes,
      @Nullable String userId,
      @Nullable Instant expires,
      List<Scope> scopes,
      @Nullable Long estimatedOutputTokens) {
    this(
        keyHash,
        keyName,
        keyAlias,
        admin,
        models,
        aliases,
        allowedRoutes,
        userId,
        expires,
        scopes,
        estimatedOutputTokens,
        admin ? Standing.ADMIN : Standing.ALONE);
  }

  /** Where the key's spend is counted: its hash, or the first one it had before it was changed. */
  public String account() {
    for (Scope scope : scopes) {
      if (scope.kind() == Scope.Kind.KEY) {
        return scope.id();
      }
    }
    return keyHash;
  }

  /** The same caller, drawing on more, after all others. */
  public Caller drawingAlso(List<Scope> more) {
    if (more.isEmpty()) {
      return this;
    }
    List<Scope> all = new ArrayList<>(scopes);
    all.addAll(more);
    return drawing(List.copyOf(all));
  }

  /** The same caller, drawing on these scopes. */
  public Caller drawing(List<Scope> others) {
    return new Caller(
        keyHash,
        keyName,
        keyAlias,
        admin,
        models,
        aliases,
        allowedRoutes,
        userId,
        expires,
        others,
        estimatedOutputTokens,
        standing);
  }
}
