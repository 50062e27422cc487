package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.wire.TextSample;
import dev.tollgate.wire.json.JsonText;
import java.util.Arrays;
import tools.jackson.core.JacksonException;

/**
 * A sample of the output, kept as the insides of JSON strings, escapes and all: most is never
 * looked at, so it is decoded only on demand. For one reply and one thread.
 */
public final class RawText {
  private static final int BYTES_MAX = TextSample.BYTES_MAX;
  private static final int ESCAPE_BYTES_MAX = 6;

  private byte[] bytes = {};
  private int length;
  private long all;

  /** Adds the inside of the JSON string from {@code quote} to {@code end}, quotes included. */
  public void add(byte[] source, int quote, int end) {
    int size = end - quote - 2;
    if (size <= 0) {
      return;
    }
    all += size;
    int kept = length + size <= BYTES_MAX ? size : fitting(source, quote + 1);
    if (length + kept > bytes.length) {
      int wanted = Math.max(length + kept, Math.min(2 * bytes.length, BYTES_MAX));
      bytes = Arrays.copyOf(bytes, Math.max(wanted, 512));
    }
    System.arraycopy(source, quote + 1, bytes, length, kept);
    length += kept;
  }

  /** How many bytes from {@code from} there is room for, with no character and no escape cut. */
  private int fitting(byte[] source, int from) {
    int limit = from + BYTES_MAX - length;
    int cut = from;
    int at = from;
    while (at < limit) {
      cut = at;
      if (source[at] == '\\') {
        at += source[at + 1] == 'u' ? ESCAPE_BYTES_MAX : 2;
      } else {
        at++;
      }
      while (at < limit && (source[at] & 0xC0) == 0x80) {
        at++;
      }
    }
    return cut - from;
  }

  public boolean isEmpty() {
    return length == 0;
  }

  /** The sample. */
  public TextSample sample() {
    byte[] plain = decoded();
    long whole = length == 0 ? 0 : all * plain.length / length;
    return new TextSample(plain, whole);
  }

  private byte[] decoded() {
    try {
      return JsonText.unquote(bytes, length).getBytes(UTF_8);
    } catch (JacksonException badEscape) {
      // Skipped strings are not checked for good escapes; for counting tokens this will do.
      return Arrays.copyOf(bytes, length);
    }
  }
}
