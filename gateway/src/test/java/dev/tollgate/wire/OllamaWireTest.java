package dev.tollgate.wire;

import static dev.tollgate.wire.Samples.bytes;
import static dev.tollgate.wire.Samples.failureOf;
import static dev.tollgate.wire.Samples.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Deployment.BodyRules;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.model.Usage;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Event;
import dev.tollgate.model.chat.Message;
import dev.tollgate.model.chat.Message.Role;
import dev.tollgate.model.chat.OutputFormat;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Reasoning;
import dev.tollgate.model.chat.Reply;
import dev.tollgate.model.chat.Sampling;
import dev.tollgate.model.chat.Source;
import dev.tollgate.model.chat.Tool;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.json.Texts;
import dev.tollgate.wire.json.Tree;
import dev.tollgate.wire.ollama.OllamaChatProvider;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class OllamaWireTest {
  private static final OllamaChatProvider CHAT = OllamaChatProvider.ofChat();
  private static final OllamaChatProvider GENERATE = OllamaChatProvider.ofGenerate();
  private static final Deployment OLLAMA = Samples.deployment("ollama_chat", BodyRules.NONE);
  private static final Request ASKED =
      Samples.chat("{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");
  private static final Tool TOOL = new Tool.Function("f", "does f", null, null, null);

  private static Chat chat(
      List<Message> messages,
      List<Tool> tools,
      @Nullable OutputFormat format,
      @Nullable Reasoning reasoning,
      Sampling sampling,
      Map<String, JsonNode> extras) {
    return new Chat(messages, tools, null, null, format, reasoning, sampling, null, extras);
  }

  private static Chat plain(List<Message> messages, List<Tool> tools) {
    return chat(messages, tools, null, null, Sampling.NONE, Map.of());
  }

  private static JsonNode sent(OllamaChatProvider provider, Chat chat) {
    return JsonTree.read(provider.writeChat(chat, ASKED, OLLAMA, new Texts()));
  }

  @Test
  void aConversationWithCallsAndImagesIsWritten() {
    Chat chat =
        plain(
            List.of(
                Message.of(Role.DEVELOPER, "Be kind."),
                Message.of(
                    Role.USER,
                    List.of(
                        Part.Text.of("See"),
                        new Part.Image(new Source.Data("image/png", "AAAA"), null, null))),
                Message.of(
                    Role.ASSISTANT,
                    List.of(
                        new Part.Thinking("hm", "sig"), Part.ToolCall.of("c1", "f", "{\"a\":1}"))),
                Message.of(
                    Role.TOOL,
                    List.of(
                        new Part.ToolResult(
                            "c1", null, List.of(Part.Text.of("done")), false, null)))),
            List.of(TOOL));

    assertThat(sent(CHAT, chat))
        .isEqualTo(
            JsonTree.read(
                bytes(
                    """
                    {"model":"gpt-4o-mini","messages":[
                     {"role":"system","content":"Be kind."},
                     {"role":"user","content":"See","images":["AAAA"]},
                     {"role":"assistant","content":"","thinking":"hm",
                      "tool_calls":[{"function":{"name":"f","arguments":{"a":1}}}]},
                     {"role":"tool","content":"done","tool_call_id":"c1"}],
                     "tools":[{"type":"function","function":{"name":"f","description":"does f"}}],
                     "stream":false,"options":{}}""")));
  }

  @Test
  void samplingGoesToTheOptions() {
    Sampling sampling =
        new Sampling(
            9L,
            new BigDecimal("0.5"),
            null,
            null,
            List.of("x"),
            3L,
            null,
            null,
            null,
            null,
            null,
            null);
    Chat chat =
        chat(
            List.of(Message.of(Role.USER, "x")),
            List.of(),
            new OutputFormat.JsonObject(),
            Reasoning.ofEffort("low"),
            sampling,
            Map.of("num_ctx", Tree.string("4096"), "keep_alive", Tree.string("5m")));

    JsonNode body = sent(CHAT, chat);

    assertThat(body.path("options").toString())
        .isEqualTo(
            "{\"num_predict\":9,\"temperature\":0.5,\"seed\":3,\"stop\":[\"x\"],\"num_ctx\":\"4096\"}");
    assertThat(body.path("format").asString()).isEqualTo("json");
    assertThat(body.path("think").asBoolean()).isTrue();
    assertThat(body.path("keep_alive").asString()).isEqualTo("5m");
  }

  @Test
  void severalAnswersAreRefusedUnlessDropped() {
    String two = "{\"n\":2,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]";
    Codec codec = Codecs.between(Operation.CHAT, Operation.OLLAMA_CHAT);

    assertThat(failureOf(() -> codec.requestFor(Samples.chat(two + "}"), OLLAMA, null)).message())
        .contains("litellm.UnsupportedParamsError", "['n']");
    Request dropping = Samples.chat(two + ",\"drop_params\":true}");
    assertThat(text(codec.requestFor(dropping, OLLAMA, null)))
        .contains("\"model\"")
        .doesNotContain("\"n\"");
  }

  @Test
  void aConversationBecomesOnePrompt() {
    Chat chat =
        plain(
            List.of(
                Message.of(Role.SYSTEM, "Be terse."),
                Message.of(Role.USER, "Hi"),
                Message.of(Role.ASSISTANT, "Hello"),
                Message.of(Role.USER, "Bye")),
            List.of());

    assertThat(sent(GENERATE, chat).path("prompt").asString())
        .isEqualTo(
            "### System:\nBe terse.\n\n### User:\nHi\n\n### Assistant:\nHello\n\n### User:\nBye\n\n");
  }

  @Test
  void generatedJsonIsACallWhereToolsWereOffered() {
    Chat chat = plain(List.of(Message.of(Role.USER, "x")), List.of(TOOL));
    byte[] body =
        bytes(
            "{\"response\":\"{\\\"name\\\":\\\"f\\\",\\\"arguments\\\":{\\\"a\\\":1}}\",\"done\":true,"
                + "\"created_at\":\"2024-07-22T20:33:28Z\",\"prompt_eval_count\":3,\"eval_count\":4}");

    Reply reply = GENERATE.readReply(chat, OLLAMA, body);

    Reply.Choice choice = reply.choices().getFirst();
    assertThat(choice.parts())
        .singleElement()
        .isInstanceOfSatisfying(
            Part.ToolCall.class,
            call -> {
              assertThat(call.name()).isEqualTo("f");
              assertThat(call.arguments()).isEqualTo("{\"a\":1}");
              assertThat(call.id()).startsWith("call_");
            });
    assertThat(reply.usage()).isEqualTo(Usage.of(3, 4));
    EventFold fold = new EventFold();
    EventReader events = GENERATE.events(chat, OLLAMA);
    events.read(body, 0, body.length, fold);
    assertThat(fold.reply().choices()).isEqualTo(reply.choices());
  }

  @Test
  void generatedWordsAreNotHeldBackWhereToolsWereOffered() {
    Chat chat = plain(List.of(Message.of(Role.USER, "x")), List.of(TOOL));
    EventReader reader = GENERATE.events(chat, OLLAMA);
    List<Event> events = new ArrayList<>();
    for (String piece : List.of(" ", "Words", " {more}")) {
      byte[] line = bytes("{\"response\":\"" + piece + "\",\"done\":false}");
      reader.read(line, 0, line.length, events::add);
    }
    assertThat(events)
        .filteredOn(Event.Grown.class::isInstance)
        .extracting(event -> ((Event.Grown) event).more())
        .containsExactly(" Words", " {more}");
  }

  @Test
  void anErrorLineIsAFailure() {
    List<Event> events = new ArrayList<>();
    byte[] line = bytes("{\"error\":\"model runner stopped\"}");

    CHAT.events(plain(List.of(), List.of()), OLLAMA).read(line, 0, line.length, events::add);

    assertThat(events)
        .singleElement()
        .isInstanceOfSatisfying(
            Event.Failed.class,
            failed -> assertThat(failed.failure().message()).contains("model runner stopped"));
  }

  @Test
  void aStreamWithoutItsLastLineHasNoEnd() {
    List<Event> events = new ArrayList<>();
    byte[] line = bytes("{\"message\":{\"content\":\"Hel\"},\"done\":false}");
    EventReader reader = CHAT.events(plain(List.of(), List.of()), OLLAMA);

    reader.read(line, 0, line.length, events::add);
    reader.end(events::add);

    assertThat(events).noneMatch(event -> event instanceof Event.Ended);
  }

  @Test
  void whatIsNoReplyIsAnUpstreamFailure() {
    for (String body : List.of("", "[]", "{}", "{\"message\":\"x\"}", "nginx")) {
      assertThat(failureOf(() -> CHAT.readReply(plain(List.of(), List.of()), OLLAMA, bytes(body))))
          .isInstanceOf(Failure.UpstreamBroken.class);
    }
  }

  @Test
  void aFoldedStreamIsTheWholeReplyHoweverItIsCut() {
    Chat chat = plain(List.of(), List.of());
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      Reply reply = Replies.random(random, true);
      ObjectNode whole = whole(reply);
      EventFold fold = new EventFold();

      Replies.feed(
          CHAT.framing(1 << 20), CHAT.events(chat, OLLAMA), stream(whole, random), random, fold);

      Reply read = CHAT.readReply(chat, OLLAMA, JsonTree.write(whole));
      assertThat(fold.reply().choices()).as("seed %d", seed).isEqualTo(read.choices());
      assertThat(fold.reply().usage()).as("seed %d", seed).isEqualTo(reply.usage());
      List<Part> parts = read.choices().getFirst().parts();
      assertThat(parts).as("seed %d", seed).isEqualTo(reply.choices().getFirst().parts());
    }
  }

  private static ObjectNode whole(Reply reply) {
    ObjectNode message = Tree.object().put("role", "assistant").put("content", "");
    ArrayNode calls = Tree.array();
    for (Part part : reply.choices().getFirst().parts()) {
      switch (part) {
        case Part.Text text -> message.put("content", text.text());
        case Part.Thinking thought -> message.put("thinking", thought.text());
        case Part.ToolCall call -> {
          ObjectNode written = calls.addObject().put("id", call.id());
          ObjectNode function = written.putObject("function").put("name", call.name());
          function.set("arguments", JsonTree.read(bytes(call.arguments())));
        }
        default -> throw new AssertionError("not in these answers");
      }
    }
    if (!calls.isEmpty()) {
      message.set("tool_calls", calls);
    }
    Usage usage = Objects.requireNonNull(reply.usage());
    ObjectNode whole = Tree.object().put("created_at", "2024-07-22T20:33:28Z");
    whole.set("message", message);
    return whole
        .put("done", true)
        .put("done_reason", "stop")
        .put("prompt_eval_count", usage.inputTokens())
        .put("eval_count", usage.outputTokens());
  }

  /** The same in lines: each member of the message by itself, texts in two pieces. */
  private static byte[] stream(ObjectNode whole, Random random) {
    StringBuilder lines = new StringBuilder();
    JsonNode message = whole.path("message");
    for (String name : List.of("thinking", "content")) {
      String text = message.path(name).asString("");
      int half = random.nextInt(text.length() + 1);
      line(lines, Tree.object().put(name, text.substring(0, half)));
      line(lines, Tree.object().put(name, text.substring(half)));
    }
    if (message.has("tool_calls")) {
      ObjectNode calls = Tree.object();
      calls.set("tool_calls", message.get("tool_calls"));
      line(lines, calls);
    }
    ObjectNode end = whole.deepCopy();
    end.set("message", Tree.object().put("content", ""));
    return bytes(lines.append(text(JsonTree.write(end))).append('\n').toString());
  }

  private static void line(StringBuilder lines, ObjectNode message) {
    ObjectNode line = Tree.object().put("created_at", "2024-07-22T20:33:28Z").put("done", false);
    line.set("message", message.put("role", "assistant"));
    lines.append(text(JsonTree.write(line))).append('\n');
  }
}
