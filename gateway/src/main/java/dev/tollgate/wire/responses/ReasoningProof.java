package dev.tollgate.wire.responses;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * OpenAI's encrypted thoughts in the place of a signature, so that they survive a client of another
 * dialect: the item's id and its content. In base64, because Google's clients refuse a signature
 * that is not.
 */
record ReasoningProof(String id, String encrypted) {
  private static final String MARK = "openai:";

  String write() {
    String plain = MARK + id + ":" + encrypted;
    return Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8));
  }

  /** Reads a signature; null if it is another provider's. */
  static @Nullable ReasoningProof read(String signature) {
    String plain = plain(signature);
    int colon = plain.startsWith(MARK) ? plain.indexOf(':', MARK.length()) : -1;
    return colon < 0
        ? null
        : new ReasoningProof(plain.substring(MARK.length(), colon), plain.substring(colon + 1));
  }

  private static String plain(String signature) {
    try {
      return new String(Base64.getDecoder().decode(signature), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return ""; // another provider's
    }
  }
}
