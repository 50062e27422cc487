package dev.tollgate.model;

import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * A credential that is made for each request, or that has to be fetched from time to time: AWS
 * signatures, Google's and Entra's tokens. Thread-safe; never blocks.
 */
public interface Signing {
  /**
   * Headers that prove who asks; names in lower case. Complete at once where nothing has to be
   * fetched; fails with a {@link FailureException} that says what is missing.
   *
   * @param method the HTTP method
   * @param body the request's body, which a signature may cover
   */
  CompletionStage<Map<String, Secret>> headers(String method, Address address, byte[] body);

  /** Whether it signs the body and its type, so that both have to be known before a byte goes. */
  default boolean coversBody() {
    return false;
  }
}
