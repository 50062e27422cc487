package dev.tollgate.platform.blocks;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * How an agent loop has ended.
 *
 * @param finished the model's last text, or that the limit was reached
 * @param limitReached whether it was stopped while it still wanted tools
 * @param conversation all messages, tool results included
 * @param stats summed over all calls
 */
public record AgentResponse(
    String finished, boolean limitReached, List<ObjectNode> conversation, ExecutionStats stats) {

  public AgentResponse {
    conversation = List.copyOf(conversation);
  }
}
