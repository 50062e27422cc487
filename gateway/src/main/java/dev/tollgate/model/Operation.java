package dev.tollgate.model;

import java.util.Locale;

/**
 * What a caller asks a model to do, in the words of one dialect. Operations of one family can stand
 * for each other: a client that asks one may be served by a provider that offers another. The names
 * in quotes are LiteLLM's, as its rows and metrics carry them.
 */
public enum Operation {
  CHAT(Family.CHAT, Dialect.OPENAI, "chat", "acompletion", "/chat/completions"),
  COMPLETION(Family.CHAT, Dialect.OPENAI, "completion", "atext_completion", "/completions"),
  EMBEDDING(Family.EMBEDDING, Dialect.OPENAI, "embedding", "aembedding", "/embeddings"),
  RESPONSES(Family.CHAT, Dialect.RESPONSES, "responses", "aresponses", "/responses"),
  RESPONSE_COMPACT(
      Family.CHAT, Dialect.RESPONSES, "responses", "acompact_responses", "/responses/compact"),
  RESPONSE_INPUT_TOKENS(
      Family.COUNT,
      Dialect.RESPONSES,
      "responses",
      "acount_response_tokens",
      "/responses/input_tokens"),
  RESPONSE_CANCEL(
      Family.STORED, Dialect.RESPONSES, "responses", "acancel_responses", "/responses/{id}/cancel"),
  RESPONSE_INPUT_ITEMS(
      Family.STORED,
      Dialect.RESPONSES,
      "responses",
      "alist_input_items",
      "/responses/{id}/input_items"),
  RESPONSE_READ(Family.STORED, Dialect.RESPONSES, "responses", "aget_responses", "/responses/{id}"),
  RESPONSE_DELETE(
      Family.STORED, Dialect.RESPONSES, "responses", "adelete_responses", "/responses/{id}"),
  MESSAGES(Family.CHAT, Dialect.ANTHROPIC, "chat", "anthropic_messages", "/messages"),
  GENERATE_CONTENT(
      Family.CHAT, Dialect.GEMINI, "chat", "agenerate_content", "/models/{model}:generateContent"),
  CONVERSE(Family.CHAT, Dialect.BEDROCK, "chat", "aconverse", "/model/{model}/converse"),
  /** How many tokens a message would have; costs nothing. */
  COUNT_TOKENS(Family.COUNT, Dialect.ANTHROPIC, "chat", "acount_tokens", "/messages/count_tokens"),
  /** The same in Google's words. */
  GEMINI_COUNT(
      Family.COUNT, Dialect.GEMINI, "chat", "acount_tokens", "/models/{model}:countTokens"),
  /** Anthropic's own messages, as Bedrock takes them. */
  INVOKE(Family.CHAT, Dialect.BEDROCK, "chat", "anthropic_messages", "/model/{model}/invoke"),
  COHERE_CHAT(Family.CHAT, Dialect.COHERE, "chat", "acohere_chat", "/v2/chat"),
  OLLAMA_CHAT(Family.CHAT, Dialect.OLLAMA, "chat", "aollama_chat", "/api/chat"),
  /** Chat as one prompt. */
  OLLAMA_GENERATE(Family.CHAT, Dialect.OLLAMA, "chat", "aollama_generate", "/api/generate"),
  COHERE_EMBED(Family.EMBEDDING, Dialect.COHERE, "embedding", "acohere_embed", "/v2/embed"),
  OLLAMA_EMBED(Family.EMBEDDING, Dialect.OLLAMA, "embedding", "aollama_embed", "/api/embed"),
  GEMINI_EMBED(
      Family.EMBEDDING,
      Dialect.GEMINI,
      "embedding",
      "agemini_embed",
      "/models/{model}:batchEmbedContents"),
  /** The same for one input. */
  GEMINI_EMBED_ONE(
      Family.EMBEDDING,
      Dialect.GEMINI,
      "embedding",
      "agemini_embed",
      "/models/{model}:embedContent"),
  BEDROCK_EMBED(
      Family.EMBEDDING, Dialect.BEDROCK, "embedding", "abedrock_embed", "/model/{model}/invoke"),
  /** In Cohere's words, which all providers of it have. */
  RERANK(Family.RERANK, Dialect.OPENAI, "rerank", "arerank", "/rerank"),
  MODERATION(Family.MODERATION, Dialect.OPENAI, "moderation", "amoderation", "/moderations"),
  IMAGE_GENERATION(
      Family.IMAGE, Dialect.OPENAI, "image_generation", "aimage_generation", "/images/generations"),
  IMAGE_EDIT(Family.IMAGE, Dialect.OPENAI, "image_edit", "aimage_edit", "/images/edits"),
  IMAGE_VARIATION(
      Family.IMAGE, Dialect.OPENAI, "image_variation", "aimage_variation", "/images/variations"),
  SPEECH(Family.AUDIO, Dialect.OPENAI, "audio_speech", "aspeech", "/audio/speech"),
  TRANSCRIPTION(
      Family.AUDIO,
      Dialect.OPENAI,
      "audio_transcription",
      "atranscription",
      "/audio/transcriptions"),
  TRANSLATION(
      Family.AUDIO, Dialect.OPENAI, "audio_transcription", "atranslation", "/audio/translations"),
  /** A call of a provider's own API, as its client wrote it; what it is, its path says. */
  PASS_THROUGH(Family.PASS_THROUGH, Dialect.OPENAI, "pass_through", "pass_through_endpoint", ""),
  /** One of them that asks no model: a read, an upload, a deletion; costs nothing. */
  PASS_THROUGH_FREE(
      Family.PASS_THROUGH, Dialect.OPENAI, "pass_through", "pass_through_endpoint", ""),
  /** A WebSocket of a provider's own API. */
  PASS_THROUGH_SOCKET(
      Family.PASS_THROUGH, Dialect.OPENAI, "pass_through", "pass_through_endpoint", "");

