package dev.tollgate.telemetry;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/**
 * A fixed buffer that JSON lines are written into, byte by byte and without garbage. Not
 * thread-safe.
 *
 * <p>A line never takes more than {@link #LINE_BYTES_MAX}: texts stop {@link #FIXED_BYTES_MAX}
 * before that, which leaves room for names, numbers and the brackets.
 */
final class LogPage {
  static final int LINE_BYTES_MAX = 8 * 1024;

  /** More than all names, numbers and brackets of a line take together. */
  private static final int FIXED_BYTES_MAX = 2 * 1024;

  /** One character takes at most an escape of six bytes. */
  private static final int CHARACTER_BYTES_MAX = 6;

  private static final byte[] HEX = ascii("0123456789abcdef");
  private static final byte[] TRUE = ascii("true");
  private static final byte[] FALSE = ascii("false");
  private static final byte[] ELLIPSIS = "…".getBytes(StandardCharsets.UTF_8);
  private static final int SECOND_TEXT_LENGTH = "2026-11-22T12:23:04".length();
  private static final int LONG_DIGITS_MAX = 20;

  private final byte[] bytes;
  private final byte[] digits = new byte[LONG_DIGITS_MAX];
  private final byte[] secondText = new byte[SECOND_TEXT_LENGTH];
  private long second = Long.MIN_VALUE;
  private int position;
  private int textEnd;
  private int lines;

