package dev.tollgate.wire.bedrock;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.wire.anthropic.ClaudeModel;
import dev.tollgate.wire.anthropic.SchemaTool;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a deployment's model is and can do.
 *
 * @param id the model's name
 * @param claude its facts
 */
record BedrockModel(String id, ClaudeModel claude) {
  static BedrockModel of(Deployment deployment) {
    return new BedrockModel(deployment.model(), ClaudeModel.of(deployment));
  }

  boolean isClaude() {
    return id.contains("claude") || id.contains("anthropic");
  }

  boolean isNova() {
    return id.contains("amazon.nova");
  }

  boolean thinks() {
    return claude.supports("reasoning");
  }

  /** Whether it can be told to make one call at a time. */
  boolean limitsCalls() {
    return claude.supports("parallel_tool_use_config");
  }

  /**
   * The schema that a tool stands in for; null if there is none, or the model needs no such help.
   */
  @Nullable JsonNode emulated(Chat chat) {
    boolean own = claude.structured() || claude.supports("bedrock_native_structured_output");
    return own ? null : SchemaTool.schema(chat);
  }
}