  /** What operations have in common that can be translated into each other. */
  public enum Family {
    CHAT,
    EMBEDDING,
    RERANK,
    MODERATION,
    IMAGE,
    AUDIO,
    COUNT,
    /** What a provider keeps of an earlier call. */
    STORED,
    PASS_THROUGH
  }

  private final Family family;
  private final Dialect dialect;
  private final String mode;
  private final String callType;
  private final String path;
  private final String word;

  Operation(Family family, Dialect dialect, String mode, String callType, String path) {
    this.family = family;
    this.dialect = dialect;
    this.mode = mode;
    this.callType = callType;
    this.path = path;
    this.word = name().toLowerCase(Locale.ROOT);
  }

  public Family family() {
    return family;
  }

  /** Whether it costs nothing, whatever the model's price is. */
  public boolean free() {
    return family == Family.COUNT || family == Family.STORED || this == PASS_THROUGH_FREE;
  }

  /** Whether a model answers with text, whose tokens can be counted and capped. */
  public boolean writesText() {
    return family == Family.CHAT;
  }

  /** The dialect of its request and its reply. */
  public Dialect dialect() {
    return dialect;
  }

  /** The HTTP method, of its clients and of its providers. */
  public String method() {
    return switch (this) {
      case RESPONSE_READ, RESPONSE_INPUT_ITEMS -> "GET";
      case RESPONSE_DELETE -> "DELETE";
      default -> "POST";
    };
  }

  /** One word for it, {@code generate_content}, in log lines and metrics. */
  public String word() {
    return word;
  }

  /** LiteLLM's {@code model_info.mode}. */
  public String mode() {
    return mode;
  }

  /** LiteLLM's {@code call_type} in spend rows. */
  public String callType() {
    return callType;
  }

  /**
   * Path below a provider's base address, unless the provider's row has another; {@code {id}} in it
   * is what a call names.
   */
  public String path() {
    return path;
  }
}
