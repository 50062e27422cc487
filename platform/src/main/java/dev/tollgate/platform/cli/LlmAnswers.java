package dev.tollgate.platform.cli;

import dev.tollgate.platform.blocks.LlmResponse;
import dev.tollgate.platform.blocks.StructuredResponse;
import dev.tollgate.platform.blocks.ToolCall;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A model's answers as {@code llm} prints them. */
final class LlmAnswers {
  private LlmAnswers() {}

  /** Its text, and a line of JSON for each call that it wants. */
  static String text(LlmResponse answer) {
    var text = new StringBuilder();
    if (!answer.response().isEmpty() || answer.toolCalls().isEmpty()) {
      text.append(answer.response()).append('\n');
    }
    for (var call : answer.toolCalls()) {
      text.append(json(call)).append('\n');
    }
    return text.toString();
  }

  static ObjectNode json(LlmResponse answer) {
    var object = JsonNodeFactory.instance.objectNode();
    object.put("ok", true);
    object.put("response", answer.response());
    var calls = object.putArray("tool_calls");
    answer.toolCalls().forEach(call -> calls.add(json(call)));
    object.put("reasoning", answer.reasoning());
    object.put("prompt_tokens", answer.promptTokens());
    object.put("completion_tokens", answer.completionTokens());
    return object;
  }

  static ObjectNode json(StructuredResponse answer) {
    var object = JsonNodeFactory.instance.objectNode();
    object.put("ok", true);
    object.set("response", answer.response());
    object.put("prompt_tokens", answer.stats().inputTokenCount());
    object.put("completion_tokens", answer.stats().outputTokenCount());
    object.put("calls", answer.stats().llmCallCount());
    object.put("retries", answer.stats().llmRetryCount());
    return object;
  }

  private static ObjectNode json(ToolCall call) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", call.id())
        .put("name", call.name())
        .put("arguments", call.arguments());
  }
}
