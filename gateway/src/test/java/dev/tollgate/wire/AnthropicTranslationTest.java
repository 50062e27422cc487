package dev.tollgate.wire;

import static dev.tollgate.wire.AnthropicSamples.CLAUDE;
import static dev.tollgate.wire.AnthropicSamples.CLIENT;
import static dev.tollgate.wire.AnthropicSamples.PROVIDER;
import static dev.tollgate.wire.AnthropicSamples.ask;
import static dev.tollgate.wire.AnthropicSamples.chat;
import static dev.tollgate.wire.AnthropicSamples.model;
import static dev.tollgate.wire.AnthropicSamples.rewritten;
import static dev.tollgate.wire.AnthropicSamples.written;
import static dev.tollgate.wire.Samples.bytes;
import static dev.tollgate.wire.Samples.failureOf;
import static dev.tollgate.wire.Samples.shown;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Failure;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Event;
import dev.tollgate.model.chat.Finish;
import dev.tollgate.model.chat.Message;
import dev.tollgate.model.chat.Message.Role;
import dev.tollgate.model.chat.OutputFormat;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Reasoning;
import dev.tollgate.model.chat.Reply;
import dev.tollgate.model.chat.Sampling;
import dev.tollgate.model.chat.Tool;
import dev.tollgate.model.chat.ToolChoice;
import dev.tollgate.wire.json.JsonTree;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Messages from and to what other dialects can say. */
class AnthropicTranslationTest {
  @Test
  void aConversationSurvivesBothWays() {
    String body =
        """
        {"model":"claude-x","messages":[
          {"role":"user","content":[{"type":"text","text":"Look","cache_control":{"type":"ephemeral"}},
            {"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}},
            {"type":"image","source":{"type":"url","url":"https://x.test/a.png"}},
            {"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"BB"},
             "title":"t","context":"c","citations":{"enabled":true}},
            {"type":"document","source":{"type":"text","media_type":"text/plain","data":"words"}}]},
          {"role":"assistant","content":[
            {"type":"thinking","thinking":"hm","signature":"sig"},
            {"type":"redacted_thinking","data":"zzz"},
            {"type":"text","text":"I look.","citations":[{"type":"char_location","cited_text":"w"}]},
            {"type":"server_tool_use","id":"s1","name":"web_search","input":{"query":"x"}},
            {"type":"web_search_tool_result","tool_use_id":"s1","content":[]},
            {"type":"tool_use","id":"t1","name":"look","input":{"at":1}},
            {"type":"tool_use","id":"t2","name":"look","input":{}}]},
          {"role":"user","content":[
            {"type":"tool_result","tool_use_id":"t1","content":"seen"},
            {"type":"tool_result","tool_use_id":"t2","is_error":true,"content":[
              {"type":"text","text":"no"},
              {"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}}]},
            {"type":"text","text":"And?"}]}],
        "system":[{"type":"text","text":"Be terse."}],
        "thinking":{"type":"enabled","budget_tokens":1024},
        "temperature":0.5,"top_p":0.75,"top_k":3,"stop_sequences":["x"],
        "tools":[
          {"name":"look","input_schema":{"type":"object"},"type":"custom","description":"Looks"},
          {"type":"web_search_20250305","name":"web_search","max_uses":3},
          {"type":"bash_20250124","name":"bash"}],
        "tool_choice":{"type":"any","disable_parallel_tool_use":true},
        "metadata":{"user_id":"u1"},"max_tokens":2048}""";

    assertThat(rewritten(body, CLAUDE)).isEqualTo(JsonTree.read(bytes(body)));
  }

  @Test
  void systemMessagesAreApartAndEachSideSpeaksInOneTurn() {
    Chat chat =
        new Chat(
            List.of(
                Message.of(Role.USER, "A"),
                Message.of(Role.DEVELOPER, "Be kind."),
                Message.of(Role.USER, "B"),
                Message.of(
                    Role.ASSISTANT, List.of(Part.Text.of(""), Part.ToolCall.of("call.1", "f", ""))),
                Message.of(
                    Role.TOOL,
                    List.of(
                        new Part.ToolResult(
                            "call.1", "f", List.of(Part.Text.of("r")), false, null))),
                Message.of(Role.USER, "C"),
                Message.of(Role.ASSISTANT, "1, 2, ")),
            List.of(),
            null,
            null,
            null,
            null,
            Sampling.NONE,
            "someone@example.com",
            Map.of());

    JsonNode body = written(chat, CLAUDE);

    assertThat(body.path("messages"))
        .isEqualTo(
            JsonTree.read(
                bytes(
                    """
                    [{"role":"user","content":[{"type":"text","text":"A"},{"type":"text","text":"B"}]},
                     {"role":"assistant","content":[
                       {"type":"text",
                        "text":"[System: Empty message content sanitised to satisfy protocol]"},
                       {"type":"tool_use","id":"call_1","name":"f","input":{}}]},
                     {"role":"user","content":[
                       {"type":"tool_result","tool_use_id":"call_1","content":"r"},
                       {"type":"text","text":"C"}]},
                     {"role":"assistant","content":[{"type":"text","text":"1, 2,"}]}]""")));
    assertThat(body.path("system").path(0).path("text").asString()).isEqualTo("Be kind.");
    assertThat(body.has("metadata")).as("an address is no id").isFalse();
    assertThat(body.path("max_tokens").asLong()).isEqualTo(64_000);
  }

