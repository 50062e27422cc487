package dev.tollgate.provider;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which of {@code litellm_params} are parameters of the request ({@code temperature}, {@code
 * top_k}): all that are none of LiteLLM's own. Of those the config hands over only what is used. A
 * name that looks like a credential is never one: it must not reach a provider in a body, whichever
 * feature it belongs to.
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
          "weight",
          "order",
          "max_parallel_requests",
          "timeout",
          "stream_timeout",
          "num_retries",
          "cooldown_time",
          "mock_response",
          "drop_params",
          "additional_drop_params",
          "allowed_openai_params",
          "extra_headers",
          "extra_body",
          "tags",
          "max_budget",
          "budget_duration",
          "use_in_pass_through",
          "tenant_id",
          "client_id",
          "base_model",
          "metadata",
          "tiered_pricing",
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

  /** Looks like a credential, and is none. */
  private static final String CACHE_KEY = "prompt_cache_key";

  private RequestDefaults() {}

  static boolean isOne(String name) {
    return name.equals(CACHE_KEY)
        || (!LITELLM.contains(name) && !LITELLM_FAMILIES.matcher(name).matches());
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
