package dev.tollgate.model;

import java.util.Locale;

/** Where the own API of a provider is served as it is: {@code /anthropic/v1/messages}. */
public enum Mount {
  OPENAI("/openai", "openai", "OpenAI", Dialect.OPENAI),
  OPENAI_PASSTHROUGH("/openai_passthrough", "openai", "OpenAI", Dialect.OPENAI),
  ANTHROPIC("/anthropic", "anthropic", "Anthropic", Dialect.ANTHROPIC),
  GEMINI("/gemini", "gemini", "Gemini", Dialect.GEMINI),
  VERTEX_AI("/vertex_ai", "vertex_ai", "Vertex AI", Dialect.GEMINI),
  VERTEX("/vertex-ai", "vertex_ai", "Vertex AI", Dialect.GEMINI),
  BEDROCK("/bedrock", "bedrock", "Bedrock", Dialect.BEDROCK),
  COHERE("/cohere", "cohere", "Cohere", Dialect.COHERE),
  MISTRAL("/mistral", "mistral", "Mistral", Dialect.OPENAI),
  AZURE("/azure", "azure", "Azure", Dialect.OPENAI),
  AZURE_AI("/azure_ai", "azure_ai", "Azure AI", Dialect.OPENAI),
  VLLM("/vllm", "hosted_vllm", "vLLM", Dialect.OPENAI),
  OPENROUTER("/openrouter", "openrouter", "OpenRouter", Dialect.OPENAI),
  NVIDIA_NIM("/nvidia_nim", "nvidia_nim", "NVIDIA NIM", Dialect.OPENAI);

  private final String path;
  private final String provider;
  private final String title;
  private final Dialect dialect;

  Mount(String path, String provider, String title, Dialect dialect) {
    this.path = path;
    this.provider = provider;
    this.title = title;
    this.dialect = dialect;
  }

  /** What its paths begin with. */
  public String path() {
    return path;
  }

  /** The provider's prefix. */
  public String provider() {
    return provider;
  }

  /** The dialect in which the gateway itself answers there. */
  public Dialect dialect() {
    return dialect;
  }

  /** What LiteLLM says where nobody gave a credential. */
  public String noCredential() {
    return "No "
        + title
        + " credential is configured on this proxy. The LiteLLM virtual key is not forwarded to "
        + title
        + ". Configure one in the environment ("
        + provider.toUpperCase(Locale.ROOT)
        + "_API_KEY for most), or a model with use_in_pass_through: true.";
  }
}
