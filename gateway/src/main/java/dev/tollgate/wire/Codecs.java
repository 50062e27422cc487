package dev.tollgate.wire;

import static java.util.Map.entry;

import dev.tollgate.model.Dialect;
import dev.tollgate.model.Endpoint;
import dev.tollgate.model.Operation;
import dev.tollgate.model.PassThrough;
import dev.tollgate.wire.anthropic.AnthropicCodec;
import dev.tollgate.wire.anthropic.MessagesClient;
import dev.tollgate.wire.anthropic.MessagesProvider;
import dev.tollgate.wire.bedrock.BedrockCodec;
import dev.tollgate.wire.bedrock.ConverseClient;
import dev.tollgate.wire.bedrock.ConverseProvider;
import dev.tollgate.wire.bedrock.InvokeCodec;
import dev.tollgate.wire.cohere.CohereChatClient;
import dev.tollgate.wire.cohere.CohereChatProvider;
import dev.tollgate.wire.cohere.CohereCodec;
import dev.tollgate.wire.cohere.CohereEmbedCodec;
import dev.tollgate.wire.embedding.BedrockEmbedding;
import dev.tollgate.wire.embedding.CohereEmbedding;
import dev.tollgate.wire.embedding.GeminiEmbedding;
import dev.tollgate.wire.embedding.OllamaEmbedding;
import dev.tollgate.wire.embedding.OpenAiEmbedding;
import dev.tollgate.wire.form.FormCodec;
import dev.tollgate.wire.gemini.GeminiCodec;
import dev.tollgate.wire.gemini.GeminiEmbedCodec;
import dev.tollgate.wire.gemini.GenerateContentClient;
import dev.tollgate.wire.gemini.GenerateContentProvider;
import dev.tollgate.wire.ollama.OllamaChatProvider;
import dev.tollgate.wire.openai.ChatClient;
import dev.tollgate.wire.openai.ChatProvider;
import dev.tollgate.wire.openai.CompletionClient;
import dev.tollgate.wire.openai.OpenAiCodec;
import dev.tollgate.wire.responses.ResponsesClient;
import dev.tollgate.wire.responses.ResponsesCodec;
import dev.tollgate.wire.responses.ResponsesProvider;
import dev.tollgate.wire.responses.StoredResponseCodec;
import dev.tollgate.wire.single.SingleCodec;
import dev.tollgate.wire.single.SpeechCodec;
import java.util.Map;

/** The codec of each dialect, and the bridges between them. */
public final class Codecs {
  private static final Codec OPENAI = new OpenAiCodec();
  private static final Codec RESPONSES = new ResponsesCodec();
  private static final Codec STORED_RESPONSES = new StoredResponseCodec();
  private static final Codec ANTHROPIC = new AnthropicCodec();
  private static final Codec BEDROCK = new BedrockCodec();
  private static final Codec INVOKE = new InvokeCodec(ANTHROPIC);
  private static final Codec GEMINI = new GeminiCodec();
  private static final Codec GEMINI_EMBED = new GeminiEmbedCodec();
  private static final Codec COHERE = new CohereCodec();
  private static final Codec COHERE_EMBED = new CohereEmbedCodec();
  private static final Codec SINGLE = new SingleCodec();
  private static final Codec SPEECH = new SpeechCodec();
  private static final Codec FORM = new FormCodec();

  private static final Map<Operation, ClientSide> CLIENTS =
      Map.ofEntries(
          entry(Operation.CHAT, new ChatClient()),
          entry(Operation.COMPLETION, new CompletionClient()),
          entry(Operation.RESPONSES, new ResponsesClient()),
          entry(Operation.MESSAGES, new MessagesClient()),
          entry(Operation.GENERATE_CONTENT, new GenerateContentClient()),
          entry(Operation.CONVERSE, new ConverseClient()),
          entry(Operation.COHERE_CHAT, new CohereChatClient()));
  private static final Map<Operation, ProviderSide> PROVIDERS =
      Map.ofEntries(
          entry(Operation.CHAT, new ChatProvider()),
          entry(Operation.RESPONSES, new ResponsesProvider()),
          entry(Operation.MESSAGES, new MessagesProvider()),
          entry(Operation.GENERATE_CONTENT, new GenerateContentProvider()),
          entry(Operation.CONVERSE, new ConverseProvider()),
          entry(Operation.COHERE_CHAT, new CohereChatProvider()),
          entry(Operation.OLLAMA_CHAT, OllamaChatProvider.ofChat()),
          entry(Operation.OLLAMA_GENERATE, OllamaChatProvider.ofGenerate()));

