package dev.tollgate.access;

import java.util.Comparator;
import java.util.function.ToLongFunction;

/**
 * An order of keys.
 *
 * @param rank of two keys the one with the lesser number comes first; it is asked once for each
 *     key, so that a million of them are put in order without looking at them again
 * @param ties the order of keys of one rank
 */
public record KeyOrder(ToLongFunction<KeyRow> rank, Comparator<KeyRow> ties) {
  private static final Comparator<KeyRow> BY_HASH = Comparator.comparing(KeyRow::hash);

  public static final KeyOrder NEWEST_FIRST = new KeyOrder(row -> -row.createdAt(), BY_HASH);

  public static final KeyOrder OLDEST_FIRST = new KeyOrder(KeyRow::createdAt, BY_HASH);

  /** An order that no number says. */
  public static KeyOrder of(Comparator<KeyRow> order) {
    return new KeyOrder(_ -> 0, order);
  }

  public Comparator<KeyRow> comparator() {
    return Comparator.comparingLong(rank).thenComparing(ties);
  }
}
