package dev.tollgate.platform.codex;

/**
 * A block's figures. Immutable.
 *
 * @param inputTokens of the last call: it overwrites the one before, as in the original
 * @param outputTokens of the last call
 * @param calls that were answered, since the block was made
 */
public record CodexStats(long inputTokens, long outputTokens, int calls) {
  static final CodexStats NONE = new CodexStats(0, 0, 0);

  CodexStats then(long input, long output) {
    return new CodexStats(input, output, calls + 1);
  }
}