  private static final Map<Operation, EmbeddingClient> EMBEDDING_CLIENTS =
      Map.ofEntries(
          entry(Operation.EMBEDDING, new OpenAiEmbedding()),
          entry(Operation.COHERE_EMBED, new CohereEmbedding()),
          entry(Operation.GEMINI_EMBED, new GeminiEmbedding()),
          entry(Operation.GEMINI_EMBED_ONE, new GeminiEmbedding()));
  private static final Map<Operation, EmbeddingProvider> EMBEDDING_PROVIDERS =
      Map.ofEntries(
          entry(Operation.EMBEDDING, new OpenAiEmbedding()),
          entry(Operation.COHERE_EMBED, new CohereEmbedding()),
          entry(Operation.OLLAMA_EMBED, new OllamaEmbedding()),
          entry(Operation.GEMINI_EMBED, new GeminiEmbedding()),
          entry(Operation.BEDROCK_EMBED, new BedrockEmbedding()));

  private Codecs() {}

  /** The codec of a dialect whose bytes go through. */
  public static Codec of(Dialect dialect) {
    return switch (dialect) {
      case OPENAI -> OPENAI;
      case RESPONSES -> RESPONSES;
      case ANTHROPIC -> ANTHROPIC;
      case GEMINI -> GEMINI;
      case COHERE -> COHERE;
      case BEDROCK -> BEDROCK;
      case OLLAMA -> throw new IllegalStateException("no codec yet for " + dialect);
    };
  }

  /** The codec of an operation whose bytes go through. */
  public static Codec of(Operation operation) {
    return switch (operation) {
      case CHAT, COMPLETION, EMBEDDING -> OPENAI;
      case RESPONSES, RESPONSE_COMPACT, RESPONSE_INPUT_TOKENS -> RESPONSES;
      case RESPONSE_READ, RESPONSE_DELETE, RESPONSE_CANCEL, RESPONSE_INPUT_ITEMS ->
          STORED_RESPONSES;
      case MESSAGES, COUNT_TOKENS, GENERATE_CONTENT, GEMINI_COUNT, CONVERSE, COHERE_CHAT ->
          of(operation.dialect());
      case INVOKE, OLLAMA_CHAT, OLLAMA_GENERATE, OLLAMA_EMBED, BEDROCK_EMBED ->
          throw new IllegalStateException("no client asks for " + operation);
      case GEMINI_EMBED, GEMINI_EMBED_ONE -> GEMINI_EMBED;
      case COHERE_EMBED -> COHERE_EMBED;
      case RERANK, MODERATION, IMAGE_GENERATION -> SINGLE;
      case SPEECH -> SPEECH;
      case IMAGE_EDIT, IMAGE_VARIATION, TRANSCRIPTION, TRANSLATION -> FORM;
      case PASS_THROUGH, PASS_THROUGH_FREE, PASS_THROUGH_SOCKET ->
          throw new IllegalStateException("the path says what it is");
    };
  }

  /** The codec of what a client calls. */
  public static Codec of(Endpoint endpoint) {
    PassThrough call = endpoint.passThrough();
    if (call == null) {
      return of(endpoint.operation());
    }
    Operation asked = call.asked();
    return new PassThroughCodec(
        call,
        switch (asked) {
          case PASS_THROUGH, PASS_THROUGH_FREE, PASS_THROUGH_SOCKET -> of(call.dialect());
          case INVOKE -> INVOKE;
          default -> of(asked);
        });
  }

  /**
   * The way of one attempt: what a client asks, served by what a provider offers.
   *
   * @throws IllegalStateException if {@link #isBridged} says no
   */
  public static Codec between(Endpoint endpoint, Operation served) {
    return endpoint.passThrough() == null ? between(endpoint.operation(), served) : of(endpoint);
  }

  /** The same by what is asked, which is no pass-through. */
  public static Codec between(Operation asked, Operation served) {
    if (isInvoked(asked, served)) {
      return INVOKE;
    }
    if (asked == served) {
      return of(asked);
    }
    return asked.family() == Operation.Family.EMBEDDING
        ? new EmbeddingBridge(
            of(asked), side(EMBEDDING_CLIENTS, asked), side(EMBEDDING_PROVIDERS, served))
        : new Bridge(of(asked), side(CLIENTS, asked), side(PROVIDERS, served), served.dialect());
  }

  /** Whether what a client asks can be translated into what a provider offers. */
  public static boolean isBridged(Operation asked, Operation served) {
    return (CLIENTS.containsKey(asked) && PROVIDERS.containsKey(served))
        || (EMBEDDING_CLIENTS.containsKey(asked) && EMBEDDING_PROVIDERS.containsKey(served))
        || isInvoked(asked, served);
  }

  /** Claude on Bedrock takes Anthropic's body nearly as it is. */
  private static boolean isInvoked(Operation asked, Operation served) {
    return asked == Operation.MESSAGES && served == Operation.INVOKE;
  }

  private static <T> T side(Map<Operation, T> sides, Operation operation) {
    T side = sides.get(operation);
    if (side == null) {
      throw new IllegalStateException("there is no bridge for " + operation);
    }
    return side;
  }
}
