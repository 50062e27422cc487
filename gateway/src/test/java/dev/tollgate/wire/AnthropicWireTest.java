package dev.tollgate.wire;

import static dev.tollgate.wire.AnthropicSamples.CLAUDE;
import static dev.tollgate.wire.AnthropicSamples.CLIENT;
import static dev.tollgate.wire.AnthropicSamples.CODEC;
import static dev.tollgate.wire.AnthropicSamples.PROVIDER;
import static dev.tollgate.wire.AnthropicSamples.ask;
import static dev.tollgate.wire.AnthropicSamples.chat;
import static dev.tollgate.wire.AnthropicSamples.request;
import static dev.tollgate.wire.Samples.bytes;
import static dev.tollgate.wire.Samples.edited;
import static dev.tollgate.wire.Samples.failureOf;
import static dev.tollgate.wire.Samples.shown;
import static dev.tollgate.wire.Samples.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Failure.UpstreamRefused.Kind;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.model.Usage;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.json.Texts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Messages between a client and a provider that both speak it, and their errors. */
class AnthropicWireTest {
  @Test
  void theSameDialectGoesThroughByteForByteButForWhatIsOurs() {
    String body =
        """
        {"model":"mine", "max_tokens" : 5,"metadata":{"user_id":"u1"},"messages":[{"role":"user",
         "content":"a\\u00e9"}], "new_feature":{"a":[1, 2]},"tags":["x"],"top_k":null}""";

    assertThat(text(CODEC.requestFor(request(body), CLAUDE, null)))
        .isEqualTo(
            """
            {"model":"claude-x", "max_tokens" : 5,"metadata":{"user_id":"u1"},"messages":[{"role":"user",
             "content":"a\\u00e9"}], "new_feature":{"a":[1, 2]}}""");
    assertThat(request(body).endUser()).isEqualTo("u1");
  }

  @Test
  void aBudgetsCapTakesThePlaceOfTheClients() {
    String sent =
        text(CODEC.requestFor(request("{\"max_tokens\":50,\"messages\":[]}"), CLAUDE, 7L));

    assertThat(JsonTree.read(bytes(sent)).path("max_tokens").asInt()).isEqualTo(7);
  }

  @Test
  void whatTheApiRequiresIsAskedFor() {
    assertThat(failureOf(() -> request("{\"messages\":[]}")).message())
        .isEqualTo("anthropic_messages: Missing required parameter: 'max_tokens'.");
    assertThat(failureOf(() -> request("{\"max_tokens\":5}")).message()).contains("'messages'");
  }

  @Test
  void countingNeedsNoCapCostsNothingAndSaysWhoCounted() {
    Request request =
        CODEC.readRequest(
            Samples.at(Operation.COUNT_TOKENS), bytes("{\"model\":\"m\",\"messages\":[]}"));
    Deployment set = CLAUDE.withMember("temperature", "1");

    assertThat(text(CODEC.requestFor(request, set, null)))
        .isEqualTo("{\"model\":\"claude-x\",\"messages\":[]}");
    assertThat(CODEC.headersFor(request, set, _ -> null))
        .containsEntry("anthropic-beta", "token-counting-2024-11-01");
    WholeReply reply = CODEC.readReply(request, set, shown("m"), bytes("{\"input_tokens\":11 }"));
    assertThat(text(reply.body()))
        .isEqualTo("{\"input_tokens\":11,\"litellm_count_source\":\"provider\" }");
    assertThat(reply.usage()).isEqualTo(Usage.NONE);
    assertThat(Operation.COUNT_TOKENS.free()).isTrue();
  }

  @Test
  void theClientsVersionAndFeaturesJoinTheOperators() {
    Map<String, String> client =
        Map.of("anthropic-version", "2024-01-01", "anthropic-beta", "b, a,bad value\u0001");

    assertThat(CODEC.headersFor(ask(), CLAUDE, client::get))
        .isEqualTo(Map.of("anthropic-version", "2024-01-01", "anthropic-beta", "b,a"));
    assertThat(CODEC.headersFor(ask(), CLAUDE, _ -> null))
        .isEqualTo(Map.of("anthropic-version", "2023-06-01"));
  }

