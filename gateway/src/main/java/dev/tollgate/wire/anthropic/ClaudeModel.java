package dev.tollgate.wire.anthropic;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.chat.Reasoning;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a deployment's model can do, from {@code model_info} and the catalogue's facts. Also for
 * Claude at other providers.
 */
public record ClaudeModel(Map<String, Object> facts) {
  /** LiteLLM's cap where a model's own is not known, and its room beside a budget of thoughts. */
  private static final long OUTPUT_TOKENS_DEFAULT = 4096;

  /** Anthropic's least budget for thoughts. */
  private static final long BUDGET_MIN = 1024;

  public static ClaudeModel of(Deployment deployment) {
    return new ClaudeModel(deployment.info());
  }

  /** Whether answers can be held to a schema without a tool's help. */
  public boolean structured() {
    return supports("native_structured_output");
  }

  /** Whether thinking is asked for by effort alone. */
  public boolean adaptive() {
    return supports("adaptive_thinking");
  }

  /** Whether the catalogue says so, in its words. */
  public boolean supports(String ability) {
    return Boolean.TRUE.equals(facts.get("supports_" + ability));
  }

  /**
   * The cap on output where the client has none: the model's own; with a budget of thoughts that
   * and LiteLLM's 4096.
   */
  public long outputTokens(@Nullable Long budget) {
    if (budget != null) {
      return OUTPUT_TOKENS_DEFAULT + budget;
    }
    for (String name : new String[] {"max_output_tokens", "max_tokens"}) {
      if (facts.get(name) instanceof Number most && most.longValue() > 0) {
        return most.longValue();
      }
    }
    return OUTPUT_TOKENS_DEFAULT;
  }

  /** Tokens of thought for an effort, as LiteLLM has them; null for none. */
  public static @Nullable Long budget(String effort) {
    return switch (effort) {
      case "none" -> null;
      case "minimal", "low" -> BUDGET_MIN;
      case "medium" -> 2048L;
      case "high" -> 4096L;
      default -> 8192L;
    };
  }

  /** Tokens of thought that a client asks for; null for none. */
  public static @Nullable Long budget(@Nullable Reasoning reasoning) {
    if (reasoning == null) {
      return null;
    }
    Long budget = reasoning.budgetTokens();
    if (budget == null) {
      return reasoning.effort() == null ? null : budget(reasoning.effort());
    }
    return budget == 0 ? null : budget < 0 ? (Long) 4096L : budget;
  }

  /** The word for an effort where the model takes one; null for none. */
  public @Nullable String effort(String effort) {
    return switch (effort) {
      case "none" -> null;
      case "minimal" -> "low";
      case "xhigh" -> supports("xhigh_reasoning_effort") ? effort : "high";
      case "max" -> supports("max_reasoning_effort") ? effort : "high";
      default -> effort;
    };
  }
}
