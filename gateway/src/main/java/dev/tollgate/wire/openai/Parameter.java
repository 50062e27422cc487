package dev.tollgate.wire.openai;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Top-level request parameters that the gateway reads or keeps to itself. Each may stand in a body
 * once: with two, the gateway and the provider could read different ones.
 */
enum Parameter {
  MODEL("model"),
  MESSAGES("messages"),
  INPUT("input"),
  PROMPT("prompt"),
  QUERY("query"),
  DOCUMENTS("documents"),
  STREAM("stream"),
  STREAM_OPTIONS("stream_options"),
  MAX_TOKENS("max_tokens"),
  MAX_COMPLETION_TOKENS("max_completion_tokens"),
  MAX_OUTPUT_TOKENS("max_output_tokens"),
  N("n"),
  BEST_OF("best_of"),
  USER("user"),
  SAFETY_IDENTIFIER("safety_identifier"),
  RESPONSE_FORMAT("response_format"),
  TOOLS("tools"),
  TOOL_CHOICE("tool_choice"),
  INSTRUCTIONS("instructions"),
  PREVIOUS_RESPONSE_ID("previous_response_id"),
  USAGE("usage"),
  /** The provider's own only in Responses; elsewhere LiteLLM's. */
  METADATA("metadata"),
  LITELLM_METADATA("litellm_metadata", Kind.OURS),
  TAGS("tags", Kind.OURS),
  NUM_RETRIES("num_retries", Kind.OURS),
  MAX_RETRIES("max_retries", Kind.OURS),
  TIMEOUT("timeout", Kind.OURS),
  STREAM_TIMEOUT("stream_timeout", Kind.OURS),
  REQUEST_TIMEOUT("request_timeout", Kind.OURS),
  FALLBACKS("fallbacks", Kind.OURS),
  CONTEXT_WINDOW_FALLBACKS("context_window_fallbacks", Kind.OURS),
  CONTENT_POLICY_FALLBACKS("content_policy_fallbacks", Kind.OURS),
  DISABLE_FALLBACKS("disable_fallbacks", Kind.OURS),
  MAX_FALLBACKS("max_fallbacks", Kind.OURS),
  DROP_PARAMS("drop_params", Kind.OURS),
  ADDITIONAL_DROP_PARAMS("additional_drop_params", Kind.OURS),
  ALLOWED_OPENAI_PARAMS("allowed_openai_params", Kind.OURS),
  LITELLM_SESSION_ID("litellm_session_id", Kind.OURS),
  LITELLM_TRACE_ID("litellm_trace_id", Kind.OURS),
  LITELLM_CALL_ID("litellm_call_id", Kind.OURS),
  CACHE("cache", Kind.OURS),
  CACHING("caching", Kind.OURS),
  GUARDRAILS("guardrails", Kind.OURS),
  DISABLE_GLOBAL_GUARDRAILS("disable_global_guardrails", Kind.OURS),
  GUARDRAIL_CONFIG("guardrail_config", Kind.OURS),
  POLICIES("policies", Kind.OURS),
  PROMPT_ID("prompt_id", Kind.OURS),
  PROMPT_VARIABLES("prompt_variables", Kind.OURS),
  PROMPT_VERSION("prompt_version", Kind.OURS),
  USER_CONFIG("user_config", Kind.OURS),
  PRIORITY("priority", Kind.OURS),
  NO_LOG("no-log", Kind.OURS),
  FASTEST_RESPONSE("fastest_response", Kind.OURS),
  API_BASE("api_base", Kind.OURS),
  BASE_URL("base_url", Kind.OURS),
  API_KEY("api_key", Kind.OURS),
  API_VERSION("api_version", Kind.OURS),
  EXTRA_HEADERS("extra_headers", Kind.OURS),
  HEADERS("headers", Kind.OURS),
  ORGANIZATION("organization", Kind.OURS),
  CUSTOM_LLM_PROVIDER("custom_llm_provider", Kind.OURS),
  LITELLM_PARAMS("litellm_params", Kind.OURS),
  PROXY_SERVER_REQUEST("proxy_server_request", Kind.OURS),
  MODEL_INFO("model_info", Kind.OURS),
  INPUT_COST_PER_TOKEN("input_cost_per_token", Kind.OURS),
  OUTPUT_COST_PER_TOKEN("output_cost_per_token", Kind.OURS),
  MOCK_RESPONSE("mock_response", Kind.OURS),
  MOCK_TOOL_CALLS("mock_tool_calls", Kind.OURS),
  MOCK_TESTING_FALLBACKS("mock_testing_fallbacks", Kind.REFUSED),
  MOCK_TESTING_CONTEXT_FALLBACKS("mock_testing_context_fallbacks", Kind.REFUSED),
  MOCK_TESTING_CONTENT_POLICY_FALLBACKS("mock_testing_content_policy_fallbacks", Kind.REFUSED),
  MOCK_TESTING_RATE_LIMIT_ERROR("mock_testing_rate_limit_error", Kind.REFUSED),
  MOCK_TIMEOUT("mock_timeout", Kind.REFUSED),
  MOCK_DELAY("mock_delay", Kind.REFUSED);

  /** What becomes of a parameter. */
  enum Kind {
    /** Goes to the provider. */
    FORWARDED,
    /** Steers the gateway, or would redirect the provider's credential; no provider sees it. */
    OURS,
    /** For LiteLLM's own tests; not accepted. */
    REFUSED
  }

  /** How many there are, for arrays by {@link #index}. */
  static final int COUNT = values().length;

  private static final Map<String, Parameter> BY_NAME =
      Stream.of(values()).collect(Collectors.toUnmodifiableMap(p -> p.word, Function.identity()));

  private final String word;
  private final Kind kind;

  Parameter(String word) {
    this(word, Kind.FORWARDED);
  }

  Parameter(String word, Kind kind) {
    this.word = word;
    this.kind = kind;
  }

  static @Nullable Parameter of(String name) {
    return BY_NAME.get(name);
  }

  /** Its place among all, from 0. */
  @SuppressWarnings("EnumOrdinal") // never leaves this process; an EnumSet costs more here
  int index() {
    return ordinal();
  }

  String word() {
    return word;
  }

  Kind kind() {
    return kind;
  }
}
