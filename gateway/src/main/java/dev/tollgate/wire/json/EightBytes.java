package dev.tollgate.wire.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Eight bytes of a text, looked at in one step. A mark is the high bit of a byte: the lowest one is
 * exact, and those above it only perhaps.
 */
final class EightBytes {
  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = ONES << 7;

  /** Changes places of space and quote, and so puts the quote behind the control characters. */
  private static final long QUOTE_TO_SPACE = ONES * ('"' ^ ' ');

  private static final long BEHIND_SPACE = ONES * (' ' + 1);
  private static final long SLASH = ONES * '\\';

  private EightBytes() {}

  /** The bytes from {@code at} on, the first one lowest. */
  static long of(byte[] source, int at) {
    return (long) EIGHT.get(source, at);
  }

  static void put(byte[] target, int at, long eight) {
    EIGHT.set(target, at, eight);
  }

  /** Marks what a string has to escape: a control character, a quote, a backslash. */
  static long escaped(long eight) {
    return below(eight) & ~eight & HIGHS;
  }

  /** Marks the same and what is not ASCII. */
  static long escapedOrWide(long eight) {
    return (below(eight) | eight) & HIGHS;
  }

  /** What is subtracted borrows from the next byte only where this one is marked. */
  private static long below(long eight) {
    return ((eight ^ QUOTE_TO_SPACE) - BEHIND_SPACE) | ((eight ^ SLASH) - ONES);
  }

  /** Which of the eight is the first that is marked. */
  static int first(long marks) {
    return Long.numberOfTrailingZeros(marks) / Byte.SIZE;
  }
}
