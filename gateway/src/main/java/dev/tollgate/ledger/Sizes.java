package dev.tollgate.ledger;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * How often something had which size, four steps to each doubling. When enough have been counted
 * all counts are halved, so that what was long ago weighs less. Safe for several threads, without
 * locks: one that counts while another halves may be counted wrong, which an estimate bears.
 */
final class Sizes {
  private static final int STEPS = 4;
  private static final int BUCKETS = 62 * STEPS;

  /** With fewer nothing is known yet. */
  static final int LEAST = 50;

  private static final int HALVED_AT = 1024;

  /** Of a hundred sizes so many are not above the high one. */
  private static final int HIGH = 95;

  private final AtomicIntegerArray counts = new AtomicIntegerArray(BUCKETS);
  private final AtomicInteger total = new AtomicInteger();

  void add(long size) {
    counts.incrementAndGet(bucket(Math.max(1, size)));
    if (total.incrementAndGet() == HALVED_AT) {
      halve();
    }
  }

  private void halve() {
    int gone = 0;
    for (int i = 0; i < BUCKETS; i++) {
      int count = counts.get(i);
      counts.addAndGet(i, -(count / 2));
      gone += count / 2;
    }
    total.addAndGet(-gone);
  }

  /**
   * A size that 95 of a hundred do not exceed, rounded up by a quarter at most.
   *
   * @param otherwise what to take as long as too little is known
   */
  long high(long otherwise) {
    int all = total.get();
    if (all < LEAST) {
      return otherwise;
    }
    long wanted = Math.ceilDiv((long) all * HIGH, 100L);
    long seen = 0;
    for (int i = 0; i < BUCKETS; i++) {
      seen += counts.get(i);
      if (seen >= wanted) {
        return end(i);
      }
    }
    return otherwise; // another thread has just halved them
  }

  private static int bucket(long size) {
    int octave = Math.min(61, 63 - Long.numberOfLeadingZeros(size));
    long within = size - (1L << octave);
    int step =
        (int) Math.min(STEPS - 1, octave < 2 ? within << (2 - octave) : within >> (octave - 2));
    return octave * STEPS + step;
  }

  /** Largest size in a bucket. */
  private static long end(int bucket) {
    int octave = bucket / STEPS;
    long base = 1L << octave;
    return octave < 2
        ? base + (bucket % STEPS * base) / STEPS
        : base + (bucket % STEPS + 1) * (base >> 2) - 1;
  }
}
