package dev.tollgate.ledger;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Numbers and bounded texts into bytes. For one thread. */
final class EntryWriter {
  private byte[] bytes = new byte[768];
  private int length;

  /** A number in 7-bit groups, lowest first; small ones take one byte. */
  void number(long value) {
    room(10);
    long left = value;
    while ((left & ~0x7fL) != 0) {
      bytes[length++] = (byte) (left | 0x80);
      left >>>= 7;
    }
    bytes[length++] = (byte) left;
  }

  /** A text in UTF-8, cut at a character's border after {@code bytesMax} bytes. */
  void text(@Nullable String text, int bytesMax) {
    if (text == null) {
      number(0);
      return;
    }
    String bounded = text.length() > bytesMax ? text.substring(0, bytesMax) : text;
    byte[] utf8 = bounded.getBytes(StandardCharsets.UTF_8);
    int size = utf8.length;
    if (size > bytesMax) {
      size = bytesMax;
      while (size > 0 && (utf8[size] & 0xc0) == 0x80) {
        size--;
      }
    }
    number(1 + size);
    room(size);
    System.arraycopy(utf8, 0, bytes, length, size);
    if (bounded.indexOf('\0') >= 0) {
      spaceForNul(length, size);
    }
    length += size;
  }

  /** PostgreSQL has no text with NUL in it, and a client must not be able to block the writer. */
  private void spaceForNul(int from, int size) {
    for (int i = from; i < from + size; i++) {
      if (bytes[i] == 0) {
        bytes[i] = ' ';
      }
    }
  }

  /** Zeros, for what is put in later. */
  void space(int count) {
    room(count);
    length += count;
  }

  /** Puts a number of eight bytes, lowest first, into what was written. */
  static void put(byte[] written, int at, long value) {
    for (int i = 0; i < Long.BYTES; i++) {
      written[at + i] = (byte) (value >>> (i * Byte.SIZE));
    }
  }

  byte[] bytes() {
    return Arrays.copyOf(bytes, length);
  }

  private void room(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
    }
  }
}
