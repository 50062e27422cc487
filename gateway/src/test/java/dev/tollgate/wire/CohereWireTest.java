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
import dev.tollgate.model.chat.Citation;
import dev.tollgate.model.chat.Event;
import dev.tollgate.model.chat.Finish;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Reply;
import dev.tollgate.wire.cohere.CohereChatClient;
import dev.tollgate.wire.cohere.CohereChatProvider;
import dev.tollgate.wire.cohere.CohereCodec;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.json.Texts;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CohereWireTest {
  private static final CohereCodec CODEC = new CohereCodec();
  private static final CohereChatClient CLIENT = new CohereChatClient();
  private static final CohereChatProvider PROVIDER = new CohereChatProvider();
  private static final Deployment COHERE = Samples.deployment("cohere", BodyRules.NONE);

  private static Request request(String body) {
    return CODEC.readRequest(Samples.at(Operation.COHERE_CHAT), bytes(body));
  }

  private static Chat chat(String body) {
    return CLIENT.readChat(request(body), COHERE, new Texts());
  }

  private static String rewritten(String body) {
    Request request = request(body);
    return text(
        PROVIDER.writeChat(
            CLIENT.readChat(request, COHERE, new Texts()), request, COHERE, new Texts()));
  }

  @Test
  void aConversationSurvivesBothWays() {
    String body =
        """
        {"model":"gpt-4o-mini","messages":[
          {"role":"system","content":"Be terse."},
          {"role":"user","content":[{"type":"text","text":"What is it?"},
            {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA","detail":"low"}}]},
          {"role":"assistant","tool_plan":"I look.","content":[{"type":"thinking","thinking":"hm"},
            {"type":"text","text":"Wait"}],
            "tool_calls":[{"id":"c1","type":"function",
              "function":{"name":"look","arguments":"{\\"at\\":1}"}}]},
          {"role":"tool","tool_call_id":"c1","content":"a cat"}],
        "stream":false,
        "tools":[{"type":"function","function":{"name":"look","description":"Looks",
          "parameters":{"type":"object"}}}],
        "tool_choice":"REQUIRED",
        "response_format":{"type":"json_object","json_schema":{"type":"object"}},
        "max_tokens":9,"temperature":0.5,"p":0.75,"k":3,"stop_sequences":["x"],"seed":7,
        "frequency_penalty":0.25,"presence_penalty":0.125,
        "thinking":{"type":"enabled","token_budget":100},
        "documents":["fact"],"safety_mode":"OFF"}""";

    assertThat(JsonTree.read(bytes(rewritten(body)))).isEqualTo(JsonTree.read(bytes(body)));
  }

  @Test
  void modelsFromBeforeToolChoiceAreNotSentOne() {
    Deployment old =
        new Deployment(
            "id",
            "g",
            "cohere",
            "command-r-plus-08-2024",
            "cohere/x",
            "https://c.test",
            Map.of(),
            Map.of(),
            null,
            BodyRules.NONE,
            null,
            Deployment.Limits.NONE,
            List.of(),
            null,
            Map.of());
    Request request =
        request(
            "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"tool_choice\":\"NONE\","
                + "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]}");

    String sent =
        text(
            PROVIDER.writeChat(
                CLIENT.readChat(request, old, new Texts()), request, old, new Texts()));

    assertThat(sent).contains("\"tools\"").doesNotContain("tool_choice");
  }

  @Test
  void aValueOfTheWrongTypeIsNamed() {
    assertThat(failureOf(() -> chat("{\"messages\":[{\"role\":\"user\",\"content\":7}]}")))
        .isInstanceOfSatisfying(
            Failure.BadRequest.class,
            bad -> assertThat(bad.param()).isEqualTo("messages[0].content"));
    assertThat(failureOf(() -> chat("{\"messages\":[],\"k\":\"many\"}")).message()).contains("'k'");
    assertThat(failureOf(() -> request("{\"model\":\"m\"}")).message()).contains("messages");
  }

  @Test
  void theSameDialectKeepsUnknownFieldsByteForByte() {
    String body =
        "{\"messages\": [ {\"role\":\"user\",\"content\":\"x\"} ], \"new\": {\"a\": 1.0}}";

    assertThat(text(CODEC.requestFor(request(body), COHERE, 5L)))
        .isEqualTo(
            body.substring(0, body.length() - 1) + ",\"model\":\"gpt-4o-mini\",\"max_tokens\":5}");
  }

  @Test
  void aWholeReplyIsReadWithItsUsageAndCitations() {
    String body =
        """
        {"id":"r1","finish_reason":"MAX_TOKENS","message":{"role":"assistant",
         "content":[{"type":"thinking","thinking":"hm"},{"type":"text","text":"Tall penguins"}],
         "citations":[{"start":0,"end":4,"text":"Tall","content_index":1,"sources":[
           {"type":"document","id":"d","document":{"title":"T","url":"https://p.test","snippet":"s"}}]}]},
         "usage":{"billed_units":{"input_tokens":5,"output_tokens":7},
          "tokens":{"input_tokens":12,"output_tokens":8},"cached_tokens":3}}""";

    Reply reply = PROVIDER.readReply(chat("{\"messages\":[]}"), COHERE, bytes(body));

    assertThat(reply.usage()).isEqualTo(new Usage(12, 8, 3, 0, 0, 0, 0, false));
    Reply.Choice choice = reply.choices().getFirst();
    assertThat(choice.finish()).isEqualTo(new Finish(Finish.Reason.LENGTH, null, "MAX_TOKENS"));
    assertThat(choice.parts().getFirst()).isEqualTo(new Part.Thinking("hm", null));
    assertThat(choice.parts().get(1))
        .isInstanceOfSatisfying(
            Part.Text.class,
            said -> {
              Citation citation = said.citations().getFirst();
              assertThat(citation.url()).isEqualTo("https://p.test");
              assertThat(citation.quote()).isEqualTo("s");
              assertThat(citation.to()).isEqualTo(4);
            });
    WholeReply same =
        CODEC.readReply(request("{\"messages\":[]}"), COHERE, Samples.shown(null), bytes(body));
    assertThat(same.usage()).isEqualTo(reply.usage());
    assertThat(same.id()).isEqualTo("r1");
    assertThat(text(same.body())).isEqualTo(body);
  }

  @Test
  void anErrorBodyBecomesLiteLlmsWords() {
    Failure failure =
        PROVIDER.readFailure(
            COHERE, 429, "17", Instant.EPOCH, bytes("{\"id\":\"e\",\"message\":\"too many\"}"));

    assertThat(failure.status()).isEqualTo(429);
    assertThat(failure.message()).contains("RateLimitError", "CohereException", "too many");
  }

  @Test
  void whatIsNoReplyIsAnUpstreamFailure() {
    for (String body : List.of("", "null", "[]", "{}", "{\"message\":7}", "<html>")) {
      assertThat(
              failureOf(() -> PROVIDER.readReply(chat("{\"messages\":[]}"), COHERE, bytes(body))))
          .isInstanceOf(Failure.UpstreamBroken.class);
    }
  }

  @Test
  void anErrorInTheStreamIsAFailure() {
    EventReader reader = PROVIDER.events(chat("{\"messages\":[]}"), COHERE);
    List<Event> events = new ArrayList<>();
    byte[] line =
        bytes(
            "{\"type\":\"message-end\",\"delta\":{\"error\":\"boom\",\"finish_reason\":\"ERROR\"}}");

    reader.read(line, 0, line.length, events::add);

    assertThat(events)
        .singleElement()
        .isInstanceOfSatisfying(
            Event.Failed.class, failed -> assertThat(failed.failure().message()).contains("boom"));
  }

  @Test
  void aFoldedStreamIsTheWholeReplyHoweverItIsCutAndFramed() {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      Reply reply = Replies.random(random, true);
      byte[] stream = streamOf(reply);
      if (random.nextBoolean()) {
        stream = bytes(text(stream).replaceAll("event: .*\ndata: ", "").replace("\n\n", "\n"));
      }

      Reply folded = fold(stream, random);

      Reply whole =
          PROVIDER.readReply(
              chat("{\"messages\":[]}"),
              COHERE,
              CLIENT.writeReply(request("{\"messages\":[]}"), reply, Samples.shown("m")));
      assertThat(folded).as("seed %d", seed).isEqualTo(reply);
      assertThat(whole).as("seed %d", seed).isEqualTo(reply);
    }
  }

  private static byte[] streamOf(Reply reply) {
    EventWriter writer = CLIENT.events(request("{\"messages\":[]}"), Samples.shown("m"));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Replies.events(reply, event -> writer.write(event, out));
    return out.toByteArray();
  }

  private static Reply fold(byte[] stream, Random random) {
    EventReader reader = PROVIDER.events(chat("{\"messages\":[]}"), COHERE);
    EventFold fold = new EventFold();
    Replies.feed(PROVIDER.framing(1 << 20), reader, stream, random, fold);
    return fold.reply();
  }
}
