package dev.tollgate.platform.client;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import java.nio.charset.StandardCharsets;

/** Cuts by {@code cl100k_base}. Safe for several threads. */
final class Cl100k {
  /** No token of this encoding is longer. */
  private static final int TOKEN_BYTES_MAX = 128;

  private Cl100k() {}

  /** Loads the tables when a text is first long enough to need them. */
  private static final class Tables {
    private static final Encoding ENCODING =
        Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.CL100K_BASE);
  }

  static String cut(String text, int tokensMax) {
    // A token is at least one byte, so most texts need no tokenizer.
    if (text.length() <= tokensMax && text.getBytes(StandardCharsets.UTF_8).length <= tokensMax) {
      return text;
    }
    // What is far behind the last token cannot matter; megabytes of it would only take time.
    long reach = 2L * TOKEN_BYTES_MAX * tokensMax;
    var head = text.length() <= reach ? text : text.substring(0, (int) reach);
    var encoded = Tables.ENCODING.encodeOrdinary(head, tokensMax);
    return encoded.isTruncated() ? Tables.ENCODING.decode(encoded.getTokens()) : text;
  }
}
