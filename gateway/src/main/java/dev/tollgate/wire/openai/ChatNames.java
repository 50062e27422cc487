package dev.tollgate.wire.openai;

import java.util.Set;

/** The parameters of chat completions. */
public final class ChatNames {
  /**
   * All that OpenAI's API knows (its reference, November 2026), and those that LiteLLM adds to
   * every provider. A parameter that is not among them is a provider's own, and goes to it as it
   * is.
   */
  public static final Set<String> KNOWN =
      Set.of(
          "audio",
          "frequency_penalty",
          "function_call",
          "functions",
          "logit_bias",
          "logprobs",
          "max_completion_tokens",
          "max_tokens",
          "messages",
          "metadata",
          "modalities",
          "model",
          "n",
          "parallel_tool_calls",
          "prediction",
          "presence_penalty",
          "prompt_cache_key",
          "prompt_cache_retention",
          "reasoning_effort",
          "response_format",
          "safety_identifier",
          "seed",
          "service_tier",
          "stop",
          "store",
          "stream",
          "stream_options",
          "temperature",
          "thinking",
          "tool_choice",
          "tools",
          "top_logprobs",
          "top_p",
          "user",
          "verbosity",
          "web_search_options");

  private ChatNames() {}
}
