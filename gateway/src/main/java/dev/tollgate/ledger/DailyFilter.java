package dev.tollgate.ledger;

import dev.tollgate.model.Scope;
import java.time.LocalDate;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which daily sums are wanted.
 *
 * @param kind whose: {@code PROXY} for all calls, {@code KEY}, {@code USER}, {@code TEAM}, {@code
 *     ORGANIZATION}, {@code END_USER} or {@code TAG}; {@code TEAM_MODEL} and {@code USER_MODEL} for
 *     teams and users by model
 * @param id which one of them, null for everybody
 * @param from first day, inclusive
 * @param to last day, inclusive
 * @param keyHash what of it one key did, null for all; none of {@code PROXY}, {@code KEY}, {@code
 *     TEAM_MODEL} and {@code USER_MODEL} is told apart by key: one key's calls are those of its own
 *     kind
 * @param model one model's, null for all
 * @param by what they are told apart by
 * @param limit most sums, the greatest spend first
 * @param brief whether money and all tokens are enough, which takes half the time; the tokens are
 *     all told as input then, and the other sums are 0
 */
public record DailyFilter(
    Scope.Kind kind,
    @Nullable String id,
    LocalDate from,
    LocalDate to,
    @Nullable String keyHash,
    @Nullable String model,
    Set<Part> by,
    int limit,
    boolean brief) {
  /** So many are as good as all: where there are more, there is no answer. */
  public static final int LIMIT_MAX = 20_000;

  /** What sums can be told apart by. */
  public enum Part {
    ID,
    DAY,
    KEY,
    MODEL,
    GROUP,
    PROVIDER
  }

  /** With all sums. */
  public DailyFilter(
      Scope.Kind kind,
      @Nullable String id,
      LocalDate from,
      LocalDate to,
      @Nullable String keyHash,
      @Nullable String model,
      Set<Part> by,
      int limit) {
    this(kind, id, from, to, keyHash, model, by, limit, false);
  }

  public DailyFilter {
    by = Set.copyOf(by);
    if (limit < 1 || limit > LIMIT_MAX) {
      throw new IllegalArgumentException("limit must be from 1 to 20000, got " + limit);
    }
  }
}
