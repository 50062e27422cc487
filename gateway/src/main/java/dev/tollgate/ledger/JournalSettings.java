package dev.tollgate.ledger;

import java.time.Duration;

/**
 * Bounds of the journal. Immutable.
 *
 * @param segmentBytes size of a segment file, from 64 KiB to 1 GiB
 * @param totalBytesMax most bytes of segments that wait for the store; no call is admitted beyond
 * @param forceInterval longest time in which a power loss (not a crash of the process) can lose
 *     records
 */
public record JournalSettings(int segmentBytes, long totalBytesMax, Duration forceInterval) {
  public static final JournalSettings DEFAULT =
      new JournalSettings(8 << 20, 1L << 30, Duration.ofSeconds(1));

  private static final int SEGMENT_MIN = 64 << 10;
  private static final int SEGMENT_MAX = 1 << 30;

  public JournalSettings {
    if (segmentBytes < SEGMENT_MIN || segmentBytes > SEGMENT_MAX) {
      throw new IllegalArgumentException(
          "a journal segment must be from 64 KiB to 1 GiB, got " + segmentBytes + " bytes");
    }
    if (totalBytesMax < 2L * segmentBytes) {
      throw new IllegalArgumentException(
          "the journal needs room for two segments, got " + totalBytesMax + " bytes");
    }
    if (forceInterval.isNegative() || forceInterval.isZero()) {
      throw new IllegalArgumentException(
          "the journal's force interval must be more than zero, got " + forceInterval);
    }
  }
}