  @Test
  void argumentsThatAreNoObjectAreTheClientsFault() {
    for (String arguments : List.of("{broken", "[1]", "7")) {
      Chat chat =
          new Chat(
              List.of(Message.of(Role.ASSISTANT, List.of(Part.ToolCall.of("c", "fly", arguments)))),
              List.of(),
              null,
              null,
              null,
              null,
              Sampling.NONE,
              null,
              Map.of());

      assertThat(failureOf(() -> written(chat, CLAUDE)))
          .isInstanceOf(Failure.BadRequest.class)
          .extracting(Failure::message)
          .asString()
          .contains("'fly'");
    }
  }

  @ParameterizedTest
  @CsvSource({"low,1024,5120", "minimal,1024,5120", "medium,2048,6144", "high,4096,8192"})
  void effortBecomesABudgetAndRoomForIt(String effort, long budget, long most) {
    JsonNode body = written(chat(Reasoning.ofEffort(effort), null), CLAUDE);

    assertThat(body.path("thinking").path("budget_tokens").asLong()).isEqualTo(budget);
    assertThat(body.path("max_tokens").asLong()).isEqualTo(most);
  }

  @Test
  void modelsThatAdaptAreToldTheEffortItself() {
    Deployment adaptive = model(Map.of("supports_adaptive_thinking", true));
    JsonNode body = written(chat(Reasoning.ofEffort("xhigh"), null), adaptive);

    assertThat(body.path("thinking").path("type").asString()).isEqualTo("adaptive");
    assertThat(body.path("output_config").path("effort").asString()).isEqualTo("high");
    assertThat(body.path("max_tokens").asLong()).isEqualTo(4096);
    assertThat(written(chat(Reasoning.ofEffort("none"), null), adaptive).has("thinking")).isFalse();
  }

  private static OutputFormat person() {
    return new OutputFormat.JsonSchema(
        "person",
        null,
        JsonTree.read(
            bytes(
                "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\",\"minimum\":1}}}")),
        true);
  }

  @Test
  void aSchemaIsAToolWhereThereIsNothingBetterAndItsCallIsTheAnswer() {
    Chat chat = chat(null, person());
    JsonNode body = written(chat, CLAUDE);

    assertThat(body.path("tools").path(0).path("name").asString()).isEqualTo("json_tool_call");
    assertThat(body.path("tool_choice").path("name").asString()).isEqualTo("json_tool_call");
    Reply reply =
        PROVIDER.readReply(
            chat,
            CLAUDE,
            bytes(
                "{\"content\":[{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"json_tool_call\","
                    + "\"input\":{\"n\":3}}],\"stop_reason\":\"tool_use\"}"));
    assertThat(reply.choices().getFirst().parts()).containsExactly(Part.Text.of("{\"n\":3}"));
    assertThat(reply.choices().getFirst().finish()).isEqualTo(Finish.of(Finish.Reason.STOP));
  }

  @Test
  void aSchemaGoesAlongWhereTheModelTakesItWithoutWhatAnthropicRefuses() {
    Deployment structured = model(Map.of("supports_native_structured_output", true));
    Chat chat = chat(null, person());

    assertThat(written(chat, structured).path("output_format"))
        .isEqualTo(
            JsonTree.read(
                bytes(
                    """
                    {"type":"json_schema","schema":{"type":"object","properties":{"n":
                      {"type":"integer","description":"Note: minimum value: 1."}},
                      "additionalProperties":false}}""")));
    assertThat(PROVIDER.headersFor(chat, structured, _ -> null))
        .containsEntry("anthropic-beta", "structured-outputs-2025-11-13");
  }

