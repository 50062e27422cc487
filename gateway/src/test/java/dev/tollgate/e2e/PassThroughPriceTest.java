package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.app.TestGateway;
import dev.tollgate.ledger.SpendRow;
import dev.tollgate.model.Money;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same reply costs the same, whichever way it came. */
class PassThroughPriceTest {
  private static final String PROMPT = "\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]";
  private static final FakeProvider PROVIDER = new FakeProvider();
  @RegisterExtension static final RunningGateway gateway = start();

  private static RunningGateway start() {
    StringBuilder config = new StringBuilder("model_list:\n");
    String root = PROVIDER.base().replace("/v1", "");
    model(config, "gpt-test", "openai/real-model", PROVIDER.base());
    model(config, "claude-test", "anthropic/real-model", root);
    model(config, "gemini-test", "gemini/real-model", root + "/v1beta");
    model(config, "command-test", "cohere/real-model", root);
    model(config, "bedrock-test", "bedrock/anthropic.claude-test", root);
    return new RunningGateway(
        TestGateway.Setup.of(config + "router_settings: {num_retries: 0}\n"), PROVIDER);
  }

  private static void model(StringBuilder config, String name, String model, String base) {
    config.append(
        """
          - model_name: %s
            litellm_params:
              model: %s
              api_base: %s
              api_key: %s
              input_cost_per_token: 0.00000015
              output_cost_per_token: 0.0000006
              cache_read_input_token_cost: 0.00000001
        """
            .formatted(name, model, base, RunningGateway.PROVIDER_KEY));
  }

  /**
   * One reply, asked for in two ways.
   *
   * @param own the gateway's endpoint
   * @param passed the provider's own, below its mount
   * @param sent where the provider sees it
   * @param input whether output is charged too
   */
  record Reply(
      String name,
      String own,
      String passed,
      String sent,
      String body,
      FakeProvider.Script script,
      boolean input) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Reply> replies() {
    String chat = "{\"model\":\"gpt-test\"," + PROMPT;
    String claude = "{\"model\":\"claude-test\",\"max_tokens\":9," + PROMPT;
    String gemini = "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hello\"}]}]}";
    String command = "{\"model\":\"command-test\"," + PROMPT;
    String google = "/v1beta/models/gemini-test";
    String googleSent = "/v1beta/models/real-model";
    return Stream.of(
        of("chat", "/v1/chat/completions", "/openai", chat + "}", Shape.CHAT.whole()),
        of(
            "chat stream",
            "/v1/chat/completions",
            "/openai",
            chat + ",\"stream\":true}",
            Shape.CHAT),
        of(
            "completion",
            "/v1/completions",
            "/openai",
            Shape.COMPLETION.body(false),
            Shape.COMPLETION.whole()),
        of(
            "completion stream",
            "/v1/completions",
            "/openai",
            Shape.COMPLETION.body(true),
            Shape.COMPLETION),
        new Reply(
            "responses",
            "/v1/responses",
            "/openai/responses",
            "/v1/responses",
            Shape.RESPONSES.body(false),
            FakeProvider.whole(200, Shape.RESPONSES.whole()),
            false),
        new Reply(
            "responses stream",
            "/v1/responses",
            "/openai/responses",
            "/v1/responses",
            Shape.RESPONSES.body(true),
            stream(Shape.RESPONSES.events()),
            false),
        new Reply(
            "embedding",
            "/v1/embeddings",
            "/openai/v1/embeddings",
            "/v1/embeddings",
            Shape.EMBEDDING.body(false),
            FakeProvider.whole(200, Shape.EMBEDDING.whole()),
            true),
        of("messages", "/v1/messages", "/anthropic", claude + "}", CLAUDE),
        new Reply(
            "messages stream",
            "/v1/messages",
            "/anthropic/v1/messages",
            "/v1/messages",
            claude + ",\"stream\":true}",
            stream(CLAUDE_EVENTS),
            false),
        new Reply(
            "gemini",
            google + ":generateContent",
            "/gemini" + google + ":generateContent",
            googleSent + ":generateContent",
            gemini,
            FakeProvider.whole(200, GEMINI),
            false),
        new Reply(
            "gemini stream",
            google + ":streamGenerateContent?alt=sse",
            "/gemini" + google + ":streamGenerateContent?alt=sse",
            googleSent + ":streamGenerateContent?alt=sse",
            gemini,
            stream(List.of(GEMINI_PIECE, GEMINI)),
            false),
        of("cohere", "/v2/chat", "/cohere", command + "}", COMMAND),
        new Reply(
            "cohere stream",
            "/v2/chat",
            "/cohere/v2/chat",
            "/v2/chat",
            command + ",\"stream\":true}",
            stream(COMMAND_EVENTS),
            false));
  }

  private static Reply of(String name, String path, String mount, String body, String whole) {
    return new Reply(name, path, mount + path, path, body, FakeProvider.whole(200, whole), false);
  }

  private static Reply of(String name, String path, String mount, String body, Shape shape) {
    return new Reply(name, path, mount + path, path, body, stream(shape.events()), false);
  }

  private static FakeProvider.Script stream(List<String> events) {
    return FakeProvider.stream(FakeProvider.End.WITHOUT_DONE, events);
  }

  @ParameterizedTest
  @MethodSource("replies")
  void aReplyCostsWhatItCostsOnTheGatewaysOwnRoute(Reply reply) throws IOException {
    SpendRow own = ask(reply.own(), reply);
    SpendRow passed = ask(reply.passed(), reply);
    assertThat(passed.spend()).isEqualTo(own.spend());
    assertThat(passed.spend().nanos()).isPositive();
    assertThat(passed.inputTokens()).isEqualTo(own.inputTokens());
    assertThat(passed.outputTokens()).isEqualTo(own.outputTokens());
    assertThat(passed.cachedTokens()).isEqualTo(own.cachedTokens());
    assertThat(passed.counted()).isFalse();
    assertThat(passed.callType()).isEqualTo("pass_through_endpoint");
    assertThat(passed.spend())
        .isEqualTo(
            Money.ofNanos(
                (passed.inputTokens() - passed.cachedTokens()) * 150
                    + passed.cachedTokens() * 10
                    + passed.outputTokens() * 600));
  }

