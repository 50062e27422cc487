package dev.tollgate.e2e;

import dev.tollgate.model.Money;
import dev.tollgate.model.Operation;
import dev.tollgate.wire.Codecs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The lines of the table of endings: what is asked, by what it is served, whole or as a stream, and
 * how it ends.
 */
final class EndingTable {
  private EndingTable() {}

  /** How a call ends. */
  enum End {
    COMPLETE,
    UNKNOWN_KEY,
    BLOCKED_KEY,
    NO_BUDGET,
    NO_TEAM_BUDGET,
    NO_RATE,
    NO_PLACE,
    NO_MODEL,
    UNKNOWN_MODEL,
    PROVIDER_REFUSES,
    PROVIDER_HANGS_UP,
    PROVIDER_ANSWERS_GARBAGE,
    PROVIDER_BREAKS_OFF,
    PROVIDER_FAILS_IN_AN_EVENT,
    CLIENT_LEAVES_WHILE_IT_SENDS,
    CLIENT_LEAVES_BEFORE_THE_FIRST_BYTE,
    CLIENT_LEAVES_IN_MID_STREAM,
    TIMEOUT,
    SILENCE_IN_MID_STREAM;

    /** Whether it is over before a provider is asked, so that it does not matter which. */
    boolean atTheDoor() {
      return switch (this) {
        case UNKNOWN_KEY,
            BLOCKED_KEY,
            NO_BUDGET,
            NO_TEAM_BUDGET,
            NO_RATE,
            NO_PLACE,
            NO_MODEL,
            UNKNOWN_MODEL,
            CLIENT_LEAVES_WHILE_IT_SENDS ->
            true;
        default -> false;
      };
    }

    /** Whether it comes by waiting for a time, of which there is not enough for every bridge. */
    boolean takesTime() {
      return this == TIMEOUT || this == SILENCE_IN_MID_STREAM;
    }

    boolean needsStream() {
      return switch (this) {
        case PROVIDER_FAILS_IN_AN_EVENT, CLIENT_LEAVES_IN_MID_STREAM, SILENCE_IN_MID_STREAM -> true;
        default -> false;
      };
    }
  }

  /** An operation and what stands for it at a provider. */
  record Pair(Asked asked, Served served) {
    boolean isNative() {
      return asked.operation() == served.operation();
    }

    /** The model whose deployment serves it so. */
    String model() {
      return switch (served.operation()) {
        case CHAT -> THROUGH_CHAT_ONLY.contains(asked) ? "groq" : "openai";
        case RESPONSES -> THROUGH_RESPONSES_ASKED_FOR.contains(asked) ? "responses" : "openai";
        case MESSAGES, COUNT_TOKENS -> "anthropic";
        case GENERATE_CONTENT, GEMINI_EMBED, GEMINI_EMBED_ONE, GEMINI_COUNT -> "gemini";
        case CONVERSE -> "converse";
        case INVOKE -> "claude";
        case BEDROCK_EMBED -> "titan";
        case COHERE_CHAT, COHERE_EMBED, RERANK -> "cohere";
        case OLLAMA_CHAT -> "ollama-chat";
        case OLLAMA_GENERATE, OLLAMA_EMBED -> "ollama";
        case COMPLETION,
            RESPONSE_COMPACT,
            RESPONSE_INPUT_TOKENS,
            RESPONSE_READ,
            RESPONSE_CANCEL,
            RESPONSE_INPUT_ITEMS,
            RESPONSE_DELETE,
            PASS_THROUGH,
            PASS_THROUGH_FREE,
            PASS_THROUGH_SOCKET,
            EMBEDDING,
            MODERATION,
            IMAGE_GENERATION,
            IMAGE_EDIT,
            IMAGE_VARIATION,
            SPEECH,
            TRANSCRIPTION,
            TRANSLATION ->
            "openai";
      };
    }

