package dev.tollgate.wire.gemini;

import dev.tollgate.model.chat.Finish;
import dev.tollgate.model.chat.Finish.Reason;
import java.util.Set;

/** Why a candidate ended, in Google's words and in ours. */
final class FinishReasons {
  /** The answer was withheld: what came of it is not for the client. */
  private static final Set<String> WITHHELD =
      Set.of(
          "SAFETY",
          "RECITATION",
          "BLOCKLIST",
          "PROHIBITED_CONTENT",
          "SPII",
          "IMAGE_SAFETY",
          "IMAGE_PROHIBITED_CONTENT",
          "IMAGE_RECITATION");

  private FinishReasons() {}

  static boolean isWithheld(String word) {
    return WITHHELD.contains(word);
  }

  static Finish read(String word, boolean called) {
    Reason reason =
        switch (word) {
          case "STOP",
              "FINISH_REASON_UNSPECIFIED",
              "MALFORMED_FUNCTION_CALL",
              "UNEXPECTED_TOOL_CALL",
              "TOO_MANY_TOOL_CALLS",
              "MISSING_THOUGHT_SIGNATURE",
              "NO_IMAGE" ->
              called ? Reason.TOOL_CALLS : Reason.STOP;
          case "MAX_TOKENS" -> Reason.LENGTH;
          case "LANGUAGE", "OTHER", "IMAGE_OTHER" -> Reason.CONTENT_FILTER;
          default -> isWithheld(word) ? Reason.CONTENT_FILTER : Reason.STOP;
        };
    return new Finish(reason, null, word);
  }

  static String write(Finish finish) {
    return switch (finish.reason()) {
      case STOP, STOP_SEQUENCE, TOOL_CALLS, PAUSE -> "STOP";
      case LENGTH -> "MAX_TOKENS";
      case CONTENT_FILTER, REFUSAL -> "SAFETY";
    };
  }
}
