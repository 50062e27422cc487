package dev.tollgate.model;

/** A wire format, of clients and of providers. */
public enum Dialect {
  /** OpenAI chat completions, completions and embeddings. */
  OPENAI,
  /** OpenAI Responses. */
  RESPONSES
}
