package dev.tollgate.wire.anthropic;

import dev.tollgate.model.chat.Finish;
import dev.tollgate.model.chat.Finish.Reason;
import org.jspecify.annotations.Nullable;

/** Anthropic's reasons to stop. */
final class StopReason {
  private StopReason() {}

  /** What a provider's word means; null for null. */
  static @Nullable Finish read(@Nullable String word, @Nullable String stopSequence) {
    if (word == null) {
      return null;
    }
    Reason reason =
        switch (word) {
          case "max_tokens" -> Reason.LENGTH;
          case "tool_use" -> Reason.TOOL_CALLS;
          case "stop_sequence" -> Reason.STOP_SEQUENCE;
          case "refusal" -> Reason.REFUSAL;
          case "pause_turn" -> Reason.PAUSE;
          default -> Reason.STOP;
        };
    return new Finish(reason, stopSequence, word);
  }

  /** The word for a client. */
  static String write(@Nullable Finish finish) {
    if (finish == null) {
      return "end_turn";
    }
    return switch (finish.reason()) {
      case STOP -> "end_turn";
      case STOP_SEQUENCE -> "stop_sequence";
      case LENGTH -> "max_tokens";
      case TOOL_CALLS -> "tool_use";
      case CONTENT_FILTER, REFUSAL -> "refusal";
      case PAUSE -> "pause_turn";
    };
  }
}
