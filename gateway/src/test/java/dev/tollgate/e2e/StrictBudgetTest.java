package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.app.TestGateway;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A strict budget with room for a little output: whatever the client speaks and whatever the
 * provider, the provider is told a cap that fits, and nothing else.
 */
class StrictBudgetTest {
  private static final JsonMapper JSON = JsonMapper.shared();

  /** Every dialect's name for it. */
  private static final Set<String> CAPS =
      Set.of(
          "max_tokens",
          "max_completion_tokens",
          "max_output_tokens",
          "maxOutputTokens",
          "maxTokens",
          "num_predict",
          "max_tokens_to_sample");

  private static final List<String> MODELS =
      List.of(
          "openai/gpt-4o",
          "custom_openai/any",
          "openai/responses/gpt-4o",
          "anthropic/claude-sonnet-4-5",
          "gemini/gemini-2.5-flash",
          "bedrock/amazon.nova-lite-v1:0",
          "bedrock/anthropic.claude-3-haiku-20240307-v1:0",
          "cohere_chat/command-r",
          "ollama_chat/qwen3",
          "ollama/qwen3");

  private static final String USER = "[{\"role\":\"user\",\"content\":\"hello\"}]";
  private static final String PARTS = "[{\"role\":\"user\",\"parts\":[{\"text\":\"hello\"}]}]";
  private static final String BLOCKS = "[{\"role\":\"user\",\"content\":[{\"text\":\"hello\"}]}]";

  /** Path and body of each client; M stands for the model, C for its cap with a comma before. */
  private static final Map<String, String> CLIENTS =
      Map.of(
          "/v1/chat/completions",
          "{\"model\":\"M\",\"messages\":" + USER + "C{max_tokens}}",
          "/v1/chat/completions?new",
          "{\"model\":\"M\",\"messages\":" + USER + "C{max_completion_tokens}}",
          "/v1/chat/completions?both",
          "{\"model\":\"M\",\"messages\":" + USER + "C{max_tokens}C{max_completion_tokens}}",
          "/v1/completions",
          "{\"model\":\"M\",\"prompt\":\"hello\"C{max_tokens}}",
          "/v1/responses",
          "{\"model\":\"M\",\"input\":\"hello\"C{max_output_tokens}}",
          "/v1/messages",
          "{\"model\":\"M\",\"messages\":" + USER + "C{max_tokens}}",
          "/v1beta/models/M:generateContent",
          "{\"contents\":" + PARTS + ",\"generationConfig\":{\"topP\":1C{maxOutputTokens}}}",
          "/model/M/converse",
          "{\"messages\":" + BLOCKS + ",\"inferenceConfig\":{\"topP\":1C{maxTokens}}}",
          "/v2/chat",
          "{\"model\":\"M\",\"messages\":" + USER + "C{max_tokens}}");

  @RegisterExtension static final RunningGateway gateway = start();

  private static RunningGateway start() {
    FakeProvider provider =
        new FakeProvider().usually(FakeProvider.whole(503, "{\"error\":{\"message\":\"busy\"}}"));
    StringBuilder config = new StringBuilder("model_list:\n");
    for (String model : MODELS) {
      boolean versioned = model.startsWith("openai/") || model.startsWith("custom_openai/");
      config.append(
          """
            - model_name: %s
              litellm_params:
                model: %s
                api_base: %s
                api_key: sk-provider-e2e-fedcba9876543210
                input_cost_per_token: 0.00000015
                output_cost_per_token: 0.0000006
          """
              .formatted(
                  name(model),
                  model,
                  versioned ? provider.base() : provider.base().replace("/v1", "")));
    }
    config.append("router_settings:\n  num_retries: 0\n  disable_cooldowns: true\n");
    return new RunningGateway(TestGateway.Setup.of(config.toString()), provider);
  }

  private static String name(String model) {
    return model.replace('/', '-').replace(':', '-');
  }

  private static String key(String budget) throws Exception {
    String terms =
        "{\"max_budget\":%s,\"metadata\":{\"budget_enforcement\":\"strict\"}}".formatted(budget);
    return JSON.readTree(gateway.post("/key/generate", RunningGateway.MASTER, terms).body())
        .path("key")
        .asString();
  }

