package dev.tollgate.wire;

import dev.tollgate.model.Dialect;
import dev.tollgate.model.Operation;
import dev.tollgate.wire.openai.ChatClient;
import dev.tollgate.wire.openai.ChatProvider;
import dev.tollgate.wire.openai.CompletionClient;
import dev.tollgate.wire.openai.OpenAiCodec;
import dev.tollgate.wire.responses.ResponsesClient;
import dev.tollgate.wire.responses.ResponsesCodec;
import dev.tollgate.wire.responses.ResponsesProvider;
import java.util.Map;

/** The codec of each dialect, and the bridges between them. */
public final class Codecs {
  private static final Codec OPENAI = new OpenAiCodec();
  private static final Codec RESPONSES = new ResponsesCodec();

  private static final Map<Operation, ClientSide> CLIENTS =
      Map.of(
          Operation.CHAT, new ChatClient(),
          Operation.COMPLETION, new CompletionClient(),
          Operation.RESPONSES, new ResponsesClient());
  private static final Map<Operation, ProviderSide> PROVIDERS =
      Map.of(
          Operation.CHAT, new ChatProvider(),
          Operation.RESPONSES, new ResponsesProvider());

  private Codecs() {}

  /** The codec of a dialect whose bytes go through. */
  public static Codec of(Dialect dialect) {
    return switch (dialect) {
      case OPENAI -> OPENAI;
      case RESPONSES -> RESPONSES;
      case ANTHROPIC, GEMINI, BEDROCK, COHERE, OLLAMA ->
          throw new IllegalStateException("no codec yet for " + dialect);
    };
  }

  /**
   * The way of one attempt: what a client asks, served by what a provider offers.
   *
   * @throws IllegalStateException if {@link #isBridged} says no
   */
  public static Codec between(Operation asked, Operation served) {
    return asked == served
        ? of(asked.dialect())
        : new Bridge(of(asked.dialect()), side(CLIENTS, asked), side(PROVIDERS, served));
  }

  /** Whether what a client asks can be translated into what a provider offers. */
  public static boolean isBridged(Operation asked, Operation served) {
    return CLIENTS.containsKey(asked) && PROVIDERS.containsKey(served);
  }

  private static <T> T side(Map<Operation, T> sides, Operation operation) {
    T side = sides.get(operation);
    if (side == null) {
      throw new IllegalStateException("there is no bridge for " + operation);
    }
    return side;
  }
}
