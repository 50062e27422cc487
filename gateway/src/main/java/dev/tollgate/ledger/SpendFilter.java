package dev.tollgate.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which spend rows are wanted; a null part does not restrict.
 *
 * @param requestId the provider's response id, or the call's id
 * @param keyHash {@code api_key}
 * @param userId {@code user_id}
 * @param from earliest start, inclusive
 * @param to latest start, exclusive
 * @param teamId {@code team_id}
 * @param skip newest rows that are left out
 * @param limit most rows, newest first; from 1 to 10,000, with those that are left out
 */
public record SpendFilter(
    @Nullable String requestId,
    @Nullable String keyHash,
    @Nullable String userId,
    @Nullable Instant from,
    @Nullable Instant to,
    @Nullable String teamId,
    int skip,
    int limit) {
  public static final int LIMIT_MAX = 10_000;

  /** Rows of any team. */
  public SpendFilter(
      @Nullable String requestId,
      @Nullable String keyHash,
      @Nullable String userId,
      @Nullable Instant from,
      @Nullable Instant to,
      int limit) {
    this(requestId, keyHash, userId, from, to, null, 0, limit);
  }

  /** The same, but for the newest {@code skip}. */
  public SpendFilter page(int newSkip, int newLimit) {
    return new SpendFilter(requestId, keyHash, userId, from, to, teamId, newSkip, newLimit);
  }

  public SpendFilter {
    if (limit < 1 || skip < 0 || limit > LIMIT_MAX - skip) {
      throw new IllegalArgumentException(
          "at most 10000 rows can be looked through, got " + limit + " behind " + skip);
    }
  }

  /** The newest rows of everybody. */
  public static SpendFilter newest(int limit) {
    return new SpendFilter(null, null, null, null, null, limit);
  }
}
