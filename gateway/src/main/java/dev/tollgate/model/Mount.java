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
  NVIDIA_NIM("/nvidia_nim", "nvidia_nim", "NVIDIA NIM", Dialect.OPENAI),
  ASSEMBLYAI("/assemblyai", "assemblyai_api", "AssemblyAI", Dialect.OPENAI, "ASSEMBLYAI_API_KEY"),
  ASSEMBLYAI_EU(
      "/eu.assemblyai", "assemblyai_api_eu", "AssemblyAI", Dialect.OPENAI, "ASSEMBLYAI_API_KEY"),
  // The longer path first: short audio is served by a host of its own.
  AZURE_SPEECH_SHORT(
      "/azure_speech/speech",
      "azure_speech_short",
      "Azure Speech",
      Dialect.OPENAI,
      "AZURE_SPEECH_API_KEY"),
  AZURE_SPEECH("/azure_speech", "azure_speech", "Azure Speech", Dialect.OPENAI),
  CURSOR("/cursor", "cursor", "Cursor", Dialect.OPENAI),
  FAL_AI("/fal_ai", "fal_ai", "fal.ai", Dialect.OPENAI),
  LANGFUSE(
      "/langfuse",
      "langfuse",
      "Langfuse",
      Dialect.OPENAI,
      "LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY"),
  MILVUS("/milvus", "milvus", "Milvus", Dialect.OPENAI),
  TYPESAFE("/typesafe", "typesafe", "Typesafe", Dialect.OPENAI),
  WATSONX("/watsonx", "watsonx", "watsonx.ai", Dialect.OPENAI),
  /** Its WebSockets alone. */
  DEEPGRAM("/deepgram", "deepgram", "Deepgram", Dialect.OPENAI);

  private final String path;
  private final String provider;
  private final String title;
  private final Dialect dialect;
  private final String variable;

  Mount(String path, String provider, String title, Dialect dialect) {
    this(path, provider, title, dialect, provider.toUpperCase(Locale.ROOT) + "_API_KEY");
  }

  Mount(String path, String provider, String title, Dialect dialect, String variable) {
    this.path = path;
    this.provider = provider;
    this.title = title;
    this.dialect = dialect;
    this.variable = variable;
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

  /** Whether all paths below it are served; of some there are WebSockets only. */
  public boolean servesAll() {
    return this != DEEPGRAM;
  }

  /** What LiteLLM says where nobody gave a credential. */
  public String noCredential() {
    return "No "
        + title
        + " credential is configured on this proxy. The LiteLLM virtual key is not forwarded to "
        + title
        + ". Configure one in the environment ("
        + variable
        + " for most), or a model with use_in_pass_through: true.";
  }
}