    /** What a good call costs, by hand from the prices of {@link #config}. */
    Money price() {
      return Money.ofNanos(
          switch (served.operation()) {
            case CHAT,
                COMPLETION,
                RESPONSES,
                RESPONSE_COMPACT,
                PASS_THROUGH,
                MESSAGES,
                GENERATE_CONTENT,
                CONVERSE,
                INVOKE,
                COHERE_CHAT,
                OLLAMA_CHAT,
                OLLAMA_GENERATE ->
                12 * 150 + 7 * 600;
            case EMBEDDING, COHERE_EMBED, OLLAMA_EMBED, BEDROCK_EMBED -> 12 * 150;
            case GEMINI_EMBED, GEMINI_EMBED_ONE -> 150; // sends no figures: "hello" is one token
            case RERANK -> 2_000_000;
            case IMAGE_GENERATION, IMAGE_EDIT, IMAGE_VARIATION -> 40_000_000;
            case SPEECH -> 150 + 5 * 15_000; // its text as tokens and by its characters
            case TRANSCRIPTION, TRANSLATION -> 250_000; // two and a half seconds
            case MODERATION,
                COUNT_TOKENS,
                GEMINI_COUNT,
                PASS_THROUGH_FREE,
                PASS_THROUGH_SOCKET,
                RESPONSE_INPUT_TOKENS,
                RESPONSE_READ,
                RESPONSE_CANCEL,
                RESPONSE_INPUT_ITEMS,
                RESPONSE_DELETE ->
                0;
          });
    }

    /** Whether the gateway has to count because the provider sends no figures. */
    boolean counted() {
      return switch (served.operation()) {
        case GEMINI_EMBED, GEMINI_EMBED_ONE, SPEECH -> true;
        default -> false;
      };
    }

    @Override
    public String toString() {
      return isNative() ? asked.name() : asked + " by " + served.operation();
    }
  }

  /** One line of the table. */
  record Line(Pair pair, boolean stream, End end) {
    @Override
    public String toString() {
      return pair + (stream ? " as a stream: " : " as a whole: ") + end;
    }
  }

  /** Those that OpenAI would serve by something better than chat completions. */
  private static final Set<Asked> THROUGH_CHAT_ONLY =
      Set.of(Asked.COMPLETION, Asked.RESPONSES, Asked.MESSAGES);

  /** Those that OpenAI serves by its Responses only where the operator says so. */
  private static final Set<Asked> THROUGH_RESPONSES_ASKED_FOR =
      Set.of(
          Asked.CHAT, Asked.COMPLETION, Asked.GENERATE_CONTENT, Asked.CONVERSE, Asked.COHERE_CHAT);

  /** A bridge or two from each operation, so that each one at a provider is there. */
  private static final Map<Asked, Set<Operation>> SOME =
      Map.of(
          Asked.CHAT, Set.of(Operation.MESSAGES, Operation.OLLAMA_GENERATE),
          Asked.COMPLETION, Set.of(Operation.CHAT),
          Asked.RESPONSES, Set.of(Operation.GENERATE_CONTENT),
          Asked.MESSAGES, Set.of(Operation.INVOKE, Operation.RESPONSES),
          Asked.GENERATE_CONTENT, Set.of(Operation.CONVERSE),
          Asked.CONVERSE, Set.of(Operation.COHERE_CHAT),
          Asked.COHERE_CHAT, Set.of(Operation.OLLAMA_CHAT),
          Asked.EMBEDDING, Set.of(Operation.COHERE_EMBED, Operation.GEMINI_EMBED),
          Asked.COHERE_EMBED, Set.of(Operation.OLLAMA_EMBED, Operation.BEDROCK_EMBED),
          Asked.GEMINI_EMBED, Set.of(Operation.EMBEDDING));

  /** Every operation that a client can ask with every one that can stand for it. */
  static List<Pair> everyPair() {
    List<Pair> all = new ArrayList<>();
    for (Asked asked : Asked.values()) {
      for (Operation served : Operation.values()) {
        // The one provider that has Gemini's embeddings has both of their operations.
        boolean crossed =
            Codecs.isBridged(asked.operation(), served)
                && !(asked == Asked.GEMINI_EMBED_ONE && served == Operation.GEMINI_EMBED);
        if (asked.operation() == served || crossed) {
          all.add(new Pair(asked, Served.of(served)));
        }
      }
    }
    return all;
  }

