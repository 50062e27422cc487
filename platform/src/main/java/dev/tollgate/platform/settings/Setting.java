package dev.tollgate.platform.settings;

/** A variable that an operator sets; its name is that of the constant, in any case. Immutable. */
public enum Setting {
  /** Where the LLM and Codex blocks send their calls. */
  OPENAI_BASE_URL(false),
  /** The key that the LLM and Codex blocks present. */
  OPENAI_API_KEY(true),
  /** Where the utility client (embeddings) sends its calls. */
  OPENAI_INTERNAL_BASE_URL(false),
  /** The key that the utility client presents. */
  OPENAI_INTERNAL_API_KEY(true);

  private final boolean secret;

  Setting(boolean secret) {
    this.secret = secret;
  }

  /** Whether the value is a key, which no message, description or log may show. */
  public boolean secret() {
    return secret;
  }
}
