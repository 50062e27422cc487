package dev.tollgate.wire.sse;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Finds line ends. */
final class Lines {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  private Lines() {}

  /** The first CR or LF from {@code from} on, or {@code to} if there is none before it. */
  static int end(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to) {
      // Eight bytes at a time: none of them below 0x0E means no line end among them.
      while (at + Long.BYTES <= to) {
        long eight = (long) LONGS.get(bytes, at);
        if (((eight - ONES * 0x0E) & ~eight & HIGHS) != 0) {
          break;
        }
        at += Long.BYTES;
      }
      int stop = Math.min(to, at + Long.BYTES);
      for (; at < stop; at++) {
        if (bytes[at] == '\n' || bytes[at] == '\r') {
          return at;
        }
      }
    }
    return to;
  }
}
