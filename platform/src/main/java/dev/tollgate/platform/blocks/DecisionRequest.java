package dev.tollgate.platform.blocks;

import dev.tollgate.platform.client.BadInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the model has to decide, and with which tools. Immutable.
 *
 * @param text the task; each of its parts is added only if the history holds no main objective of
 *     its role yet
 * @param history earlier messages, every tool call in them with its result (see {@link
 *     ToolResults#append})
 * @param tools what it may call, names all different; empty for none
 * @param multipleToolCalls whether it may ask for several calls at once
 */
public record DecisionRequest(
    PromptText text,
    List<ObjectNode> history,
    List<ToolDefinition> tools,
    boolean multipleToolCalls) {

  public DecisionRequest {
    history = List.copyOf(history);
    tools = List.copyOf(tools);
    ToolDefinition.checkDistinct(tools);
    Set<String> open = ToolResults.pending(history);
    if (!open.isEmpty()) {
      throw new BadInputException(
          "history", "tool calls without a result: " + open, "a tool message for each of them");
    }
  }

  /** A new conversation with one call at a time. */
  public static DecisionRequest of(PromptText text, List<ToolDefinition> tools) {
    return new DecisionRequest(text, List.of(), tools, false);
  }

  List<ObjectNode> messages() {
    PromptText filled = text.filled();
    List<ObjectNode> messages = new ArrayList<>(Messages.copyOf(history));
    String prefix = Messages.MAIN_OBJECTIVE_PREFIX;
    if (!filled.sysPrompt().isEmpty() && !hasObjective("system")) {
      messages.add(Messages.system(prefix + filled.sysPrompt()));
    }
    if (!filled.prompt().isEmpty() && !hasObjective("user")) {
      messages.add(Messages.user(prefix + filled.prompt()));
    }
    return messages;
  }

  private boolean hasObjective(String role) {
    return history.stream()
        .anyMatch(m -> Messages.role(m).equals(role) && Messages.isMainObjective(m));
  }
}