  @Test
  void aWholeReplyKeepsItsBytesButForTheModel() {
    String body =
        "{\"id\":\"msg_1\",\"type\":\"message\",\"model\":\"up\",\"content\":[{\"type\":\"text\","
            + "\"text\":\"Hi\"}],\"usage\":{\"input_tokens\":12,\"cache_read_input_tokens\":50,"
            + "\"cache_creation_input_tokens\":100,\"output_tokens\":7,"
            + "\"output_tokens_details\":{\"thinking_tokens\":3}},\"x\":1}";

    WholeReply reply = CODEC.readReply(ask(), CLAUDE, shown("mine"), bytes(body));

    assertThat(text(reply.body())).isEqualTo(body.replace("\"up\"", "\"mine\""));
    assertThat(reply.usage()).isEqualTo(new Usage(162, 7, 50, 100, 0, 3, 0, false));
    assertThat(reply.id()).isEqualTo("msg_1");
  }

  @Test
  void aStreamKeepsItsEventsAndItsFiguresAddUp() {
    StreamEdit stream = CODEC.stream(ask(), CLAUDE, shown("mine"));
    String start =
        "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\","
            + "\"model\":\"up\",\"usage\":{\"input_tokens\":12,\"output_tokens\":1}}}\n\n";
    String delta =
        "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"
            + "\"delta\":{\"type\":\"text_delta\",\"text\":\"Hel\"}}\n\n";

    assertThat(edited(stream, start)).isEqualTo(start.replace("\"up\"", "\"mine\""));
    assertThat(edited(stream, delta)).isEqualTo(delta);
    assertThat(stream.usage()).isEqualTo(Usage.of(12, 1));
    assertThat(stream.finished()).isFalse();
    edited(
        stream,
        "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},"
            + "\"usage\":{\"output_tokens\":7}}\n\n");
    assertThat(stream.finished()).isTrue();
    edited(stream, "data: {\"type\":\"message_stop\"}\n\n");
    assertThat(stream.done()).isTrue();
    assertThat(stream.usage()).isEqualTo(Usage.of(12, 7));
    assertThat(text(stream.outputText().beginning())).isEqualTo("Hel");
  }

  @Test
  void anErrorEventIsToldAndIsAFailure() {
    StreamEdit stream = CODEC.stream(ask(), CLAUDE, shown("mine"));
    String error =
        "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\","
            + "\"message\":\"slow down\"}}\n\n";

    assertThat(edited(stream, error)).isEqualTo(error);
    assertThat(stream.failure()).extracting(Failure::status).isEqualTo(429);
  }

  @ParameterizedTest
  @CsvSource({
    "400,invalid_request_error,prompt is too long: 250000 tokens > 200000 maximum,CONTEXT_WINDOW",
    "400,invalid_request_error,Output blocked by content filtering policy,CONTENT_POLICY",
    "400,invalid_request_error,Nothing special,GENERAL",
    "429,rate_limit_error,Slow down,GENERAL",
    "529,overloaded_error,Overloaded,GENERAL"
  })
  void refusalsKeepTheProvidersWordsAndKinds(int status, String type, String said, Kind kind) {
    byte[] body =
        bytes(
            "{\"type\":\"error\",\"error\":{\"type\":\""
                + type
                + "\",\"message\":\""
                + said
                + "\"}}");

    Failure failure = CODEC.readFailure(CLAUDE, status, "17", Instant.EPOCH, body);

    assertThat(failure.status()).isEqualTo(status);
    assertThat(failure.message()).startsWith("litellm.").contains("Anthropic").contains(said);
    assertThat(failure)
        .isInstanceOfSatisfying(
            Failure.UpstreamRefused.class,
            refused -> {
              assertThat(refused.kind()).isEqualTo(kind);
              assertThat(refused.retryAfter()).hasSeconds(17);
            });
  }

