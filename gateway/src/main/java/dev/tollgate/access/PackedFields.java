package dev.tollgate.access;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Texts, some of them null, in one array of bytes: each as its length in bytes plus one, seven bits
 * a byte, and its UTF-8; null is a zero.
 */
final class PackedFields {
  private PackedFields() {}

  static byte[] of(List<@Nullable String> fields) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream(128);
    for (String field : fields) {
      if (field == null) {
        packed.write(0);
      } else {
        byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
        put(packed, bytes, 0, bytes.length);
      }
    }
    return packed.toByteArray();
  }

  /**
   * Packs a line of a database: a number whose bits say which fields are not null, and these, all
   * joined by a separator.
   *
   * @return null if it has not so many fields: a text of theirs has the separator in it
   */
  static byte @Nullable [] ofLine(byte[] line, int fields, byte separator) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream(line.length + fields);
    int end = end(line, 0, separator);
    long present = 0;
    for (int i = 0; i < end; i++) {
      present = present * 10 + (line[i] - '0');
    }
    for (int field = 0; field < fields; field++) {
      if ((present >> field & 1) == 0) {
        packed.write(0);
        continue;
      }
      int from = end + 1;
      if (from > line.length) {
        return null;
      }
      end = end(line, from, separator);
      put(packed, line, from, end - from);
    }
    return end == line.length ? packed.toByteArray() : null;
  }

  private static int end(byte[] line, int from, byte separator) {
    int at = from;
    while (at < line.length && line[at] != separator) {
      at++;
    }
    return at;
  }

  private static void put(ByteArrayOutputStream packed, byte[] bytes, int from, int length) {
    int left = length + 1;
    while (left > 127) {
      packed.write((left & 127) | 128);
      left >>>= 7;
    }
    packed.write(left);
    packed.write(bytes, from, length);
  }

  static @Nullable String text(byte[] packed, int field) {
    int at = 0;
    for (int index = 0; ; index++) {
      int length = 0;
      int shift = 0;
      byte next;
      do {
        next = packed[at++];
        length |= (next & 127) << shift;
        shift += 7;
      } while (next < 0);
      if (index == field) {
        return length == 0 ? null : new String(packed, at, length - 1, StandardCharsets.UTF_8);
      }
      at += Math.max(0, length - 1);
    }
  }
}
