package dev.tollgate.wire;

import dev.tollgate.model.Endpoint;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a reply is told beside the provider's words.
 *
 * @param model the model's name for the client; null leaves the provider's
 * @param callId the call's id, for a reply whose provider gives none of the dialect's form
 * @param created when the call began, seconds of the epoch
 * @param array whether a stream is to be one JSON array, where the dialect has that form
 * @param stored what the client is told for the provider's id of something that is kept there
 */
public record ReplyShape(
    @Nullable String model,
    String callId,
    long created,
    boolean array,
    UnaryOperator<String> stored) {
  private static final int ID_CHARS_MAX = 64;

  /** A shape of the usual form, that leaves the ids of what is stored. */
  public ReplyShape(@Nullable String model, String callId, long created) {
    this(model, callId, created, false, UnaryOperator.identity());
  }

  /** The form alone, for what is no reply. */
  public static ReplyShape of(Endpoint endpoint) {
    return new ReplyShape(null, "", 0, endpoint.streamsArray(), UnaryOperator.identity());
  }

  /** The same with the provider's own name of the model left. */
  public ReplyShape ofProvider() {
    return new ReplyShape(null, callId, created);
  }

  /** The same with a model's name, where it has none. */
  public ReplyShape orModel(String other) {
    return model == null ? new ReplyShape(other, callId, created, array, stored) : this;
  }

  /** An id in a dialect's form, {@code chatcmpl-…}: the same for all of one reply. */
  public String id(String prefix) {
    StringBuilder id = new StringBuilder(prefix);
    for (int i = 0; i < callId.length() && i < ID_CHARS_MAX; i++) {
      char c = callId.charAt(i);
      id.append(c < 0x80 && Character.isLetterOrDigit(c) ? c : '-');
    }
    return id.toString();
  }
}
