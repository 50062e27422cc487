package dev.tollgate.platform.blocks;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whether a condition holds.
 *
 * @param result false also if the answer was unclear
 * @param error what was unclear about the answer, or null
 * @param prompt the messages sent
 * @param stats of the one call
 */
public record ConditionResponse(
    boolean result, @Nullable String error, List<ObjectNode> prompt, ExecutionStats stats) {

  public ConditionResponse {
    prompt = List.copyOf(prompt);
  }

  /** The first if the condition holds, else the second. */
  public <T> T choose(T yes, T no) {
    return result ? yes : no;
  }
}
