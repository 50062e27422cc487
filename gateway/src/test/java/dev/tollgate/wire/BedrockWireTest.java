package dev.tollgate.wire;

import static dev.tollgate.wire.Samples.bytes;
import static dev.tollgate.wire.Samples.failureOf;
import static dev.tollgate.wire.Samples.shown;
import static dev.tollgate.wire.Samples.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Deployment.BodyRules;
import dev.tollgate.model.Dialect;
import dev.tollgate.model.Endpoint;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Failure.UpstreamRefused.Kind;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.model.Usage;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Finish;
import dev.tollgate.model.chat.Message;
import dev.tollgate.model.chat.Message.Role;
import dev.tollgate.model.chat.OutputFormat;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Reasoning;
import dev.tollgate.model.chat.Reply;
import dev.tollgate.model.chat.Sampling;
import dev.tollgate.model.chat.Source;
import dev.tollgate.wire.bedrock.ConverseClient;
import dev.tollgate.wire.bedrock.ConverseProvider;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.json.Texts;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class BedrockWireTest {
  private static final Codec CODEC = Codecs.of(Dialect.BEDROCK);
  private static final ConverseClient CLIENT = new ConverseClient();
  private static final ConverseProvider PROVIDER = new ConverseProvider();
  private static final Deployment CLAUDE = model("us.anthropic.claude-3-7-sonnet-v1:0", Map.of());
  private static final Deployment NOVA = model("amazon.nova-pro-v1:0", Map.of());

  private static Deployment model(String name, Map<String, Object> facts) {
    return new Deployment(
        "id",
        "group",
        "bedrock",
        name,
        "bedrock/" + name,
        "https://b.test",
        Map.of(),
        Map.of(),
        null,
        BodyRules.NONE,
        null,
        Deployment.Limits.NONE,
        List.of(),
        null,
        facts);
  }

  private static Request request(String body, boolean stream) {
    String path = "/model/m/converse" + (stream ? "-stream" : "");
    return CODEC.readRequest(
        new Endpoint(path, path, "", Operation.CONVERSE, "m", null, stream), bytes(body));
  }

  private static Request ask() {
    return request("{\"messages\":[]}", false);
  }

  private static Chat chat(
      List<Part> said, @Nullable Reasoning reasoning, Map<String, JsonNode> extras) {
    return new Chat(
        List.of(Message.of(Role.USER, said)),
        List.of(),
        null,
        null,
        null,
        reasoning,
        Sampling.NONE,
        null,
        extras);
  }

  private static JsonNode written(Chat chat, Deployment deployment) {
    return JsonTree.read(PROVIDER.writeChat(chat, ask(), deployment, new Texts()));
  }

  private static JsonNode json(String text) {
    return JsonTree.read(bytes(text));
  }

  @Test
  void theSameDialectGoesThroughByteForByteButForWhatIsOurs() {
    String body =
        "{\"messages\" : [{\"role\":\"user\",\"content\":[{\"text\":\"é\"}]}],\"tags\":[\"x\"],"
            + "\"inferenceConfig\":{\"maxTokens\": 9},\"brandNew\":1}";
    Request request = request(body, true);

    assertThat(text(CODEC.requestFor(request, CLAUDE, null)))
        .isEqualTo(body.replace(",\"tags\":[\"x\"]", ""));
    assertThat(request.stream()).isTrue();
    assertThat(request.outputTokensMax()).isEqualTo(9);
    assertThat(json(text(CODEC.requestFor(request, CLAUDE, 4L))).path("inferenceConfig"))
        .isEqualTo(json("{\"maxTokens\":4}"));
  }

  @Test
  void aConversationSurvivesBothWays() {
    String body =
        """
        {"messages":[
          {"role":"user","content":[{"text":"Look"},{"cachePoint":{"type":"default"}},
            {"image":{"format":"png","source":{"bytes":"AAAA"}}},
            {"document":{"format":"pdf","name":"Document 1","source":{"bytes":"BBBB"}}}]},
          {"role":"assistant","content":[
            {"reasoningContent":{"reasoningText":{"text":"hm","signature":"s"}}},
            {"reasoningContent":{"redactedContent":"zzz"}},
            {"text":"I look."},
            {"toolUse":{"toolUseId":"t1","name":"look","input":{"at":1}}}]},
          {"role":"user","content":[
            {"toolResult":{"toolUseId":"t1","content":[{"text":"seen"}],"status":"error"}},
            {"text":"And?"}]}],
        "system":[{"text":"Be terse."}],
        "inferenceConfig":{"maxTokens":2048,"temperature":0.5,"topP":0.75,"stopSequences":["x"]},
        "toolConfig":{"tools":[{"toolSpec":{"name":"look","description":"Looks",
          "inputSchema":{"json":{"type":"object"}}}}],"toolChoice":{"any":{}}},
        "additionalModelRequestFields":{"top_k":3,
          "thinking":{"type":"enabled","budget_tokens":1024},"other":1},
        "additionalModelResponseFieldPaths":["/usage/output_tokens_details"]}""";
    Request request = request(body, false);
    JsonNode rewritten =
        JsonTree.read(
            PROVIDER.writeChat(
                CLIENT.readChat(request, CLAUDE, new Texts()), request, CLAUDE, new Texts()));

    assertThat(rewritten).isEqualTo(json(body));
  }

  @Test
  void aGuardrailJudgesWhatWasSaidLast() {
    JsonNode guard = json("{\"guardrailIdentifier\":\"g\",\"guardrailVersion\":\"1\"}");
    JsonNode body =
        written(
            chat(List.of(Part.Text.of("Hello")), null, Map.of("guardrailConfig", guard)), CLAUDE);

    assertThat(body.path("guardrailConfig")).isEqualTo(guard);
    assertThat(body.path("messages").path(0).path("content").path(0))
        .isEqualTo(json("{\"guardContent\":{\"text\":{\"text\":\"Hello\"}}}"));
  }

  @Test
  void theModelsOwnParametersAreApart() {
    Chat chat =
        new Chat(
            List.of(Message.of(Role.USER, "Hi")),
            List.of(),
            null,
            null,
            null,
            null,
            new Sampling(
                null,
                null,
                null,
                BigDecimal.valueOf(5),
                List.of(),
                null,
                null,
                null,
                null,
                null,
                null,
                null),
            null,
            Map.of("serviceTier", json("{\"type\":\"flex\"}"), "mine", json("1")));

    assertThat(written(chat, CLAUDE).path("additionalModelRequestFields"))
        .isEqualTo(json("{\"top_k\":5,\"mine\":1}"));
    assertThat(written(chat, NOVA).path("additionalModelRequestFields"))
        .isEqualTo(json("{\"inferenceConfig\":{\"topK\":5},\"mine\":1}"));
    assertThat(written(chat, NOVA).path("serviceTier").path("type").asString()).isEqualTo("flex");
  }

  @Test
  void effortIsABudgetForClaude() {
    JsonNode body =
        written(chat(List.of(Part.Text.of("x")), Reasoning.ofEffort("low"), Map.of()), CLAUDE);

    assertThat(body.path("additionalModelRequestFields").path("thinking"))
        .isEqualTo(json("{\"type\":\"enabled\",\"budget_tokens\":1024}"));
    assertThat(body.path("inferenceConfig").path("maxTokens").asLong()).isEqualTo(5120);
  }

  @Test
  void whatBedrockCannotFetchIsRefused() {
    Part image = new Part.Image(new Source.Url("https://x.test/a.png", null), null, null);

    assertThat(failureOf(() -> written(chat(List.of(image), null, Map.of()), CLAUDE)))
        .isInstanceOf(Failure.BadRequest.class)
        .extracting(Failure::message)
        .asString()
        .contains("images by address");
  }

  @Test
  void aSchemaIsAToolAndItsCallIsTheAnswer() {
    Chat chat =
        new Chat(
            List.of(Message.of(Role.USER, "Hi")),
            List.of(),
            null,
            null,
            new OutputFormat.JsonSchema("p", null, json("{\"type\":\"object\"}"), true),
            null,
            Sampling.NONE,
            null,
            Map.of());

    assertThat(written(chat, CLAUDE).path("toolConfig").path("toolChoice"))
        .isEqualTo(json("{\"tool\":{\"name\":\"json_tool_call\"}}"));
    Reply reply =
        PROVIDER.readReply(
            chat,
            CLAUDE,
            bytes(
                "{\"output\":{\"message\":{\"content\":[{\"toolUse\":{\"toolUseId\":\"t\",\"name\":"
                    + "\"json_tool_call\",\"input\":{\"n\":3}}}]}},\"stopReason\":\"tool_use\"}"));
    assertThat(reply.choices().getFirst().parts()).containsExactly(Part.Text.of("{\"n\":3}"));
    assertThat(reply.choices().getFirst().finish()).isEqualTo(Finish.of(Finish.Reason.STOP));
  }

  @Test
  void figuresHaveTheCacheWithin() {
    String body =
        "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[{\"text\":\"Hi\"}]}},"
            + "\"stopReason\":\"end_turn\",\"usage\":{\"inputTokens\":12,\"outputTokens\":7,"
            + "\"cacheReadInputTokens\":50,\"cacheWriteInputTokens\":100},"
            + "\"additionalModelResponseFields\":{\"usage\":{\"output_tokens_details\":"
            + "{\"thinking_tokens\":3}}}}";
    Usage usage = new Usage(162, 7, 50, 100, 0, 3, 0, false);

    assertThat(PROVIDER.readReply(chat(List.of(), null, Map.of()), CLAUDE, bytes(body)).usage())
        .isEqualTo(usage);
    WholeReply same = CODEC.readReply(ask(), CLAUDE, shown("m"), bytes(body));
    assertThat(same.usage()).isEqualTo(usage);
    assertThat(text(same.body())).isEqualTo(body);
  }

  @Test
  void aFoldedStreamIsTheWholeReplyHoweverItsBytesAreCut() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Chat asked = chat(List.of(), null, Map.of());
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
  void theSameDialectsStreamGoesThroughAndIsMetered() {
    Reply reply = Replies.random(new Random(5), false);
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    EventWriter writer = CLIENT.events(ask(), shown("m"));
    Replies.events(reply, event -> writer.write(event, stream));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StreamEdit edit = CODEC.stream(ask(), CLAUDE, shown("m"));
    Framing framing = CODEC.framing(1 << 20);
    framing.feed(
        stream.toByteArray(),
        0,
        stream.size(),
        (buffer, from, to) -> {
          assertThat(edit.edit(buffer, from, to)).isSameAs(buffer);
          out.write(buffer, from, to - from);
        });

    assertThat(out.toByteArray()).isEqualTo(stream.toByteArray());
    assertThat(edit.done()).isTrue();
    assertThat(edit.usage()).isEqualTo(reply.usage());
  }

  @Test
  void anExceptionInAStreamIsAFailureOfItsKind() {
    byte[] told =
        CODEC.writeFailureEvent(
            new Failure.RateLimited("slow", "requests", java.time.Duration.ofSeconds(1), null));
    EventReader reader = PROVIDER.events(chat(List.of(), null, Map.of()), CLAUDE);

    reader.read(
        told,
        0,
        told.length,
        event ->
            assertThat(event)
                .isInstanceOfSatisfying(
                    dev.tollgate.model.chat.Event.Failed.class,
                    failed -> {
                      assertThat(failed.failure().status()).isEqualTo(429);
                      assertThat(failed.failure().message()).contains("slow");
                    }));
  }

  @ParameterizedTest
  @CsvSource({
    "400,Input is too long for requested model.,400,CONTEXT_WINDOW",
    "400,Malformed input,400,GENERAL",
    "403,The security token included in the request is expired,403,GENERAL",
    "424,The model failed,424,GENERAL",
    "500,Something broke,503,GENERAL"
  })
  void refusalsKeepTheProvidersWords(int status, String said, int shown, Kind kind) {
    Failure failure =
        PROVIDER.readFailure(
            CLAUDE, status, null, Instant.EPOCH, bytes("{\"message\":\"" + said + "\"}"));

    assertThat(failure.status()).isEqualTo(shown);
    assertThat(failure.message()).contains("BedrockException").contains(said);
    assertThat(failure)
        .isInstanceOfSatisfying(
            Failure.UpstreamRefused.class, refused -> assertThat(refused.kind()).isEqualTo(kind));
  }

  @Test
  void claudeByInvokeTakesAnthropicsBodyWithoutWhatThePathSays() {
    Codec invoke = Codecs.between(Operation.MESSAGES, Operation.INVOKE);
    Request request =
        invoke.readRequest(
            Samples.at(Operation.MESSAGES),
            bytes(
                "{\"model\":\"m\",\"stream\":true,\"max_tokens\":64,\"system\":\"S\","
                    + "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}"));

    assertThat(json(text(invoke.requestFor(request, CLAUDE, null))))
        .isEqualTo(
            json(
                "{\"max_tokens\":64,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}],"
                    + "\"system\":[{\"type\":\"text\",\"text\":\"S\"}],"
                    + "\"anthropic_version\":\"bedrock-2023-05-31\"}"));
  }

  @Test
  void damagedBytesThrowNothingButFailures() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String body =
        "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"a\"},{\"toolResult\":"
            + "{\"toolUseId\":\"t\",\"content\":[{\"json\":{}}]}}]}],\"inferenceConfig\":"
            + "{\"maxTokens\":5},\"toolConfig\":{\"tools\":[{\"toolSpec\":{\"name\":\"f\"}}]}}";
    for (int round = 0; round < 20_000; round++) {
      byte[] damaged = bytes(body);
      for (int i = random.nextInt(4); i >= 0; i--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      try {
        Request request =
            CODEC.readRequest(
                new Endpoint("/c", "/c", "", Operation.CONVERSE, "m", null, false), damaged);
        CODEC.requestFor(request, CLAUDE, 3L);
        PROVIDER.writeChat(
            CLIENT.readChat(request, CLAUDE, new Texts()), request, CLAUDE, new Texts());
      } catch (FailureException expected) {
        assertThat(expected.failure().status()).as("seed %d", seed).isEqualTo(400);
      }
    }
  }
}
