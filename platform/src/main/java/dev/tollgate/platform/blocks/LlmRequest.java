package dev.tollgate.platform.blocks;

import dev.tollgate.platform.client.BadInputException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * One call of a model. Immutable.
 *
 * @param model which one
 * @param prompt the messages in order, not empty
 * @param maxTokens the longest answer wanted in tokens, at least 1, or null for the model's own
 * @param forceJsonOutput whether the answer must be one JSON object
 * @param tools what the model may call, empty for nothing
 * @param parallelToolCalls whether it may ask for several calls at once, or null to leave it open
 * @param compressPromptToFit whether a prompt of more than half the context window is shortened
 */
public record LlmRequest(
    LlmModel model,
    List<ObjectNode> prompt,
    @Nullable Integer maxTokens,
    boolean forceJsonOutput,
    List<ToolDefinition> tools,
    @Nullable Boolean parallelToolCalls,
    boolean compressPromptToFit) {

  public LlmRequest {
    prompt = List.copyOf(prompt);
    tools = List.copyOf(tools);
    if (prompt.isEmpty()) {
      throw new BadInputException("prompt", "no message", "at least one message");
    }
    for (ObjectNode message : prompt) {
      if (Messages.role(message).isEmpty()) {
        throw new BadInputException("prompt", "a message without role", "a text in role");
      }
    }
    GenerationOptions.checkMaxTokens(maxTokens);
  }

  /** A plain call: the model's own cap, no JSON mode, no tools, compression on. */
  public static LlmRequest of(LlmModel model, List<ObjectNode> prompt) {
    return new LlmRequest(model, prompt, null, false, List.of(), null, true);
  }

  static LlmRequest of(GenerationOptions options, List<ObjectNode> prompt) {
    return new LlmRequest(
        options.model(),
        prompt,
        options.maxTokens(),
        false,
        List.of(),
        null,
        options.compressPromptToFit());
  }

  /** The same with another cap, in tokens. */
  public LlmRequest withMaxTokens(@Nullable Integer tokens) {
    return new LlmRequest(
        model, prompt, tokens, forceJsonOutput, tools, parallelToolCalls, compressPromptToFit);
  }

  /** The same with JSON mode on or off. */
  public LlmRequest withForceJsonOutput(boolean force) {
    return new LlmRequest(
        model, prompt, maxTokens, force, tools, parallelToolCalls, compressPromptToFit);
  }

  /** The same with tools. */
  public LlmRequest withTools(List<ToolDefinition> offered, @Nullable Boolean parallel) {
    return new LlmRequest(
        model, prompt, maxTokens, forceJsonOutput, offered, parallel, compressPromptToFit);
  }
}
