package dev.tollgate.platform.blocks;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * A list from a model.
 *
 * @param items in the model's order; what was not a text is given as JSON text
 * @param prompt the messages of the last attempt
 * @param stats summed over the attempts
 */
public record ListResponse(List<String> items, List<ObjectNode> prompt, ExecutionStats stats) {

  public ListResponse {
    items = List.copyOf(items);
    prompt = List.copyOf(prompt);
  }
}
