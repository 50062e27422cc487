package dev.tollgate.access;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One page of many things in an order, without sorting the others: each step of the search leaves
 * one part of what is left, so that it looks at each thing a few times, wherever the page is.
 *
 * @param rows what is on the page, in order
 * @param total how many things there are
 */
public record Selection<T>(List<T> rows, int total) {

  /**
   * Finds a page.
   *
   * @param all which are put into another order
   * @param skip how many come before the page
   */
  public static <T> Selection<T> of(T[] all, Comparator<? super T> order, long skip, int size) {
    int from = (int) Math.min(skip, all.length);
    int to = Math.min(all.length, from + Math.min(size, all.length - from));
    if (from < to) {
      select(all, order, from, 0, all.length);
      select(all, order, to, from, all.length);
      Arrays.sort(all, from, to, order);
    }
    return new Selection<>(List.of(Arrays.copyOfRange(all, from, to)), all.length);
  }

  /** Moves things so that none before {@code place} comes after one behind it. */
  private static <T> void select(
      T[] all, Comparator<? super T> order, int place, int from, int to) {
    SplittableRandom random = new SplittableRandom(all.length);
    int low = from;
    int high = to;
    while (high - low > 1 && place > low && place < high) {
      T pivot = all[random.nextInt(low, high)];
      int less = low;
      int more = high;
      for (int at = low; at < more; ) {
        int compared = order.compare(all[at], pivot);
        if (compared < 0) {
          swap(all, at++, less++);
        } else if (compared > 0) {
          swap(all, at, --more);
        } else {
          at++;
        }
      }
      if (place <= less) {
        high = less;
      } else if (place >= more) {
        low = more;
      } else {
        return;
      }
    }
  }

  private static <T> void swap(T[] all, int one, int other) {
    T kept = all[one];
    all[one] = all[other];
    all[other] = kept;
  }
}
