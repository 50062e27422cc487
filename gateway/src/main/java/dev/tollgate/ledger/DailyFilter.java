package dev.tollgate.ledger;

import dev.tollgate.model.Scope;
import java.time.LocalDate;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which daily sums are wanted.
 *
 * @param kind whose: {@code PROXY} for all calls, {@code USER}, {@code TEAM}, {@code ORGANIZATION},
 *     {@code END_USER} or {@code TAG}
 * @param id which one of them, null for everybody
 * @param from first day, inclusive
 * @param to last day, inclusive
 * @param keyHash one key's, null for all
 * @param by what they are told apart by
 * @param limit most sums, the greatest spend first
 */
public record DailyFilter(
    Scope.Kind kind,
    @Nullable String id,
    LocalDate from,
    LocalDate to,
    @Nullable String keyHash,
    Set<Part> by,
    int limit) {
  public static final int LIMIT_MAX = 10_000;

  /** What sums can be told apart by. */
  public enum Part {
    ID,
    DAY,
    KEY,
    MODEL,
    GROUP,
    PROVIDER
  }

  public DailyFilter {
    by = Set.copyOf(by);
    if (limit < 1 || limit > LIMIT_MAX) {
      throw new IllegalArgumentException("limit must be from 1 to 10000, got " + limit);
    }
  }
}
