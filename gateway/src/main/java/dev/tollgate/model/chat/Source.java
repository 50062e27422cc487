package dev.tollgate.model.chat;

import org.jspecify.annotations.Nullable;

/** Where the bytes of an image, a document, a sound are. */
public sealed interface Source {

  /**
   * In the message itself.
   *
   * @param mediaType {@code image/png}
   * @param base64 standard alphabet, with padding
   */
  record Data(String mediaType, String base64) implements Source {}

  /**
   * At an address that the provider fetches.
   *
   * @param mediaType null where the client did not say
   */
  record Url(String url, @Nullable String mediaType) implements Source {}

  /** With the provider, uploaded before. */
  record File(String id, @Nullable String mediaType) implements Source {}

  /** Plain text, as the content of a document. */
  record Plain(String text) implements Source {}
}
