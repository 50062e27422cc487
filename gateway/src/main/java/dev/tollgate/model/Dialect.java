package dev.tollgate.model;

/** A wire format, of clients and of providers. */
public enum Dialect {
  /** OpenAI chat completions, completions and embeddings. */
  OPENAI,
  /** OpenAI Responses. */
  RESPONSES,
  /** Anthropic Messages. */
  ANTHROPIC,
  /** Google's Gemini API, also on Vertex AI. */
  GEMINI,
  /** Amazon Bedrock: Converse, and what goes through Invoke. */
  BEDROCK,
  /** Cohere, version 2. */
  COHERE,
  /** Ollama's own. */
  OLLAMA
}
