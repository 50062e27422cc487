package dev.tollgate.model;

/**
 * What a caller asks a model to do. The names in quotes are LiteLLM's, as its rows and metrics
 * carry them.
 */
public enum Operation {
  CHAT("chat", "acompletion", "/chat/completions"),
  COMPLETION("completion", "atext_completion", "/completions"),
  EMBEDDING("embedding", "aembedding", "/embeddings"),
  RESPONSES("responses", "aresponses", "/responses");

  private final String mode;
  private final String callType;
  private final String path;

  Operation(String mode, String callType, String path) {
    this.mode = mode;
    this.callType = callType;
    this.path = path;
  }

  /** LiteLLM's {@code model_info.mode}. */
  public String mode() {
    return mode;
  }

  /** LiteLLM's {@code call_type} in spend rows. */
  public String callType() {
    return callType;
  }

  /** Path below an OpenAI-compatible base address. */
  public String path() {
    return path;
  }
}
