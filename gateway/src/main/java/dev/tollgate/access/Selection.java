package dev.tollgate.access;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongFunction;
import java.util.stream.IntStream;

/**
 * One page of many things in an order, without sorting the others: each step of the search leaves
 * one part of what is left, so that it looks at each thing a few times, wherever the page is.
 *
 * @param rows what is on the page, in order
 * @param total how many things there are
 */
public record Selection<T>(List<T> rows, int total) {

  /** Things that are told apart by where they are now. */
  private interface Items {
    int compare(int one, int other);

    void swap(int one, int other);
  }

  /**
   * Finds a page.
   *
   * @param all which are put into another order
   * @param skip how many come before the page
   */
  public static <T> Selection<T> of(T[] all, Comparator<? super T> order, long skip, int size) {
    int from = from(all.length, skip);
    int to = to(all.length, from, size);
    Items items =
        new Items() {
          @Override
          public int compare(int one, int other) {
            return order.compare(all[one], all[other]);
          }

          @Override
          public void swap(int one, int other) {
            T kept = all[one];
            all[one] = all[other];
            all[other] = kept;
          }
        };
    select(items, from, to, all.length);
    Arrays.sort(all, from, to, order);
    return new Selection<>(List.of(Arrays.copyOfRange(all, from, to)), all.length);
  }

  /**
   * The same of things that are made anew each time when they are looked at, so that of many none
   * is kept.
   *
   * @param all what they are made from; put into another order, with the ranks
   * @param ranks of two things the one with the lesser rank comes first
   * @param count how many there are in both arrays
   * @param ties the order of those of one rank
   */
  static <T> Selection<T> of(
      long[] all,
      long[] ranks,
      int count,
      LongFunction<T> made,
      Comparator<? super T> ties,
      long skip,
      int size) {
    int from = from(count, skip);
    int to = to(count, from, size);
    Items items =
        new Items() {
          @Override
          public int compare(int one, int other) {
            int compared = Long.compare(ranks[one], ranks[other]);
            return compared == 0
                ? ties.compare(made.apply(all[one]), made.apply(all[other]))
                : compared;
          }

          @Override
          public void swap(int one, int other) {
            swap(all, one, other);
            swap(ranks, one, other);
          }

          private void swap(long[] array, int one, int other) {
            long kept = array[one];
            array[one] = array[other];
            array[other] = kept;
          }
        };
    select(items, from, to, count);
    List<T> rows =
        IntStream.range(from, to)
            .boxed()
            .sorted(items::compare)
            .map(place -> made.apply(all[place]))
            .toList();
    return new Selection<>(rows, count);
  }

  private static int from(int count, long skip) {
    return (int) Math.min(skip, count);
  }

  private static int to(int count, int from, int size) {
    return from + Math.min(size, count - from);
  }

  /** Brings those of a page to its place. */
  private static void select(Items items, int from, int to, int count) {
    if (from < to) {
      select(items, from, 0, count, count);
      select(items, to, from, count, count);
    }
  }

  /** Moves things so that none before {@code place} comes after one behind it. */
  private static void select(Items items, int place, int from, int to, int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int low = from;
    int high = to;
    while (high - low > 1 && place > low && place < high) {
      items.swap(low, random.nextInt(low, high));
      int less = low; // where the first of those is that are like the one chosen
      int more = high;
      for (int at = low + 1; at < more; ) {
        int compared = items.compare(at, less);
        if (compared < 0) {
          items.swap(at++, less++);
        } else if (compared > 0) {
          items.swap(at, --more);
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
}
