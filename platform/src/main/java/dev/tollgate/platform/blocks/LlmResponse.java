package dev.tollgate.platform.blocks;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * One answer of a model.
 *
 * @param rawResponse the message as it came, to be sent back in the next turn
 * @param prompt the messages that were sent, after compression
 * @param response its text, "" if there is none
 * @param toolCalls the calls that it asks for, in order
 * @param promptTokens as the answer's usage says, 0 without usage
 * @param completionTokens as the answer's usage says, 0 without usage
 * @param reasoning what the choice, the answer or the message tells of it, or null
 */
public record LlmResponse(
    ObjectNode rawResponse,
    List<ObjectNode> prompt,
    String response,
    List<ToolCall> toolCalls,
    int promptTokens,
    int completionTokens,
    @Nullable String reasoning) {

  public LlmResponse {
    prompt = List.copyOf(prompt);
    toolCalls = List.copyOf(toolCalls);
  }
}
