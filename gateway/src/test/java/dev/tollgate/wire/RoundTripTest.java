package dev.tollgate.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Deployment.BodyRules;
import dev.tollgate.model.Endpoint;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.model.Usage;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Event;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Reply;
import dev.tollgate.wire.Conversations.Can;
import dev.tollgate.wire.anthropic.MessagesClient;
import dev.tollgate.wire.anthropic.MessagesProvider;
import dev.tollgate.wire.bedrock.ConverseClient;
import dev.tollgate.wire.bedrock.ConverseProvider;
import dev.tollgate.wire.cohere.CohereChatClient;
import dev.tollgate.wire.cohere.CohereChatProvider;
import dev.tollgate.wire.gemini.GenerateContentClient;
import dev.tollgate.wire.gemini.GenerateContentProvider;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.json.Texts;
import dev.tollgate.wire.ollama.OllamaChatProvider;
import dev.tollgate.wire.openai.ChatClient;
import dev.tollgate.wire.openai.ChatProvider;
import dev.tollgate.wire.responses.ResponsesClient;
import dev.tollgate.wire.responses.ResponsesProvider;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a dialect's one side writes, its other side reads as the same: requests, replies, streams.
 */
class RoundTripTest {
  private static final int ROUNDS = 300;
  private static final ReplyShape SHAPE = Samples.shown("m");

  /** A dialect with both its sides. */
  @SuppressWarnings("ImmutableEnumChecker") // the sides are stateless
  enum Sides {
    CHAT(new ChatClient(), new ChatProvider(), "openai", without(Can.FAILED_RESULT, Can.BUDGET)),
    RESPONSES(
        new ResponsesClient(),
        new ResponsesProvider(),
        "openai",
        without(
            Can.FAILED_RESULT,
            Can.BUDGET,
            Can.SIGNED_THOUGHT,
            Can.SEALED_THOUGHT,
            Can.PLAIN_THOUGHT,
            Can.WORDS_BEFORE_CALLS,
            Can.STOP,
            Can.SEED,
            Can.PENALTIES,
            Can.TOP_K)),
    MESSAGES(
        new MessagesClient(),
        new MessagesProvider(),
        "anthropic",
        without(Can.PLAIN_THOUGHT, Can.SEED, Can.PENALTIES, Can.JSON_OBJECT, Can.EFFORT)),
    GENERATE_CONTENT(
        new GenerateContentClient(),
        new GenerateContentProvider(),
        "gemini",
        without(
            Can.SIGNED_THOUGHT,
            Can.SEALED_THOUGHT,
            Can.USER,
            Can.ONE_CALL,
            Can.EFFORT,
            Can.NAMED_TOOL, // only the tools that may be called are sent
            Can.NO_TOOL,
            Can.IMAGE_URL)),
    CONVERSE(
        new ConverseClient(),
        new ConverseProvider(),
        "bedrock",
        without(
            Can.PLAIN_THOUGHT,
            Can.IMAGE_URL,
            Can.SEED,
            Can.PENALTIES,
            Can.USER,
            Can.ONE_CALL,
            Can.NO_TOOL,
            Can.JSON_OBJECT,
            Can.EFFORT)),
    COHERE_CHAT(
        new CohereChatClient(),
        new CohereChatProvider(),
        "cohere",
        without(
            Can.PDF,
            Can.FAILED_RESULT,
            Can.SIGNED_THOUGHT,
            Can.SEALED_THOUGHT,
            Can.NAMED_TOOL,
            Can.ONE_CALL,
            Can.USER,
            Can.EFFORT));

    private final ClientSide client;
    private final ProviderSide provider;
    private final Deployment deployment;
    private final Set<Can> can;

    Sides(ClientSide client, ProviderSide provider, String name, Set<Can> can) {
      this.client = client;
      this.provider = provider;
      this.deployment = deployment(name);
      this.can = can;
    }

    private static Set<Can> without(Can... cannot) {
      Set<Can> can = EnumSet.allOf(Can.class);
      can.removeAll(List.of(cannot));
      return can;
    }

    private Operation operation() {
      return Operation.valueOf(name());
    }

    Request request(byte[] body, boolean stream) {
      String path = operation().path();
      return Codecs.of(operation())
          .readRequest(new Endpoint(path, path, "", operation(), "m", null, stream), body);
    }

    /** Any request that is one. */
    Request plain() {
      Chat chat = Conversations.random(new Random(1), Set.of());
      return request(
          provider.writeChat(chat, Samples.chat("{\"messages\":[]}"), deployment, new Texts()),
          false);
    }
  }

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  private static Deployment deployment(String provider) {
    Deployment plain = Samples.deployment(provider, BodyRules.NONE);
    return new Deployment(
        plain.id(),
        plain.group(),
        provider,
        "claude-like-gemini-2.5-flash",
        plain.litellmModel(),
        plain.apiBase(),
        plain.routes(),
        plain.headers(),
        null,
        plain.rules(),
        null,
        plain.limits(),
        plain.tags(),
        null,
        Map.of("supports_native_structured_output", true));
  }

  @ParameterizedTest
  @EnumSource
  void aRequestThatWasWrittenIsReadAsItself(Sides sides) {
    Request outer = Samples.chat("{\"messages\":[]}");
    for (int round = 0; round < ROUNDS; round++) {
      Chat chat = Conversations.random(random, sides.can);
      byte[] written = sides.provider.writeChat(chat, outer, sides.deployment, new Texts());
      Chat read =
          sides.client.readChat(sides.request(written, false), sides.deployment, new Texts());
      same(Conversations.lines(read), Conversations.lines(chat), round, written);
    }
  }

