package dev.tollgate.platform.codex;

import java.util.List;

/**
 * What a call of the Codex block brought. Immutable.
 *
 * @param response all output text joined; empty when there is none, which {@link #ending} explains
 * @param reasoning the text form of {@code reasoning.summary}, normally empty
 * @param responseId of the response, empty when it has none
 * @param summaries the summary texts of the output's reasoning items, in their order
 * @param ending whether the answer is whole
 */
public record CodexCallResult(
    String response, String reasoning, String responseId, List<String> summaries, Ending ending) {

  public CodexCallResult {
    summaries = List.copyOf(summaries);
  }

  /** How the model came to its end. */
  public sealed interface Ending {
    /** The answer is whole. */
    record Completed() implements Ending {}

    /**
     * The answer was cut off, for instance because the cap was reached while thinking.
     *
     * @param reason such as {@code max_output_tokens}; empty when none is given
     */
    record Incomplete(String reason) implements Ending {}

    /**
     * The answer is no answer.
     *
     * @param status such as {@code failed} or {@code cancelled}
     * @param message the error's, empty when none is given
     */
    record Stopped(String status, String message) implements Ending {}
  }
}
