package dev.tollgate.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;

/**
 * The send times that the upstream writes into its events' text, as {@code @} and 19 digits. A
 * gateway that parses and rewrites an event keeps its text, so the mark arrives through any of
 * them. Not thread-safe.
 */
final class Marks {
  static final int DIGITS = 19;

  private static final int OUTSIDE = -1;

  private int digits = OUTSIDE;
  private long value;

  /** A mark of a time in nanoseconds; all marks are equally long. */
  static byte[] write(long nanos) {
    byte[] mark = new byte[1 + DIGITS];
    mark[0] = '@';
    long rest = nanos;
    for (int i = DIGITS; i > 0; i--) {
      mark[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return mark;
  }

  /** A mark's room in a template, to be found and written over. */
  static byte[] blank() {
    return ("@" + "0".repeat(DIGITS)).getBytes(StandardCharsets.US_ASCII);
  }

  /** Reads to the limit and reports each mark, one that began in an earlier piece included. */
  void scan(ByteBuffer bytes, LongConsumer found) {
    while (bytes.hasRemaining()) {
      byte next = bytes.get();
      if (next == '@') {
        digits = 0;
        value = 0;
      } else if (digits != OUTSIDE) {
        digit(next, found);
      }
    }
  }

  private void digit(byte next, LongConsumer found) {
    if (next < '0' || next > '9') {
      digits = OUTSIDE;
      return;
    }
    value = value * 10 + (next - '0');
    if (++digits == DIGITS) {
      digits = OUTSIDE;
      found.accept(value);
    }
  }
}
