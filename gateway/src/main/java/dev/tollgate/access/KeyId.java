package dev.tollgate.access;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A key's hash in half of the room that its 64 hexadecimal digits take. Any other text stays what
 * it is.
 */
record KeyId(long first, long second, long third, long fourth, @Nullable String text) {
  private static final int DIGITS = 64;
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  static KeyId of(String hash) {
    return of(hash.getBytes(StandardCharsets.UTF_8));
  }

  /** From the text's bytes. */
  static KeyId of(byte[] hash) {
    if (hash.length == DIGITS) {
      long[] parts = new long[4];
      int at = 0;
      while (at < DIGITS) {
        int digit = digit(hash[at]);
        if (digit < 0) {
          break;
        }
        parts[at >> 4] = (parts[at >> 4] << 4) | digit;
        at++;
      }
      if (at == DIGITS) {
        return new KeyId(parts[0], parts[1], parts[2], parts[3], null);
      }
    }
    return new KeyId(0, 0, 0, 0, new String(hash, StandardCharsets.UTF_8));
  }

  /** Lower case only: what is kept is written so, and an id stands for one text. */
  private static int digit(byte letter) {
    if (letter >= '0' && letter <= '9') {
      return letter - '0';
    }
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
  }

  String hash() {
    if (text != null) {
      return text;
    }
    byte[] digits = new byte[DIGITS];
    hex(first, digits, 0);
    hex(second, digits, 16);
    hex(third, digits, 32);
    hex(fourth, digits, 48);
    return new String(digits, StandardCharsets.ISO_8859_1);
  }

  private static void hex(long part, byte[] into, int from) {
    for (int i = 0; i < 16; i++) {
      into[from + i] = HEX[(int) (part >>> (60 - 4 * i)) & 15];
    }
  }

  /** A SHA-256 is random enough as it is. */
  @Override
  public int hashCode() {
    return text == null ? Long.hashCode(first) : text.hashCode();
  }
}