  /** Every operation at a provider that has it, and over a bridge or two. */
  static List<Pair> somePairs() {
    return everyPair().stream()
        .filter(
            pair ->
                pair.isNative()
                    || SOME.getOrDefault(pair.asked(), Set.of())
                        .contains(pair.served().operation()))
        .toList();
  }

  /** How the answers to a pair may come. */
  static List<Boolean> streams(Pair pair) {
    return pair.asked().alwaysStreams()
        ? List.of(true)
        : pair.asked().streams() ? List.of(false, true) : List.of(false);
  }

  static List<Line> lines(List<Pair> pairs) {
    List<Line> all = new ArrayList<>();
    for (Pair pair : pairs) {
      for (boolean stream : streams(pair)) {
        for (End end : End.values()) {
          boolean told =
              switch (end) {
                case PROVIDER_FAILS_IN_AN_EVENT -> pair.served().fault() != null;
                // What a provider's own API says goes to the client as it came.
                case PROVIDER_ANSWERS_GARBAGE -> pair.asked() != Asked.PASS_THROUGH;
                default -> true;
              };
          if (told && (stream || !end.needsStream()) && (pair.isNative() || !end.atTheDoor())) {
            all.add(new Line(pair, stream, end));
          }
        }
      }
    }
    return all;
  }

  /**
   * A model for each provider, priced, without retries and cooldowns.
   *
   * @param parallel calls at the same time that each deployment takes
   */
  static String config(FakeProvider provider, int parallel) {
    String root = "http://127.0.0.1:" + provider.port();
    String key = RunningGateway.PROVIDER_KEY;
    String own = "api_base: \"%s\", api_key: %s".formatted(root, key);
    String v1 = "api_base: \"%s/v1\", api_key: %s".formatted(root, key);
    String aws =
        """
        aws_bedrock_runtime_endpoint: "%s", aws_region_name: us-east-1,
        aws_access_key_id: AKIAENDINGENDING1234, aws_secret_access_key: %s"""
            .formatted(root, key)
            .replace('\n', ' ');
    StringBuilder all = new StringBuilder("model_list:\n");
    model(all, "openai", "openai/real", v1, parallel);
    model(all, "groq", "groq/real", v1, parallel);
    model(all, "responses", "openai/responses/real", v1, parallel);
    model(all, "anthropic", "anthropic/claude-real", own, parallel);
    model(all, "gemini", "gemini/gemini-real", own, parallel);
    model(all, "converse", "bedrock/converse/amazon.nova-real", aws, parallel);
    model(all, "claude", "bedrock/anthropic.claude-real", aws, parallel);
    model(all, "titan", "bedrock/amazon.titan-embed-text-v2:0", aws, parallel);
    model(all, "cohere", "cohere_chat/command-real", own, parallel);
    model(all, "ollama-chat", "ollama_chat/real", own, parallel);
    model(all, "ollama", "ollama/real", own, parallel);
    return all
        + """
        litellm_settings:
          num_retries: 0
        router_settings:
          num_retries: 0
          disable_cooldowns: true
        """;
  }

  private static void model(
      StringBuilder all, String name, String model, String place, int parallel) {
    String prices =
        """
        input_cost_per_token: 0.00000015, output_cost_per_token: 0.0000006,
        output_cost_per_image: 0.04, input_cost_per_query: 0.002,
        input_cost_per_second: 0.0001, input_cost_per_character: 0.000015"""
            .replace('\n', ' ');
    all.append("  - model_name: ").append(name).append("\n    litellm_params: {model: \"");
    all.append(model).append("\", ").append(place).append(", max_parallel_requests: ");
    all.append(parallel).append(", ").append(prices).append("}\n");
  }
}
