package dev.tollgate.access;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Texts, some of them null, in an array of bytes: each as its length in bytes plus one, seven bits
 * a byte, and its UTF-8; null is a zero.
 */
final class PackedFields {
  private PackedFields() {}

  /** Packs fields behind so many empty bytes. */
  static byte[] of(int from, List<@Nullable String> fields) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream(128 + from);
    for (int i = 0; i < from; i++) {
      packed.write(0);
    }
    for (String field : fields) {
      if (field == null) {
        packed.write(0);
      } else {
        byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
        writeLength(packed, bytes.length);
        packed.write(bytes, 0, bytes.length);
      }
    }
    return packed.toByteArray();
  }

  private static void writeLength(ByteArrayOutputStream packed, int length) {
    int left = length + 1;
    while (left > 127) {
      packed.write((left & 127) | 128);
      left >>>= 7;
    }
    packed.write(left);
  }

  /**
   * Packs one more field.
   *
   * @param into has room for it, and four bytes more
   * @return where the next one goes
   */
  static int put(byte[] into, int at, byte[] text, int from, int to) {
    int next = at;
    int left = to - from + 1;
    while (left > 127) {
      into[next++] = (byte) ((left & 127) | 128);
      left >>>= 7;
    }
    into[next++] = (byte) left;
    System.arraycopy(text, from, into, next, to - from);
    return next + to - from;
  }

  static @Nullable String text(byte[] packed, int from, int field) {
    int at = at(packed, from, field);
    int length = length(packed, at);
    return length == 0
        ? null
        : new String(packed, at + width(length), length - 1, StandardCharsets.UTF_8);
  }

  static boolean is(byte[] packed, int from, int field, byte[] wanted) {
    int at = at(packed, from, field);
    int length = length(packed, at);
    int begin = at + width(length);
    return length == wanted.length + 1
        && Arrays.equals(packed, begin, begin + length - 1, wanted, 0, wanted.length);
  }

  /** Where so many fields end. */
  static int end(byte[] packed, int from, int fields) {
    return at(packed, from, fields);
  }

  /** Where a field begins. */
  private static int at(byte[] packed, int from, int field) {
    int at = from;
    for (int index = 0; index < field; index++) {
      int length = length(packed, at);
      at += width(length) + Math.max(0, length - 1);
    }
    return at;
  }

  private static int length(byte[] packed, int at) {
    int length = packed[at] & 127;
    int shift = 7;
    for (int next = at; packed[next] < 0; shift += 7) {
      next++;
      length |= (packed[next] & 127) << shift;
    }
    return length;
  }

  /** How many bytes such a length takes. */
  private static int width(int length) {
    int width = 1;
    for (int left = length >>> 7; left != 0; left >>>= 7) {
      width++;
    }
    return width;
  }
}