  @Test
  void clientsAreToldInTheirOwnForm() {
    Failure failure = CODEC.readFailure(CLAUDE, 529, null, Instant.EPOCH, bytes("busy \"x\""));

    JsonNode error = JsonTree.read(CODEC.writeFailure(failure));
    assertThat(error.path("type").asString()).isEqualTo("error");
    assertThat(error.path("error").path("type").asString()).isEqualTo("overloaded_error");
    assertThat(text(CODEC.writeFailureEvent(failure)))
        .startsWith("event: error\ndata: {\"type\":\"error\"")
        .endsWith("\n\n");
    assertThat(JsonTree.read(CODEC.writeFailure(failureOf(() -> request("{nope")))).has("type"))
        .as("what LiteLLM's reader of bodies refuses has its own form")
        .isFalse();
  }

  @Test
  void aValueOfTheWrongTypeIsNamed() {
    List<String> wrong =
        List.of(
            "{\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":7}]}",
            "{\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":1}]}]}",
            "{\"max_tokens\":1,\"messages\":[7]}",
            "{\"max_tokens\":1,\"messages\":[],\"tools\":{}}",
            "{\"max_tokens\":1,\"messages\":[],\"thinking\":{\"type\":\"enabled\"}}",
            "{\"max_tokens\":1,\"messages\":[],\"temperature\":\"hot\"}",
            "{\"max_tokens\":1,\"messages\":[],\"tool_choice\":{\"type\":\"some\"}}");
    for (String body : wrong) {
      assertThat(failureOf(() -> CLIENT.readChat(request(body), CLAUDE, new Texts())))
          .as(body)
          .isInstanceOfSatisfying(
              Failure.BadRequest.class, bad -> assertThat(bad.param()).isNotEmpty());
    }
  }

  @Test
  void damagedBytesThrowNothingButFailures() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<String> seeds = new ArrayList<>();
    seeds.add(
        "{\"max_tokens\":5,\"system\":\"s\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":"
            + "\"tool_result\",\"tool_use_id\":\"t\",\"content\":[{\"type\":\"text\",\"text\":\"x\"}]"
            + "}]}],\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024}}");
    seeds.add(
        "{\"content\":[{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{\"a\":1}}],"
            + "\"stop_reason\":\"tool_use\",\"usage\":{\"input_tokens\":1,\"output_tokens\":2}}");
    for (int round = 0; round < 20_000; round++) {
      byte[] damaged = bytes(seeds.get(random.nextInt(seeds.size())));
      for (int i = random.nextInt(4); i >= 0; i--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      try {
        exercise(damaged);
      } catch (dev.tollgate.model.FailureException expected) {
        assertThat(expected.failure().status()).as("seed %d", seed).isIn(400, 500);
      }
    }
  }

  private static void exercise(byte[] damaged) {
    Request sane = ask();
    PROVIDER
        .events(chat(null, null), CLAUDE)
        .read(concat("data: ", damaged), 0, damaged.length + 8, _ -> {});
    CODEC.stream(sane, CLAUDE, shown("m")).edit(concat("data: ", damaged), 0, damaged.length + 8);
    if (damaged[1] == '"' && damaged[2] == 'c') {
      PROVIDER.readReply(chat(null, null), CLAUDE, damaged);
      CODEC.readReply(sane, CLAUDE, shown("m"), damaged);
    } else {
      Request request = CODEC.readRequest(Samples.at(Operation.MESSAGES), damaged);
      PROVIDER.writeChat(
          CLIENT.readChat(request, CLAUDE, new Texts()), request, CLAUDE, new Texts());
    }
  }

  private static byte[] concat(String head, byte[] body) {
    byte[] event = new byte[head.length() + body.length + 2];
    System.arraycopy(bytes(head), 0, event, 0, head.length());
    System.arraycopy(body, 0, event, head.length(), body.length);
    event[event.length - 1] = '\n';
    event[event.length - 2] = '\n';
    return event;
  }
}
