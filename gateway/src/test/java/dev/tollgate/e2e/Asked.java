package dev.tollgate.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Operation;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a client can ask, each operation as small as it can be; {@code MODEL} is put in. Not those
 * about a stored response, which first has to be made.
 */
enum Asked {
  CHAT(Operation.CHAT, "/v1/chat/completions", "\"messages\":" + RunningGateway.HELLO),
  COMPLETION(Operation.COMPLETION, "/v1/completions", "\"prompt\":\"hello\""),
  EMBEDDING(Operation.EMBEDDING, "/v1/embeddings", "\"input\":\"hello\""),
  RESPONSES(Operation.RESPONSES, "/v1/responses", "\"input\":\"hello\""),
  RESPONSE_COMPACT(Operation.RESPONSE_COMPACT, "/v1/responses/compact", "\"input\":\"hello\""),
  RESPONSE_INPUT_TOKENS(
      Operation.RESPONSE_INPUT_TOKENS, "/v1/responses/input_tokens", "\"input\":\"hello\""),
  MESSAGES(
      Operation.MESSAGES, "/v1/messages", "\"max_tokens\":64,\"messages\":" + RunningGateway.HELLO),
  GENERATE_CONTENT(
      Operation.GENERATE_CONTENT,
      "/v1beta/models/MODEL:generateContent",
      "/v1beta/models/MODEL:streamGenerateContent",
      "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hello\"}]}]}"),
  GEMINI_COUNT(
      Operation.GEMINI_COUNT,
      "/v1beta/models/MODEL:countTokens",
      null,
      "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hello\"}]}]}"),
  GEMINI_EMBED(
      Operation.GEMINI_EMBED,
      "/v1beta/models/MODEL:batchEmbedContents",
      null,
      "{\"requests\":[{\"model\":\"models/MODEL\",\"content\":{\"parts\":[{\"text\":\"hello\"}]}}]}"),
  GEMINI_EMBED_ONE(
      Operation.GEMINI_EMBED_ONE,
      "/v1beta/models/MODEL:embedContent",
      null,
      "{\"content\":{\"parts\":[{\"text\":\"hello\"}]}}"),
  /** A provider's own API; what it is, its path says. */
  PASS_THROUGH(
      Operation.PASS_THROUGH,
      "/openai/v1/chat/completions",
      "\"messages\":" + RunningGateway.HELLO),
  CONVERSE(
      Operation.CONVERSE,
      "/model/MODEL/converse",
      "/model/MODEL/converse-stream",
      "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"hello\"}]}]}"),
  COUNT_TOKENS(
      Operation.COUNT_TOKENS, "/v1/messages/count_tokens", "\"messages\":" + RunningGateway.HELLO),
  COHERE_CHAT(Operation.COHERE_CHAT, "/v2/chat", "\"messages\":" + RunningGateway.HELLO),
  COHERE_EMBED(
      Operation.COHERE_EMBED,
      "/v2/embed",
      "\"texts\":[\"hello\"],\"input_type\":\"search_document\",\"embedding_types\":[\"float\"]"),
  RERANK(Operation.RERANK, "/v1/rerank", "\"query\":\"hello\",\"documents\":[\"a\",\"b\"]"),
  MODERATION(Operation.MODERATION, "/v1/moderations", "\"input\":\"hello\""),
  IMAGE_GENERATION(Operation.IMAGE_GENERATION, "/v1/images/generations", "\"prompt\":\"hello\""),
  IMAGE_EDIT(Operation.IMAGE_EDIT, "/v1/images/edits", null, form("prompt", "hello", "image")),
  IMAGE_VARIATION(
      Operation.IMAGE_VARIATION, "/v1/images/variations", null, form("user", "ann", "image")),
  SPEECH(Operation.SPEECH, "/v1/audio/speech", "\"input\":\"hello\",\"voice\":\"alloy\""),
  TRANSCRIPTION(
      Operation.TRANSCRIPTION, "/v1/audio/transcriptions", null, form("language", "en", "file")),
  TRANSLATION(
      Operation.TRANSLATION, "/v1/audio/translations", null, form("prompt", "hello", "file"));

