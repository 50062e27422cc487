package dev.tollgate.platform.client;

/** What a search has to go by. Immutable. */
public sealed interface SearchVector {

  /** The query's vector: search by meaning and by words. */
  record Found(Embedding embedding) implements SearchVector {}

  /**
   * No vector could be had: search by words only, and say so.
   *
   * @param reason for the log; holds no key
   */
  record LexicalOnly(String reason) implements SearchVector {}
}