  private void same(List<String> read, List<String> meant, int round, byte[] written) {
    String as = "seed " + seed + ", round " + round + ": " + Samples.text(written);
    for (int i = 0; i < Math.min(read.size(), meant.size()); i++) {
      assertThat(read.get(i)).as(as).isEqualTo(meant.get(i));
    }
    assertThat(read).as(as).hasSameSizeAs(meant);
  }

  @ParameterizedTest
  @EnumSource
  void aReplyThatWasWrittenIsReadAsItself(Sides sides) {
    Request request = sides.plain();
    Chat chat = sides.client.readChat(request, sides.deployment, new Texts());
    for (int round = 0; round < ROUNDS; round++) {
      Reply reply = Replies.random(random, sides != Sides.RESPONSES);
      byte[] written = sides.client.writeReply(request, reply, SHAPE);
      Reply read = sides.provider.readReply(chat, sides.deployment, written);
      same(lines(read), lines(reply), round, written);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStreamReadsAsTheReplyThatItIsHoweverItIsCut(Sides sides) {
    Request request = sides.plain();
    Chat chat = sides.client.readChat(request, sides.deployment, new Texts());
    for (int round = 0; round < ROUNDS; round++) {
      Reply reply = Replies.random(random, sides != Sides.RESPONSES);
      EventWriter writer = sides.client.events(wantsUsage(request), SHAPE);
      ByteArrayOutputStream stream = new ByteArrayOutputStream();
      Replies.events(reply, event -> writer.write(event, stream));
      List<Event> whole = events(sides.provider, sides, chat, stream.toByteArray(), false);
      EventFold fold = new EventFold();
      whole.forEach(fold);
      same(lines(fold.reply()), lines(reply), round, stream.toByteArray());
      assertThat(events(sides.provider, sides, chat, stream.toByteArray(), true))
          .as("seed %d, round %d", seed, round)
          .isEqualTo(whole);
    }
  }

  private static Request wantsUsage(Request request) {
    return request.operation() == Operation.CHAT
        ? Samples.chat(
            "{\"messages\":[],\"stream\":true,\"stream_options\":{\"include_usage\":true}}")
        : request;
  }

  private List<Event> events(
      ProviderSide provider, Sides sides, Chat chat, byte[] stream, boolean cut) {
    List<Event> events = new ArrayList<>();
    EventReader reader = provider.events(chat, sides.deployment);
    Framing framing = provider.framing(1 << 20);
    if (cut) {
      Replies.feed(framing, reader, stream, random, events::add);
    } else {
      framing.feed(
          stream,
          0,
          stream.length,
          (buffer, from, to) -> reader.read(buffer, from, to, events::add));
      framing.end((buffer, from, to) -> reader.read(buffer, from, to, events::add));
      reader.end(events::add);
    }
    return events;
  }

  /** Ollama has no clients here: its lines are written by hand. */
  @ParameterizedTest
  @MethodSource("seeds")
  void aStreamOfOllamasReadsTheSameHoweverItIsCut(long seed) {
    Random random = new Random(seed);
    ObjectNode line = JsonTree.object().put("model", "m");
    StringBuilder stream = new StringBuilder();
    for (int i = 1 + random.nextInt(5); i > 0; i--) {
      line.putObject("message").put("role", "assistant").put("content", Replies.words(random));
      stream.append(line).append(random.nextBoolean() ? "\n" : "\r\n");
    }
    ObjectNode message = line.putObject("message").put("role", "assistant").put("content", "");
    ArrayNode calls = message.putArray("tool_calls");
    calls.addObject().putObject("function").put("name", "f").putObject("arguments").put("q", 1);
    line.put("done", true).put("done_reason", "stop").put("eval_count", 3);
    stream.append(line).append("\n");
    ProviderSide provider = OllamaChatProvider.ofChat();
    Chat chat = Conversations.random(random, Set.of());
    byte[] bytes = Samples.bytes(stream.toString());
    Deployment deployment = deployment("ollama");
    List<String> once = new ArrayList<>();
    for (int round = 0; round < 20; round++) {
      List<String> events = new ArrayList<>();
      Replies.feed(
          provider.framing(1 << 20),
          provider.events(chat, deployment),
          bytes,
          round == 0 ? new Random(0) : random,
          event -> events.add(event.toString().replaceAll("id=call_[^,]*", "id")));
      if (round == 0) {
        once.addAll(events);
      }
      assertThat(events).as("seed %d", seed).isEqualTo(once).isNotEmpty();
    }
  }

  static List<Long> seeds() {
    return List.of(1L, 2L, 3L, System.nanoTime());
  }

  private static List<String> lines(Reply reply) {
    List<String> lines = new ArrayList<>();
    Map<String, Integer> ids = new HashMap<>();
    Reply.Choice choice = reply.choices().getFirst();
    for (Part part : choice.parts()) {
      Part plain =
          part instanceof Part.Thinking thought ? new Part.Thinking(thought.text(), null) : part;
      lines.add(Conversations.line(plain, ids));
    }
    lines.add(String.valueOf(choice.finish() == null ? null : choice.finish().reason()));
    Usage usage = Objects.requireNonNull(reply.usage());
    lines.add(usage.inputTokens() + " " + usage.outputTokens());
    return lines;
  }
}