  private static final String BOUNDARY = "b1";

  private final Operation operation;
  private final String path;
  private final @Nullable String streamPath;
  private final String body;

  /** A JSON body that names the model and says if it wants a stream. */
  Asked(Operation operation, String path, String members) {
    this(operation, path, null, "{\"model\":\"MODEL\"," + members + "}");
  }

  Asked(Operation operation, String path, @Nullable String streamPath, String body) {
    this.operation = operation;
    this.path = path;
    this.streamPath = streamPath;
    this.body = body;
  }

  private static String form(String field, String value, String file) {
    String part = "--b1\r\nContent-Disposition: form-data; name=\"";
    return part
        + "model\"\r\n\r\nMODEL\r\n"
        + part
        + field
        + "\"\r\n\r\n"
        + value
        + "\r\n"
        + part
        + file
        + "\"; filename=\"a.bin\"\r\nContent-Type: application/octet-stream\r\n\r\nRIFF fake\r\n--b1--\r\n";
  }

  static Optional<Asked> of(Operation operation) {
    return Arrays.stream(values()).filter(asked -> asked.operation == operation).findFirst();
  }

  Operation operation() {
    return operation;
  }

  /** Whether a client may choose to have its answer as a stream. */
  boolean streams() {
    return (operation.writesText() && this != RESPONSE_COMPACT) || this == PASS_THROUGH;
  }

  /** Whether an answer comes as it is made, asked or not. */
  boolean alwaysStreams() {
    return this == SPEECH;
  }

  String path(String model, boolean stream) {
    return (stream && streamPath != null ? streamPath : path).replace("MODEL", model);
  }

  String body(String model, boolean stream) {
    String named = body.replace("MODEL", model);
    return stream && streamPath == null && streams()
        ? named.substring(0, named.length() - 1) + ",\"stream\":true}"
        : named;
  }

  /** The request's bytes, with further headers. */
  byte[] bytes(String model, boolean stream, String key, String... headers) {
    return at(path(model, stream), model, stream, key, headers);
  }

  /** The same at another address of the operation, which may have {@code {model}} in it. */
  byte[] at(String template, String model, boolean stream, String key, String... headers) {
    byte[] sent = body(model, stream).getBytes(UTF_8);
    StringBuilder head = new StringBuilder("POST ");
    head.append(template.replaceAll("\\{[^}]*}", model));
    head.append(" HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer ").append(key);
    head.append("\r\nContent-Type: ");
    head.append(
        body.startsWith("{") ? "application/json" : "multipart/form-data; boundary=" + BOUNDARY);
    head.append("\r\nContent-Length: ").append(sent.length).append("\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    byte[] first = head.append("\r\n").toString().getBytes(ISO_8859_1);
    byte[] all = Arrays.copyOf(first, first.length + sent.length);
    System.arraycopy(sent, 0, all, first.length, sent.length);
    return all;
  }

  /** What shows that an answer has come through. */
  String sign() {
    return switch (operation.family()) {
      case CHAT -> this == RESPONSE_COMPACT ? "compaction" : "Hello";
      case EMBEDDING -> "0.5";
      case RERANK -> "relevance_score";
      case MODERATION -> "flagged";
      case IMAGE -> "aW1hZ2U=";
      case AUDIO -> this == SPEECH ? "SOUND" : "Hello";
      case COUNT -> this == GEMINI_COUNT ? "totalTokens" : "input_tokens";
      case PASS_THROUGH -> "Hello";
      case STORED -> "resp_";
    };
  }

  /** What shows that all pieces of the opening of a stream have come through. */
  String openingSign() {
    return this == SPEECH ? "SOUND" : " there!";
  }

  /** What a stream tells of a failure with; null where it is cut off instead. */
  @Nullable String failureSign() {
    return switch (this) {
      case COHERE_CHAT -> "\"finish_reason\":\"ERROR\"";
      case CONVERSE -> ":exception-type";
      case SPEECH -> null;
      default -> "\"error\"";
    };
  }
}
