package matrix;

/** What a dialect may be able to say. */
enum Can {
  IMAGE_DATA("image|inline|url|content"),
  IMAGE_URL("image|url|file"),
  PDF("document|file|pdf|content"),
  CALL_IDS("id"),
  FAILED_RESULT("is_?[eE]rror|status"),
  THOUGHT("thinking|reasoning"),
  SIGNATURE("signature|thinking|reasoning"),
  REDACTED("redacted|thinking|reasoning"),
  CHOICE_NAMED("tool_?[cC]hoice|tool_?[cC]onfig|functionCallingConfig"),
  CHOICE_REQUIRED("tool_?[cC]hoice|tool_?[cC]onfig|functionCallingConfig"),
  CHOICE_NONE("tool_?[cC]hoice|tool_?[cC]onfig|functionCallingConfig"),
  PARALLEL_OFF("parallel|disable_parallel"),
  JSON_OBJECT("response_format|responseMimeType|text|format"),
  JSON_SCHEMA("response_format|responseSchema|responseJsonSchema|text|format|outputConfig"),
  THINKING_ON("thinking|reasoning"),
  MAX_TOKENS("max"),
  TEMPERATURE("temperature"),
  TOP_P("top_?[pP]"),
  TOP_K("top_?[kK]|^k$"),
  STOP("stop"),
  SEED("seed"),
  PENALTIES("_?penalty|Penalty"),
  END_USER("user|metadata"),
  ANSWER_THOUGHT(""),
  ANSWER_REDACTED(""),
  ANSWER_FILTERED(""),
  END_STOP_SEQUENCE(""),
  END_FILTER(""),
  END_REFUSAL(""),
  REFUSAL_TEXT(""),
  CACHED(""),
  CACHE_WRITE(""),
  REASONING_TOKENS(""),
  FAULT_IN_STREAM("");

  /** What a refusal has to name, in any dialect's words. */
  final String named;

  Can(String named) {
    this.named = named;
  }
}