  @Test
  void severalCallsAtOnceCanBeRuledOut() {
    Chat chat =
        new Chat(
            List.of(Message.of(Role.USER, "Hi")),
            List.of(new Tool.Function("f", null, null, null, null)),
            new ToolChoice.Required(),
            false,
            null,
            null,
            Sampling.NONE,
            null,
            Map.of());

    assertThat(written(chat, CLAUDE).path("tool_choice"))
        .isEqualTo(JsonTree.read(bytes("{\"type\":\"any\",\"disable_parallel_tool_use\":true}")));
  }

  @Test
  void aFoldedStreamIsTheWholeReplyHoweverItsBytesAreCut() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Chat asked = chat(null, null);
    for (int round = 0; round < 500; round++) {
      Reply reply = Replies.random(random, true);
      ByteArrayOutputStream stream = new ByteArrayOutputStream();
      EventWriter writer = CLIENT.events(ask(), shown("m"));
      Replies.events(reply, event -> writer.write(event, stream));
      EventFold fold = new EventFold();
      Replies.feed(
          PROVIDER.framing(1 << 20),
          PROVIDER.events(asked, CLAUDE),
          stream.toByteArray(),
          random,
          fold);
      Reply whole = PROVIDER.readReply(asked, CLAUDE, CLIENT.writeReply(ask(), reply, shown("m")));

      assertThat(fold.reply().choices()).as("seed %d", seed).isEqualTo(whole.choices());
      assertThat(fold.reply().usage()).as("seed %d", seed).isEqualTo(whole.usage());
      assertThat(whole.choices().getFirst().parts())
          .as("seed %d", seed)
          .isEqualTo(reply.choices().getFirst().parts());
    }
  }

  @Test
  void aSignedThoughtAndARedactedOneSurviveAStream() {
    List<Part> parts =
        List.of(new Part.Thinking("hm", "sig"), new Part.RedactedThinking("zz"), Part.Text.of("a"));
    Reply reply =
        new Reply(
            null,
            null,
            null,
            List.of(new Reply.Choice(0, parts, Finish.of(Finish.Reason.STOP), null)),
            null,
            Map.of());
    byte[] whole = CLIENT.writeReply(ask(), reply, shown("m"));
    assertThat(PROVIDER.readReply(chat(null, null), CLAUDE, whole).choices().getFirst().parts())
        .isEqualTo(parts);

    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    EventWriter writer = CLIENT.events(ask(), shown("m"));
    writer.write(new Event.Started(null, null, null, Map.of()), stream);
    for (int i = 0; i < parts.size(); i++) {
      writer.write(new Event.PartStarted(0, i, parts.get(i)), stream);
      writer.write(new Event.PartEnded(0, i), stream);
    }
    writer.write(new Event.Finished(0, Finish.of(Finish.Reason.STOP)), stream);
    writer.write(new Event.Ended(), stream);
    EventFold fold = new EventFold();
    Replies.feed(
        PROVIDER.framing(1 << 20),
        PROVIDER.events(chat(null, null), CLAUDE),
        stream.toByteArray(),
        new Random(1),
        fold);
    assertThat(fold.reply().choices().getFirst().parts()).isEqualTo(parts);
  }

  @Test
  void anEmptyTextIsNoBlock() {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    EventWriter writer = CLIENT.events(ask(), shown("m"));
    writer.write(new Event.Started(null, null, null, Map.of()), stream);
    writer.write(new Event.PartStarted(0, 0, Part.Text.of("")), stream);
    writer.write(new Event.PartEnded(0, 0), stream);
    writer.write(new Event.Ended(), stream);

    assertThat(stream.toString(java.nio.charset.StandardCharsets.UTF_8))
        .doesNotContain("content_block")
        .contains("\"stop_reason\":\"end_turn\"")
        .endsWith("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
  }

  @Test
  void aCallWithoutArgumentsGetsNoneThatAreValid() {
    EventFold fold = new EventFold();
    String stream =
        "data: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\"}}\n\n"
            + "data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":"
            + "\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{}}}\n\n"
            + "data: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
            + "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"}}\n\n"
            + "data: {\"type\":\"message_stop\"}\n\n";
    Replies.feed(
        PROVIDER.framing(4096),
        PROVIDER.events(chat(null, null), CLAUDE),
        bytes(stream),
        new Random(3),
        fold);

    assertThat(fold.reply().choices().getFirst().parts())
        .containsExactly(Part.ToolCall.of("t", "f", "{}"));
  }
}