  private static SpendRow ask(String path, Reply reply) throws IOException {
    PROVIDER.forget();
    PROVIDER.answers(reply.script());
    String key = gateway.key(Terms.open());
    RawClient.Answer answer = gateway.post(path, key, reply.body());
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    FakeProvider.Seen seen = PROVIDER.seen().getFirst();
    assertThat(seen.uri()).isEqualTo(reply.sent());
    assertThat(seen.body()).doesNotContain("-test");
    assertThat(seen.headers().values()).noneMatch(value -> value.contains(key));
    gateway.isAtRest();
    assertThat(gateway.rows(key)).hasSize(1);
    assertThat(gateway.sumOfRows(key)).isEqualTo(gateway.rows(key).getFirst().spend());
    return gateway.rows(key).getFirst();
  }

  @Test
  void googlesListOfPiecesIsChargedAsTheStreamThatItIs() throws IOException {
    PROVIDER.answers(FakeProvider.whole(200, "[" + GEMINI_PIECE + ",\n" + GEMINI + "\n]"));
    String key = gateway.key(Terms.open());
    RawClient.Answer answer =
        gateway.post(
            "/gemini/v1beta/models/gemini-test:streamGenerateContent",
            key,
            "{\"contents\":[{\"parts\":[{\"text\":\"hello\"}]}]}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("[" + GEMINI_PIECE + ",\n" + GEMINI + "\n]");
    gateway.isAtRest();
    assertThat(gateway.rows(key).getFirst().spend())
        .isEqualTo(Money.ofNanos(9 * 150 + 3 * 10 + 7 * 600));
  }

  @Test
  void claudeOnBedrockIsChargedByInvoke() throws IOException {
    PROVIDER.forget();
    PROVIDER.answers(FakeProvider.whole(200, CLAUDE));
    String key = gateway.key(Terms.open());
    RawClient.Answer answer =
        gateway.post(
            "/bedrock/model/anthropic.claude-test/invoke",
            key,
            "{\"anthropic_version\":\"bedrock-2023-05-31\",\"max_tokens\":9," + PROMPT + "}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(401);
    answer =
        gateway.post(
            "/bedrock/model/bedrock-test/invoke",
            key,
            "{\"anthropic_version\":\"bedrock-2023-05-31\",\"max_tokens\":9," + PROMPT + "}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(PROVIDER.seen().getFirst().uri()).isEqualTo("/model/anthropic.claude-test/invoke");
  }

  private static final String CLAUDE =
      """
      {"id":"msg_1","type":"message","role":"assistant","model":"real-model",\
      "content":[{"type":"text","text":"Hello there!"}],"stop_reason":"end_turn","stop_sequence":null,\
      "usage":{"input_tokens":9,"cache_read_input_tokens":3,"output_tokens":7}}""";

  private static final List<String> CLAUDE_EVENTS =
      List.of(
          event(
              "message_start",
              "\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"real-model\","
                  + "\"content\":[],\"usage\":{\"input_tokens\":9,\"cache_read_input_tokens\":3,\"output_tokens\":1}}"),
          event(
              "content_block_start",
              "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}"),
          event(
              "content_block_delta",
              "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hello\"}"),
          event("content_block_stop", "\"index\":0"),
          event(
              "message_delta",
              "\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":7}"),
          "event: message_stop\ndata: {\"type\":\"message_stop\"}");

  private static final String GEMINI_PIECE =
      "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"Hello\"}]},\"index\":0}],"
          + "\"usageMetadata\":{\"promptTokenCount\":12,\"candidatesTokenCount\":1,\"totalTokenCount\":13}}";

  private static final String GEMINI =
      "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\" there!\"}]},\"index\":0,"
          + "\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":12,"
          + "\"cachedContentTokenCount\":3,\"candidatesTokenCount\":7,\"totalTokenCount\":19}}";

  private static final String COMMAND =
      "{\"id\":\"c_1\",\"finish_reason\":\"COMPLETE\",\"message\":{\"role\":\"assistant\","
          + "\"content\":[{\"type\":\"text\",\"text\":\"Hello there!\"}]},"
          + "\"usage\":{\"billed_units\":{\"input_tokens\":12,\"output_tokens\":7},"
          + "\"tokens\":{\"input_tokens\":12,\"output_tokens\":7}}}";

  private static final List<String> COMMAND_EVENTS =
      List.of(
          event("message-start", "\"id\":\"c_1\",\"delta\":{\"message\":{\"role\":\"assistant\"}}"),
          event(
              "content-start",
              "\"index\":0,\"delta\":{\"message\":{\"content\":{\"type\":\"text\",\"text\":\"\"}}}"),
          event(
              "content-delta",
              "\"index\":0,\"delta\":{\"message\":{\"content\":{\"text\":\"Hello\"}}}"),
          event("content-end", "\"index\":0"),
          event(
              "message-end",
              "\"delta\":{\"finish_reason\":\"COMPLETE\",\"usage\":{\"billed_units\":{\"input_tokens\":12,"
                  + "\"output_tokens\":7},\"tokens\":{\"input_tokens\":12,\"output_tokens\":7}}}"));

  private static String event(String type, String members) {
    return "event: " + type + "\ndata: {\"type\":\"" + type + "\"," + members + "}";
  }
}
