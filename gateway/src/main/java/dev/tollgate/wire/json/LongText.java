package dev.tollgate.wire.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.util.JsonGeneratorDelegate;

/**
 * Writes long strings, which prompts are made of, by way of their bytes and not of characters: a
 * fraction of what it costs otherwise, and nearly all of what it costs to write a large prompt.
 * What has to be escaped is looked for in eight bytes at once. For one document and one thread.
 */
final class LongText extends JsonGeneratorDelegate {
  private static final int LONG = 128;
  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = ONES << 7;

  LongText(JsonGenerator plain) {
    super(plain);
  }

  @Override
  public JsonGenerator writeString(String text) {
    if (text.length() < LONG || hasSurrogates(text)) {
      return super.writeString(text); // which knows what to do with half of a pair
    }
    byte[] escaped = escaped(text.getBytes(UTF_8));
    return delegate.writeRawUTF8String(escaped, 0, escaped.length);
  }

  private static boolean hasSurrogates(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  /** The inside of the JSON string; the same array if nothing needs an escape. */
  static byte[] escaped(byte[] utf8) {
    int odd = odd(utf8, 0);
    if (odd == utf8.length) {
      return utf8;
    }
    byte[] out = new byte[utf8.length + utf8.length / 16 + 16];
    int from = 0;
    int to = 0;
    while (true) {
      int plain = odd - from;
      int room = plain + 6; // the longest escape
      if (out.length - to < room) {
        out = Arrays.copyOf(out, to + room + (utf8.length - odd) * 2);
      }
      System.arraycopy(utf8, from, out, to, plain);
      to += plain;
      if (odd == utf8.length) {
        return Arrays.copyOf(out, to);
      }
      to = escape(utf8[odd], out, to);
      from = odd + 1;
      odd = odd(utf8, from);
    }
  }

  private static int escape(byte b, byte[] out, int at) {
    out[at] = '\\';
    int named = "\"\\\n\r\t\b\f".indexOf(b);
    if (named >= 0) {
      out[at + 1] = (byte) "\"\\nrtbf".charAt(named);
      return at + 2;
    }
    out[at + 1] = 'u';
    out[at + 2] = '0';
    out[at + 3] = '0';
    out[at + 4] = (byte) Character.forDigit(b >> 4, 16);
    out[at + 5] = (byte) Character.forDigit(b & 15, 16);
    return at + 6;
  }

  /** Where the next byte that needs an escape stands; the length if there is none. */
  private static int odd(byte[] utf8, int from) {
    int at = from;
    for (; at <= utf8.length - Long.BYTES; at += Long.BYTES) {
      long eight = (long) EIGHT.get(utf8, at);
      long control = (eight - ONES * 0x20) & ~eight;
      long quote = eight ^ (ONES * '"');
      long slash = eight ^ (ONES * '\\');
      long zeros = ((quote - ONES) & ~quote) | ((slash - ONES) & ~slash);
      if (((control | zeros) & HIGHS) != 0) {
        break;
      }
    }
    for (; at < utf8.length; at++) {
      byte b = utf8[at];
      if (b == '"' || b == '\\' || (b >= 0 && b < 0x20)) {
        return at;
      }
    }
    return at;
  }
}
