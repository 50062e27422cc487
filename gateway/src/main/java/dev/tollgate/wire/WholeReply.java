package dev.tollgate.wire;

import dev.tollgate.model.Usage;
import org.jspecify.annotations.Nullable;

/**
 * A whole reply, ready for the client.
 *
 * @param body what the client gets
 * @param usage the provider's figures; null if it sent none
 * @param id the reply's id
 * @param outputText of the generated text, for counting; gathered only where {@link #counts}, else
 *     none
 */
@SuppressWarnings("ArrayRecordComponent") // identity is enough: a reply is never compared
public record WholeReply(
    byte[] body, @Nullable Usage usage, @Nullable String id, TextSample outputText) {

  /** Whether the output of a reply with these figures is to be counted, because they have none. */
  public static boolean counts(@Nullable Usage usage) {
    return usage == null || usage.outputTokens() == 0;
  }
}
