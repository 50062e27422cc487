package dev.tollgate.platform.blocks;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A block gave up: its attempts are used, or the answer cannot be what was asked for. */
public final class GenerationFailedException extends RuntimeException {
  private final transient ExecutionStats stats;
  private final transient List<ObjectNode> prompt;

  GenerationFailedException(
      String message, ExecutionStats stats, List<ObjectNode> prompt, @Nullable Throwable cause) {
    super(message, cause);
    this.stats = stats;
    this.prompt = List.copyOf(prompt);
  }

  /** What the run had used when it gave up. */
  public ExecutionStats stats() {
    return stats;
  }

  /** The messages of the last attempt, feedback included. */
  public List<ObjectNode> prompt() {
    return prompt;
  }
}