  LogPage(int capacity) {
    bytes = new byte[capacity];
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  boolean isHalfFull() {
    return position >= bytes.length / 2;
  }

  int lines() {
    return lines;
  }

  int position() {
    return position;
  }

  /** Takes back a line that could not be finished. */
  void backTo(int earlier) {
    position = earlier;
  }

  void clear() {
    position = 0;
    lines = 0;
  }

  void writeTo(OutputStream out) throws IOException {
    out.write(bytes, 0, position);
    out.flush();
  }

  void open() {
    textEnd = position + LINE_BYTES_MAX - FIXED_BYTES_MAX;
    bytes[position++] = '{';
  }

  void close() {
    bytes[position++] = '}';
    bytes[position++] = '\n';
    lines++;
  }

  /** Bytes that are JSON already: a name with its punctuation. */
  void raw(byte[] json) {
    System.arraycopy(json, 0, bytes, position, json.length);
    position += json.length;
  }

  void bool(boolean value) {
    raw(value ? TRUE : FALSE);
  }

  void number(long value) {
    if (value == Long.MIN_VALUE) {
      raw(ascii(Long.toString(value)));
      return;
    }
    long rest = value;
    if (rest < 0) {
      bytes[position++] = '-';
      rest = -rest;
    }
    int at = LONG_DIGITS_MAX;
    do {
      digits[--at] = (byte) ('0' + rest % 10);
      rest /= 10;
    } while (rest != 0);
    System.arraycopy(digits, at, bytes, position, LONG_DIGITS_MAX - at);
    position += LONG_DIGITS_MAX - at;
  }

  /** Milliseconds with microseconds behind the point, {@code 12.345}. */
  void milliseconds(Duration value) {
    long micros = Math.max(0, value.toSeconds() * 1_000_000 + value.toNanosPart() / 1_000);
    number(micros / 1_000);
    fraction((int) (micros % 1_000), 100);
  }

  /** Nano-dollars as exact dollars in plain decimal, {@code 0.000013}; zero is {@code 0.0}. */
  void dollars(long nanos) {
    long whole = nanos / 1_000_000_000;
    int part = (int) Math.abs(nanos % 1_000_000_000);
    if (nanos < 0 && whole == 0) {
      bytes[position++] = '-';
    }
    number(whole);
    fraction(part, 100_000_000);
    while (bytes[position - 1] == '0' && bytes[position - 2] != '.') {
      position--;
    }
  }

  private void fraction(int value, int highestPlace) {
    bytes[position++] = '.';
    int rest = value;
    for (int place = highestPlace; place > 0; place /= 10) {
      bytes[position++] = (byte) ('0' + rest / place);
      rest %= place;
    }
  }

  /** An instant in UTC with milliseconds, in quotes. */
  void time(long epochMillis) {
    long wanted = Math.floorDiv(epochMillis, 1000L);
    if (wanted != second) {
      // Once a second: everything to the second is the same for all lines within it.
      byte[] text = ascii(Instant.ofEpochSecond(wanted).toString());
      System.arraycopy(text, 0, secondText, 0, SECOND_TEXT_LENGTH);
      second = wanted;
    }
    bytes[position++] = '"';
    raw(secondText);
    fraction((int) Math.floorMod(epochMillis, 1000L), 100);
    bytes[position++] = 'Z';
    bytes[position++] = '"';
  }

  /**
   * A text in quotes, escaped, cut after {@code charactersMax} UTF-16 units or where the line is
   * full; a cut is marked by an ellipsis.
   */
  void text(String value, int charactersMax) {
    bytes[position++] = '"';
    int end = Math.min(value.length(), charactersMax);
    if (end < value.length() && end > 0 && Character.isHighSurrogate(value.charAt(end - 1))) {
      end--;
    }
    int index = plain(value, end);
    while (index < end && position + CHARACTER_BYTES_MAX <= textEnd) {
      char c = value.charAt(index++);
      if (Character.isHighSurrogate(c)
          && index < end
          && Character.isLowSurrogate(value.charAt(index))) {
        utf8(Character.toCodePoint(c, value.charAt(index++)));
      } else {
        character(c);
      }
    }
    if (index < value.length()) {
      raw(ELLIPSIS);
    }
    bytes[position++] = '"';
  }

  /** Copies up to the first character that is not plain ASCII; nearly always that is all. */
  private int plain(String value, int end) {
    byte[] to = bytes;
    int at = position;
    int stop = Math.min(end, Math.max(0, textEnd - at - CHARACTER_BYTES_MAX));
    int index = 0;
    while (index < stop) {
      char c = value.charAt(index);
      if (!isPlain(c)) {
        break;
      }
      to[at++] = (byte) c;
      index++;
    }
    position = at;
    return index;
  }

  private static boolean isPlain(char c) {
    return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
  }

  private void character(char c) {
    if (isPlain(c)) {
      bytes[position++] = (byte) c;
    } else if (c == '"' || c == '\\') {
      bytes[position++] = '\\';
      bytes[position++] = (byte) c;
    } else if (isUnsafe(c)) {
      escape(c);
    } else if (Character.isSurrogate(c)) {
      escape('\ufffd');
    } else {
      utf8(c);
    }
  }

  /**
   * What could end a line, move a terminal's cursor, or turn the reading direction of the text
   * around it.
   */
  private static boolean isUnsafe(char c) {
    return c < ' '
        || (c >= 0x7f && c < 0xa0)
        || (c >= 0x200b && c <= 0x200f)
        || (c >= 0x2028 && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069)
        || c == 0x061c
        || c == 0xfeff;
  }

  private void escape(char c) {
    bytes[position++] = '\\';
    bytes[position++] = 'u';
    for (int shift = 12; shift >= 0; shift -= 4) {
      bytes[position++] = HEX[(c >> shift) & 0xf];
    }
  }

  private void utf8(int codePoint) {
    if (codePoint < 0x800) {
      bytes[position++] = (byte) (0xc0 | (codePoint >> 6));
    } else {
      if (codePoint < 0x10000) {
        bytes[position++] = (byte) (0xe0 | (codePoint >> 12));
      } else {
        bytes[position++] = (byte) (0xf0 | (codePoint >> 18));
        bytes[position++] = (byte) (0x80 | ((codePoint >> 12) & 0x3f));
      }
      bytes[position++] = (byte) (0x80 | ((codePoint >> 6) & 0x3f));
    }
    bytes[position++] = (byte) (0x80 | (codePoint & 0x3f));
  }
}
