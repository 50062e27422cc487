package dev.tollgate.wire.openai;

/** Names of the further edits that {@code BodyRules.quirks} may ask for. */
public final class Quirk {
  /**
   * {@code response_format: json_schema} becomes a forced tool call, and the call becomes the
   * content again. Not done for a client that sends tools of its own.
   */
  public static final String JSON_SCHEMA_AS_TOOL = "json_schema_as_tool";

  /** The reply's {@code service_tier} reads {@code auto}. */
  public static final String SERVICE_TIER_AUTO = "service_tier_auto";

  /** {@code reasoning} of messages and deltas is called {@code reasoning_content}. */
  public static final String REASONING_FIELD = "reasoning_field";

  /** A leading {@code <think>…</think>} of a whole reply's content is its reasoning. */
  public static final String THINK_TAGS = "think_tags";

  /**
   * A message's content may be a list of texts and thoughts: shown as one text and its reasoning.
   */
  public static final String THINKING_PARTS = "thinking_parts";

  /** Requests ask for {@code usage: {include: true}}. */
  public static final String USAGE_INCLUDE = "usage_include";

  /** Finish reasons that OpenAI has not are shown as the nearest that it has. */
  public static final String FINISH_REASON_MAP = "finish_reason_map";

  /** What usage says about the cost is what the provider charges, and may be believed. */
  public static final String COST_REPORTED = "cost_reported";

  /** The model stands in the address alone, and the version of the API in the body alone. */
  public static final String MODEL_IN_PATH = "model_in_path";

  /** The provider's word for a tool that has to be called is {@code any}, not {@code required}. */
  public static final String TOOL_CHOICE_ANY = "tool_choice_any";

  /**
   * The choice of a tool by its name is left out, as LiteLLM does, though the provider takes it;
   * {@code allowed_openai_params} lets it pass.
   */
  public static final String TOOL_CHOICE_UNNAMED = "tool_choice_unnamed";

  /** The provider is a gateway that reads signatures in the ids of calls, too. */
  public static final String SIGNED_IDS = "signed_ids";

  /** Vectors are asked for in base64, unless the client says in which form it wants them. */
  public static final String VECTORS_IN_BASE64 = "vectors_in_base64";

  /**
   * An image's model stands in the address, where that names a deployment, and the reply does not
   * say how the image was made.
   */
  public static final String IMAGES_BY_DEPLOYMENT = "images_by_deployment";

  /** The client's headers go along, but for those that could carry a credential. */
  public static final String HEADERS_FORWARDED = "headers_forwarded";

  private Quirk() {}

  /** OpenAI's word for a provider's finish reason. */
  static String finishReason(String reason) {
    return switch (reason) {
      case "stop", "length", "tool_calls", "content_filter", "function_call" -> reason;
      case "max_tokens", "max_output_tokens" -> "length";
      case "tool_use", "tool_call" -> "tool_calls";
      case "safety", "refusal", "guardrail_intervened" -> "content_filter";
      default -> "stop";
    };
  }
}
