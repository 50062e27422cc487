package dev.tollgate.provider;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which of {@code litellm_params} are parameters of the request ({@code temperature}, {@code
 * top_k}): all that are none of LiteLLM's own. A name that looks like a credential is never one: it
 * must not reach a provider in a body, whichever feature it belongs to.
 */
final class RequestDefaults {
  private static final Set<String> LITELLM =
      Set.of(
          "model",
          "api_key",
          "api_base",
          "base_url",
          "api_version",
          "organization",
          "custom_llm_provider",
          "litellm_credential_name",
          "allow_link_local",
          "rpm",
          "tpm",
          "itpm",
          "otpm",
          "weight",
          "order",
          "max_parallel_requests",
          "timeout",
          "stream_timeout",
          "num_retries",
          "max_retries",
          "cooldown_time",
          "timeout_by_service_tier",
          "keepalive_seconds",
          "mock_response",
          "mock_tool_calls",
          "mock_timeout",
          "mock_delay",
          "drop_params",
          "additional_drop_params",
          "allowed_openai_params",
          "extra_headers",
          "extra_body",
          "merge_reasoning_content_in_choices",
          "use_chat_completions_api",
          "use_litellm_proxy",
          "tags",
          "tag_regex",
          "max_budget",
          "budget_duration",
          "soft_budget",
          "default_api_key_tpm_limit",
          "default_api_key_rpm_limit",
          "configurable_clientside_auth_params",
          "use_in_pass_through",
          "cache_control_injection_points",
          "prompt_id",
          "prompt_variables",
          "prompt_version",
          "guardrails",
          "tenant_id",
          "client_id",
          "region_name",
          "base_model",
          "model_info",
          "metadata",
          "caching",
          "cache",
          "fallbacks",
          "context_window_fallbacks",
          "content_policy_fallbacks",
          "disable_fallbacks",
          "roles",
          "preset_cache_key",
          "no-log",
          "ssl_verify",
          "vector_store_id",
          "tiered_pricing",
          "supports_system_message",
          "model_config",
          "hf_model_name",
          "input_cost_per_token",
          "output_cost_per_token",
          "stream",
          "messages",
          "input",
          "prompt");

  private static final Pattern LITELLM_FAMILIES =
      Pattern.compile(
          "(litellm|aws|vertex|azure|gcs|s3|watsonx|oci|auto_router|complexity_router"
              + "|adaptive_router|quality_router|milvus|valkey|anthropic_federation|openai_identity"
              + "|mock_testing)_.*|.*_cost(_.*)?|.*_credentials?|.*_(key|token|secret|password)");

  private RequestDefaults() {}

  static boolean isOne(String name) {
    return !LITELLM.contains(name) && !LITELLM_FAMILIES.matcher(name).matches();
  }

  /** The parameters of the request among these, as JSON texts. */
  static Map<String, String> of(Map<String, Object> params) {
    Map<String, String> defaults = new LinkedHashMap<>();
    params.forEach(
        (name, value) -> {
          if (isOne(name)) {
            defaults.put(name, json(name, value));
          }
        });
    return Collections.unmodifiableMap(defaults);
  }

  /** A map's members as JSON texts. */
  static Map<String, String> texts(String key, Map<String, Object> members) {
    Map<String, String> texts = new LinkedHashMap<>();
    members.forEach((name, value) -> texts.put(name, json(key + "." + name, value)));
    return Collections.unmodifiableMap(texts);
  }

  private static String json(String name, Object value) {
    try {
      return Json.text(value);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
    }
  }
}
