package dev.tollgate.model.chat;

import org.jspecify.annotations.Nullable;

/**
 * Why an answer ended.
 *
 * @param reason in our words
 * @param stopSequence the stop sequence that was met, where the provider tells
 * @param original the provider's own word
 */
public record Finish(Reason reason, @Nullable String stopSequence, @Nullable String original) {
  /** Reasons as all dialects have them. */
  public enum Reason {
    STOP,
    STOP_SEQUENCE,
    LENGTH,
    TOOL_CALLS,
    CONTENT_FILTER,
    REFUSAL,
    /** The provider paused a long turn; the client may go on with it. */
    PAUSE
  }

  public static Finish of(Reason reason) {
    return new Finish(reason, null, null);
  }
}
