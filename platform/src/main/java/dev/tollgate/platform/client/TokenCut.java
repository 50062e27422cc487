package dev.tollgate.platform.client;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import java.nio.charset.StandardCharsets;

/** Cuts a text to a number of tokens. An implementation is safe for several threads. */
@FunctionalInterface
public interface TokenCut {

  /**
   * The longest beginning of a text within a number of tokens; the text itself when it is short
   * enough.
   */
  String cut(String text, int tokensMax);

  /**
   * Counts as OpenAI's embedding models do ({@code cl100k_base}). Text that looks like a special
   * token is counted as text.
   */
  static TokenCut cl100k() {
    return (text, tokensMax) -> {
      // A token is at least one byte, so most texts need no tokenizer, whose tables take 100 ms to load.
      if (text.length() <= tokensMax
          && text.getBytes(StandardCharsets.UTF_8).length <= tokensMax) {
        return text;
      }
      // And at most 128, so what is far behind cannot matter; megabytes of it would only take time.
      var head = text.length() <= tokensMax * 160 ? text : text.substring(0, tokensMax * 160);
      var encoded = Cl100k.ENCODING.encodeOrdinary(head, tokensMax);
      return encoded.isTruncated() ? Cl100k.ENCODING.decode(encoded.getTokens()) : text;
    };
  }

  /** Loads the tables when they are first needed. */
  final class Cl100k {
    private static final Encoding ENCODING =
        Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.CL100K_BASE);

    private Cl100k() {}
  }
}
