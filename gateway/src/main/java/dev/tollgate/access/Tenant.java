package dev.tollgate.access;

import dev.tollgate.model.Scope;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Anyone or anything but a key that has models, money or rates of its own: a team, a user, a budget
 * that others share and so on. As it is stored; immutable.
 *
 * @param ref what it is and its id
 * @param version changes with every write; a write names the version that it replaces
 * @param terms what can be changed
 */
public record Tenant(
    Ref ref,
    long version,
    Terms terms,
    Instant createdAt,
    String createdBy,
    Instant updatedAt,
    String updatedBy)
    implements Versioned {

  /** What there is; the words are the database's. */
  public enum Kind {
    ORGANIZATION("organization"),
    /** Somebody in an organisation. */
    ORGANIZATION_MEMBER("organization_member"),
    TEAM("team"),
    /** Somebody in a team. */
    TEAM_MEMBER("team_member"),
    USER("user"),
    /** An end user, as calls name it. */
    CUSTOMER("customer"),
    BUDGET("budget"),
    TAG("tag"),
    /** A name for several models. */
    ACCESS_GROUP("access_group");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /** Which one. */
  public record Ref(Kind kind, String id) {
    /** Somebody in a group. */
    public static Ref member(Kind kind, String groupId, String userId) {
      return new Ref(kind, Scope.pair(groupId, userId));
    }
  }

  /**
   * What a tenant may do. Names in quotes are LiteLLM's.
   *
   * @param alias {@code team_alias}, {@code user_alias}, {@code organization_alias}, {@code alias}
   * @param parentId the organisation of a team; the team or organisation of a member
   * @param memberId the user of a member
   * @param budgetId {@code budget_id}: the budget that bounds it
   * @param role {@code user_role}; of a member {@code admin} or {@code user}, in an organisation
   *     {@code org_admin} or {@code internal_user}
   * @param models {@code models}; empty for all
   * @param blocked {@code blocked}
   * @param allowance its own limits
   * @param metadata {@code metadata}, a JSON object
   * @param extras LiteLLM's further columns, a JSON object
   */
  public record Terms(
      @Nullable String alias,
      @Nullable String parentId,
      @Nullable String memberId,
      @Nullable String budgetId,
      @Nullable String role,
      List<String> models,
      boolean blocked,
      Allowance allowance,
      String metadata,
      String extras) {
    /** Without any bound. */
    public static final Terms OPEN =
        new Terms(null, null, null, null, null, List.of(), false, Allowance.NONE, "{}", "{}");

    public Terms {
      models = List.copyOf(models);
    }

    /** Somebody in a group. */
    public static Terms member(String groupId, String userId, String role) {
      return new Terms(
          null, groupId, userId, null, role, List.of(), false, Allowance.NONE, "{}", "{}");
    }

    public Terms withBlocked(boolean now) {
      return new Terms(
          alias, parentId, memberId, budgetId, role, models, now, allowance, metadata, extras);
    }

    public Terms withBudget(@Nullable String id) {
      return new Terms(
          alias, parentId, memberId, id, role, models, blocked, allowance, metadata, extras);
    }

    public Terms withRole(String now) {
      return new Terms(
          alias, parentId, memberId, budgetId, now, models, blocked, allowance, metadata, extras);
    }

    public Terms withModels(List<String> now) {
      return new Terms(
          alias, parentId, memberId, budgetId, role, now, blocked, allowance, metadata, extras);
    }

    public Terms withTexts(String nextMetadata, String nextExtras) {
      return new Terms(
          alias,
          parentId,
          memberId,
          budgetId,
          role,
          models,
          blocked,
          allowance,
          nextMetadata,
          nextExtras);
    }
  }

  /** The same tenant with other terms, as the next version. */
  Tenant changed(Terms next, Instant now, String by) {
    return new Tenant(ref, version + 1, next, createdAt, createdBy, now, by);
  }

  public String id() {
    return ref.id();
  }

  /** Shows no metadata: people keep secrets there. */
  @Override
  public String toString() {
    return "Tenant[" + ref.kind().word() + " " + ref.id() + ", version " + version + "]";
  }
}
