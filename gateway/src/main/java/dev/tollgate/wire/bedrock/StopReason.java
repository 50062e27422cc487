package dev.tollgate.wire.bedrock;

import dev.tollgate.model.chat.Finish;
import dev.tollgate.model.chat.Finish.Reason;
import org.jspecify.annotations.Nullable;

/** Converse's reasons to stop. */
final class StopReason {
  private StopReason() {}

  /** What a provider's word means; null for null. */
  static @Nullable Finish read(@Nullable String word) {
    if (word == null) {
      return null;
    }
    Reason reason =
        switch (word) {
          case "max_tokens" -> Reason.LENGTH;
          case "tool_use" -> Reason.TOOL_CALLS;
          case "stop_sequence" -> Reason.STOP_SEQUENCE;
          case "guardrail_intervened", "content_filtered" -> Reason.CONTENT_FILTER;
          case "refusal" -> Reason.REFUSAL;
          default -> Reason.STOP;
        };
    return new Finish(reason, null, word);
  }

  /** The word for a client. */
  static String write(@Nullable Finish finish) {
    if (finish == null) {
      return "end_turn";
    }
    return switch (finish.reason()) {
      case STOP, PAUSE -> "end_turn";
      case STOP_SEQUENCE -> "stop_sequence";
      case LENGTH -> "max_tokens";
      case TOOL_CALLS -> "tool_use";
      case CONTENT_FILTER, REFUSAL -> "content_filtered";
    };
  }
}
