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
    if (total.incrementAndGet() == HALVED_AT) { // one thread sees it
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

  /** All counts, as {@code largest size:count}, for {@link #read}. */
  String written() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < BUCKETS; i++) {
      int count = counts.get(i);
      if (count > 0) {
        text.append(text.isEmpty() ? "" : " ").append(end(i)).append(':').append(count);
      }
    }
    return text.toString();
  }

  /**
   * Adds what was written.
   *
   * @throws IllegalArgumentException if it was not written by {@link #written}
   */
  void read(String written) {
    for (String part : written.isEmpty() ? new String[0] : written.split(" ", BUCKETS + 1)) {
      int colon = part.indexOf(':');
      int count = colon < 0 ? 0 : Integer.parseInt(part, colon + 1, part.length(), 10);
      long size = colon < 0 ? 0 : Long.parseLong(part, 0, colon, 10);
      if (count < 1 || count > HALVED_AT || size < 1) {
        throw new IllegalArgumentException("not a size and its count: " + part);
      }
      counts.addAndGet(bucket(size), count);
      if (total.addAndGet(count) >= HALVED_AT) {
        halve();
      }
    }
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
