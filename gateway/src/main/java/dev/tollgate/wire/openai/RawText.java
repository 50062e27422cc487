package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.wire.json.JsonText;
import java.util.Arrays;
import tools.jackson.core.JacksonException;

/**
 * Output gathered as the insides of JSON strings, escapes and all: most is never looked at, so it
 * is decoded only on demand. For one reply and one thread.
 */
public final class RawText {
  private static final int BYTES_MAX = 4 << 20;

  private byte[] bytes = {};
  private int length;
  private boolean full;

  /** Appends the inside of the JSON string from {@code quote} to {@code end}, quotes included. */
  public void add(byte[] source, int quote, int end) {
    int size = end - quote - 2;
    if (full || size <= 0) {
      return;
    }
    if (length + size > BYTES_MAX) {
      // Whole pieces only, so that no escape is cut in two.
      full = true;
      return;
    }
    if (length + size > bytes.length) {
      int wanted = Math.max(length + size, Math.min(2 * bytes.length, BYTES_MAX));
      bytes = Arrays.copyOf(bytes, Math.max(wanted, 512));
    }
    System.arraycopy(source, quote + 1, bytes, length, size);
    length += size;
  }

  public boolean isEmpty() {
    return length == 0;
  }

  /** The text in UTF-8. */
  public byte[] decoded() {
    try {
      return JsonText.unquote(bytes, length).getBytes(UTF_8);
    } catch (JacksonException badEscape) {
      // Skipped strings are not checked for good escapes; for counting tokens this will do.
      return Arrays.copyOf(bytes, length);
    }
  }
}