  static Stream<Arguments> everyClientAtEveryProvider() {
    List<Arguments> all = new ArrayList<>();
    for (String client : CLIENTS.keySet()) {
      for (String model : MODELS) {
        // To some providers -1 and 0 mean without end.
        for (String cap : List.of("1000", "-1", "0", "1e3")) {
          all.add(Arguments.of(client, model, cap));
        }
        if (!client.equals("/v1/messages")) { // where the cap is required
          all.add(Arguments.of(client, model, ""));
        }
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource
  void everyClientAtEveryProvider(String client, String model, String cap) throws Exception {
    String key = key("0.0001");
    String path = client.replaceFirst("\\?.*", "").replace("M", name(model));
    String body =
        CLIENTS
            .get(client)
            .replaceAll("C\\{(\\w+)\\}", cap.isEmpty() ? "" : ",\"$1\":" + cap)
            .replace("\"M\"", "\"" + name(model) + "\"");
    RawClient.Answer answer = gateway.post(path, key, body);
    assertThat(gateway.provider().seen()).as(answer.body()).hasSize(1);
    String sent = gateway.provider().seen().getFirst().body();
    List<Long> caps = new ArrayList<>();
    collect(JSON.readTree(sent), caps);
    assertThat(caps)
        .as(sent)
        .isNotEmpty()
        .allSatisfy(told -> assertThat(told).isBetween(100L, 166L));
    assertThat(caps.stream().distinct()).as(sent).hasSize(1);
  }

  private static void collect(JsonNode node, List<Long> caps) {
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      if (CAPS.contains(member.getKey())) {
        caps.add(member.getValue().longValue());
      }
      collect(member.getValue(), caps);
    }
    if (node.isArray()) {
      node.forEach(each -> collect(each, caps));
    }
  }

  @Test
  void theClientIsToldTheCap() throws Exception {
    gateway.provider().answers(FakeProvider.whole(200, FakeProvider.WHOLE));
    RawClient.Answer answer =
        gateway.post(
            "/v1/messages",
            key("0.0001"),
            "{\"model\":\"custom_openai-any\",\"max_tokens\":1000,\"messages\":" + USER + "}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(Long.parseLong(answer.headers().get("x-tollgate-output-cap"))).isBetween(100L, 166L);
  }

  @Test
  void aClientWithoutACapGetsOneEvenWhereThereIsMuchRoom() throws Exception {
    gateway.post(
        "/v1/chat/completions",
        key("100"),
        "{\"model\":\"custom_openai-any\",\"messages\":" + USER + "}");
    List<Long> caps = new ArrayList<>();
    collect(JSON.readTree(gateway.provider().seen().getFirst().body()), caps);
    assertThat(caps).containsExactly(4096L);
  }

  @Test
  void severalChoicesShareWhatIsLeft() throws Exception {
    gateway.post(
        "/v1/chat/completions",
        key("0.0001"),
        "{\"model\":\"openai-gpt-4o\",\"n\":4,\"max_tokens\":1000,\"messages\":" + USER + "}");
    gateway.post(
        "/v1/completions",
        key("0.0001"),
        "{\"model\":\"custom_openai-any\",\"best_of\":4,\"max_tokens\":1000,\"prompt\":\"hello\"}");
    assertThat(gateway.provider().seen())
        .hasSize(2)
        .allSatisfy(
            seen -> {
              List<Long> caps = new ArrayList<>();
              collect(JSON.readTree(seen.body()), caps);
              assertThat(caps).as(seen.body()).isNotEmpty().allMatch(cap -> cap <= 41);
            });
  }

  @Test
  void whereNothingFitsNothingIsSent() throws Exception {
    RawClient.Answer answer =
        gateway.post(
            "/v1/messages",
            key("0.000001"),
            "{\"model\":\"custom_openai-any\",\"max_tokens\":1000,\"messages\":" + USER + "}");
    assertThat(answer.status()).as(answer.body()).isEqualTo(422);
    assertThat(answer.body()).contains("Budget has been exceeded");
    assertThat(gateway.provider().seen()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"max_tokens\":5,\"max_completion_tokens\":-1",
        "\"max_completion_tokens\":\"5\"",
        "\"max_tokens\":2.5",
        "\"max_output_tokens\":5",
        "\"max_output_tokens\":1000000"
      })
  void aCapThatBoundsNothingIsNone(String caps) throws Exception {
    for (String model : List.of("custom_openai-any", "openai-gpt-4o")) {
      gateway.post(
          "/v1/chat/completions",
          key("0.0001"),
          "{\"model\":\"%s\",%s,\"messages\":%s}".formatted(model, caps, USER));
      JsonNode sent = JSON.readTree(gateway.provider().seen().getLast().body());
      String known = sent.has("max_tokens") ? "max_tokens" : "max_completion_tokens";
      assertThat(sent.path(known).asLong()).as(sent.toString()).isBetween(100L, 166L);
      assertThat(sent.has("max_tokens") && sent.has("max_completion_tokens"))
          .as(sent.toString())
          .isFalse();
    }
  }

  /** Of two caps a provider may obey the one in its own words. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/chat/completions | ollama_chat-qwen3 | \"num_predict\":-1",
        "/v1/chat/completions | ollama_chat-qwen3 | \"options\":{\"num_predict\":100000}",
        "/v1/chat/completions | gemini-gemini-2.5-flash |"
            + " \"generation_config\":{\"max_output_tokens\":100000,\"candidate_count\":8}",
        "/v1/chat/completions | gemini-gemini-2.5-flash | \"maxOutputTokens\":100000",
        "/v1/chat/completions | openai-responses-gpt-4o | \"max_output_tokens\":100000",
        "/v1/responses | anthropic-claude-sonnet-4-5 | \"max_tokens\":100000",
        "/v1/responses | custom_openai-any | \"max_completion_tokens\":100000",
        "/v1/chat/completions | bedrock-amazon.nova-lite-v1-0 | \"maxTokens\":100000"
      })
  void noOtherCapBesideTheOneThatIsHeldFor(String path, String model, String other)
      throws Exception {
    boolean responses = path.endsWith("responses");
    gateway.post(
        path,
        key("0.0001"),
        "{\"model\":\"%s\",\"%s\":20,%s,%s}"
            .formatted(
                model,
                responses ? "max_output_tokens" : "max_tokens",
                other,
                responses ? "\"input\":\"hello\"" : "\"messages\":" + USER));
    if (gateway.provider().seen().isEmpty()) {
      return; // refused: not the provider's parameter
    }
    String sent = gateway.provider().seen().getFirst().body();
    List<Long> caps = new ArrayList<>();
    collect(JSON.readTree(sent), caps);
    assertThat(caps).as(sent).containsOnly(20L);
    assertThat(JSON.readTree(sent).findValues("candidateCount"))
        .as(sent)
        .allMatch(count -> count.asInt() == 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"5000\"", "5e3", "5000.0", "\" 5000 \""})
  void choicesCountHoweverTheyAreWritten(String n) throws Exception {
    for (String body :
        List.of(
            "/v1/chat/completions {\"model\":\"M\",\"messages\":%s,\"max_tokens\":2,\"n\":%s}"
                .formatted(USER, n),
            "/v1/completions {\"model\":\"M\",\"prompt\":\"a\",\"max_tokens\":2,\"best_of\":%s}"
                .formatted(n),
            ("/v1beta/models/gemini-gemini-2.5-flash:generateContent {\"contents\":%s,"
                    + "\"generationConfig\":{\"maxOutputTokens\":2,\"candidateCount\":%s}}")
                .formatted(PARTS, n))) {
      String[] parts = body.split(" ", 2);
      RawClient.Answer answer =
          gateway.post(parts[0], key("0.0001"), parts[1].replace("\"M\"", "\"custom_openai-any\""));
      assertThat(answer.status()).as(body + answer.body()).isEqualTo(422);
    }
    assertThat(gateway.provider().seen()).isEmpty();
  }

  @Test
  void eachOfSeveralPromptsHasItsAnswer() throws Exception {
    String body = "{\"model\":\"custom_openai-any\",\"prompt\":[%s],\"max_tokens\":20}";
    String many = "\"a\",".repeat(9) + "\"a\"";
    RawClient.Answer answer = gateway.post("/v1/completions", key("0.0001"), body.formatted(many));
    String sent = gateway.provider().seen().getFirst().body();
    assertThat(JSON.readTree(sent).path("max_tokens").asInt()).as(sent).isLessThan(17);
    gateway.post("/v1/completions", key("0.0001"), body.formatted("5,6,7,8,9"));
    String tokens = gateway.provider().seen().getLast().body();
    assertThat(JSON.readTree(tokens).path("max_tokens").asInt()).as(answer.body()).isEqualTo(20);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"many\"", "2.5", "true", "[1]"})
  void aCountThatIsNoneIsRefused(String n) throws Exception {
    RawClient.Answer answer =
        gateway.post(
            "/v1/chat/completions",
            key("0.0001"),
            "{\"model\":\"custom_openai-any\",\"n\":%s,\"messages\":%s}".formatted(n, USER));
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(JSON.readTree(answer.body()).path("error").path("param").asString()).isEqualTo("n");
    assertThat(gateway.provider().seen()).isEmpty();
  }
}
