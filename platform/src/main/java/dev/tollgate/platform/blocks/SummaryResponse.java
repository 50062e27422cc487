package dev.tollgate.platform.blocks;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * A summary.
 *
 * @param summary the text
 * @param truncated whether part of the input was left out because it was too long
 * @param prompt the messages of the last call
 * @param stats summed over all calls
 */
public record SummaryResponse(
    String summary, boolean truncated, List<ObjectNode> prompt, ExecutionStats stats) {

  public SummaryResponse {
    prompt = List.copyOf(prompt);
  }
}
