package dev.tollgate.platform.blocks;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * A text from a model.
 *
 * @param response the text
 * @param prompt the messages of the last attempt
 * @param stats summed over the attempts
 */
public record TextResponse(String response, List<ObjectNode> prompt, ExecutionStats stats) {

  public TextResponse {
    prompt = List.copyOf(prompt);
  }

  static TextResponse of(StructuredResponse structured) {
    return new TextResponse(
        Json.text(structured.response().path("response")), structured.prompt(), structured.stats());
  }
}
