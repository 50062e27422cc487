package dev.tollgate.platform.blocks;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A structured answer.
 *
 * @param response the object, or the list of objects; without a format {@code {"response": text}}
 * @param prompt the messages of the last attempt, feedback included
 * @param stats summed over the attempts
 */
public record StructuredResponse(JsonNode response, List<ObjectNode> prompt, ExecutionStats stats) {

  public StructuredResponse {
    prompt = List.copyOf(prompt);
  }
}
