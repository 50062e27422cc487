package dev.tollgate.wire.responses;

import org.jspecify.annotations.Nullable;

/**
 * OpenAI's encrypted thoughts in the place of a signature, so that they survive a client of another
 * dialect: the item's id and its content.
 */
record ReasoningProof(String id, String encrypted) {
  private static final String MARK = "openai:";

  String write() {
    return MARK + id + ":" + encrypted;
  }

  /** Reads a signature; null if it is another provider's. */
  static @Nullable ReasoningProof read(String signature) {
    if (!signature.startsWith(MARK)) {
      return null;
    }
    int colon = signature.indexOf(':', MARK.length());
    return colon < 0
        ? null
        : new ReasoningProof(
            signature.substring(MARK.length(), colon), signature.substring(colon + 1));
  }
}
