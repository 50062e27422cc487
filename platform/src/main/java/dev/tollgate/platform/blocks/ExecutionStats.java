package dev.tollgate.platform.blocks;

/**
 * What a run has used, summed over its attempts and over the blocks inside it.
 *
 * <p>Tokens count for failed attempts too; calls and retries are added when a run succeeds, as on
 * the platform, so that a run which gave up shows tokens and no calls.
 *
 * @param inputTokenCount prompt tokens as the answers report them, 0 where they report none
 * @param outputTokenCount completion tokens as the answers report them, 0 where they report none
 * @param llmCallCount calls of the runs that succeeded
 * @param llmRetryCount of these, the calls after the first
 */
public record ExecutionStats(
    long inputTokenCount, long outputTokenCount, int llmCallCount, int llmRetryCount) {

  /** Nothing used yet. */
  public static final ExecutionStats NONE = new ExecutionStats(0, 0, 0, 0);

  /** The sum of both. */
  public ExecutionStats plus(ExecutionStats other) {
    return new ExecutionStats(
        inputTokenCount + other.inputTokenCount,
        outputTokenCount + other.outputTokenCount,
        llmCallCount + other.llmCallCount,
        llmRetryCount + other.llmRetryCount);
  }

  ExecutionStats plusTokensOf(LlmResponse response) {
    return plus(new ExecutionStats(response.promptTokens(), response.completionTokens(), 0, 0));
  }

  /** Adds a success that came with the given attempt, counted from 1. */
  ExecutionStats plusSuccess(int attempt) {
    return plus(new ExecutionStats(0, 0, attempt, attempt - 1));
  }
}
