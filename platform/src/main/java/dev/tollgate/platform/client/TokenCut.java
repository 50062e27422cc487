package dev.tollgate.platform.client;

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
    return Cl100k::cut;
  }
}
