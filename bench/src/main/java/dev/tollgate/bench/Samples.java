package dev.tollgate.bench;

import java.util.Arrays;

/** Durations in nanoseconds and their quantiles. Not thread-safe. */
final class Samples {
  /** The most that are kept: 2,000 streams at 25 events a second for three minutes, and some. */
  private static final int COUNT_MAX = 16_000_000;

  private long[] nanos = new long[4096];
  private int count;

  void add(long duration) {
    if (count == nanos.length) {
      if (count >= COUNT_MAX) {
        throw new IllegalStateException("more than " + COUNT_MAX + " samples in one window");
      }
      nanos = Arrays.copyOf(nanos, count * 2);
    }
    nanos[count++] = duration;
  }

  void addAll(Samples others) {
    for (int i = 0; i < others.count; i++) {
      add(others.nanos[i]);
    }
  }

  int count() {
    return count;
  }

  /** {@code {"count", "p50", "p99", "max"}} in nanoseconds, by nearest rank; nulls when empty. */
  String toJson() {
    if (count == 0) {
      return "{\"count\":0,\"p50\":null,\"p99\":null,\"max\":null}";
    }
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    return "{\"count\":%d,\"p50\":%d,\"p99\":%d,\"max\":%d}"
        .formatted(count, rank(sorted, 50), rank(sorted, 99), sorted[count - 1]);
  }

  private static long rank(long[] sorted, int percent) {
    int rank = (int) ((sorted.length * (long) percent + 99) / 100);
    return sorted[Math.max(rank, 1) - 1];
  }
}
