package dev.tollgate.limits;

import java.util.List;

/** Leave to make one call, to be released when it has ended. Safe for several threads. */
public interface Permit {
  /**
   * Gives back the place of the call, and corrects the tokens that were reserved to what it used; 0
   * for a call that failed.
   *
   * @return false if it was released before; then nothing happens
   */
  boolean release(long tokensUsed);

  /**
   * What is left of the limits that are set, for the client: {@code
   * x-ratelimit-api_key-remaining-requests}.
   */
  List<Header> headers();

  /** Name in lower case, and value. */
  record Header(String name, String value) {}
}
