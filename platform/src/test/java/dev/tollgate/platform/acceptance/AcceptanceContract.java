package dev.tollgate.platform.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tollgate.platform.FakeUpstream.Answer;
import dev.tollgate.platform.FakeUpstream.Call;
import dev.tollgate.platform.blocks.Condition;
import dev.tollgate.platform.blocks.DecisionRequest;
import dev.tollgate.platform.blocks.ExecutionStats;
import dev.tollgate.platform.blocks.GenerationFailedException;
import dev.tollgate.platform.blocks.GenerationOptions;
import dev.tollgate.platform.blocks.LlmBlock;
import dev.tollgate.platform.blocks.LlmModels;
import dev.tollgate.platform.blocks.LlmRequest;
import dev.tollgate.platform.blocks.Messages;
import dev.tollgate.platform.blocks.OutputFormat;
import dev.tollgate.platform.blocks.PromptText;
import dev.tollgate.platform.blocks.SmartDecisionMaker;
import dev.tollgate.platform.blocks.StructuredResponseGenerator;
import dev.tollgate.platform.blocks.ToolDefinition;
import dev.tollgate.platform.client.Backfill;
import dev.tollgate.platform.client.CallLimits;
import dev.tollgate.platform.client.Clients;
import dev.tollgate.platform.client.Embedding;
import dev.tollgate.platform.client.Embeddings;
import dev.tollgate.platform.client.OpenAiClient;
import dev.tollgate.platform.client.OpenAiException;
import dev.tollgate.platform.client.Progress;
import dev.tollgate.platform.codex.CodexBlock;
import dev.tollgate.platform.codex.CodexCallResult.Ending;
import dev.tollgate.platform.codex.CodexStats;
import dev.tollgate.platform.codex.ReasoningEffort;
import dev.tollgate.platform.settings.Settings;
import dev.tollgate.platform.settings.SettingsException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The platform's acceptance list, for whatever stands between the platform and the upstream:
 * nothing, or a gateway. Both have to bring the same.
 */
abstract class AcceptanceContract {
  private static final OutputFormat CITY = OutputFormat.object(Map.of("city", "its name"));
  private static final ToolDefinition WEATHER =
      ToolDefinition.of(
          Replies.json(
              """
              {"type":"function","function":{"name":"weather","description":"Tells the weather",
               "parameters":{"type":"object","properties":{"city":{"type":"string"},
               "unit":{"type":"string"}},"required":["city"]}}}
              """));

  /** Where the platform sends its calls, without a slash or {@code /v1} at its end. */
  abstract String address();

  /** A key that is accepted there. */
  abstract String key();

  /** What arrives upstream and has to be answered. */
  abstract void upstream(Function<Call, Answer> script);

  /** What arrived upstream since {@link #upstream} was called last. */
  abstract List<Call> arrived();

  /** Checks that the upstream got this body, so far as what stands between leaves it alone. */
  abstract void assertArrived(int index, String body);

  @BeforeEach
  void answersInChat() {
    upstream(_ -> Replies.chat("Hello"));
  }

  private void upstreamInTurn(Answer... answers) {
    Queue<Answer> left = new ConcurrentLinkedQueue<>(List.of(answers));
    upstream(_ -> left.remove());
  }

  private Clients clients(String address, String key) {
    var environ = Map.of("OPENAI_BASE_URL", address, "OPENAI_API_KEY", key);
    return new Clients(Settings.load(environ, null, Map.of(), false));
  }

  private OpenAiClient client() {
    return clients(address(), key()).requireBlockClient();
  }

  /** A client that tries once, where a test is not about retries. */
  private OpenAiClient once(String key) {
    var usual = CallLimits.USUAL;
    return new OpenAiClient(
        key, address(), new CallLimits(usual.connect(), usual.whole(), 0, usual.replyBytesMax()));
  }

  private LlmBlock block() {
    return new LlmBlock(client());
  }

  private static LlmRequest hello(String model) {
    return LlmRequest.of(LlmModels.named(model), List.of(Messages.user("Say hello")));
  }

  private Embeddings embeddings() {
    return new Embeddings(clients(address(), key()));
  }

  // 2. Addresses

  @ParameterizedTest
  @CsvSource({"''", "/", "/v1", "/v1/"})
  void everySpellingOfTheAddressReachesEveryRoute(String end) {
    upstream(
        call ->
            call.path().endsWith("/embeddings")
                ? Replies.embedding(call, true)
                : call.path().endsWith("/responses")
                    ? Replies.response("resp_1", "completed", Replies.outputText("x"), "")
                    : Replies.chat("Hello"));
    var clients = clients(address() + end, key());

    assertThat(new LlmBlock(clients.requireBlockClient()).llmCall(hello("gpt-4o")).response())
        .isEqualTo("Hello");
    assertThat(new CodexBlock(clients.requireBlockClient()).callCodex("x").response())
        .isEqualTo("x");
    assertThat(new Embeddings(clients).generateEmbedding("x").dimensions()).isEqualTo(1536);
    assertThat(arrived()).hasSize(3).extracting(Call::method).containsOnly("POST");
    assertThat(paths(end)).containsExactlyElementsOf(arrived().stream().map(Call::path).toList());
  }

  /** Where the three routes arrive when the address ended so. */
  abstract List<String> paths(String end);

  // 3. Embeddings

  @Test
  void anEmbeddingsRequestIsExactAndBothEncodingsGiveOneVector() {
    upstream(call -> Replies.embedding(call, true));
    var packed = embeddings().generateEmbedding("grün 😀");
    assertArrived(
        0,
        "{\"input\":\"grün 😀\",\"model\":\"text-embedding-3-small\",\"encoding_format\":\"base64\"}");
    upstream(call -> Replies.embedding(call, false));
    assertThat(embeddings().generateEmbedding("grün 😀"))
        .isEqualTo(packed)
        .isEqualTo(Embedding.of(Replies.vector("grün 😀", 1536)));
  }

  @Test
  void twentyEmbeddingsAtOnceAreNotMixedUp() throws Exception {
    var together = new CountDownLatch(20);
    upstream(
        call -> {
          together.countDown();
          try {
            together.await();
          } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
          }
          return Replies.embedding(call, true);
        });
    var embeddings = embeddings();
    var texts = IntStream.range(0, 20).mapToObj(i -> "text " + i).toList();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Embedding>> calls = new ArrayList<>();
      texts.forEach(text -> calls.add(() -> embeddings.generateEmbedding(text)));
      var got = threads.invokeAll(calls);
      for (int i = 0; i < 20; i++) {
        assertThat(got.get(i).get()).isEqualTo(Embedding.of(Replies.vector(texts.get(i), 1536)));
      }
    }
  }

  @Test
  void withoutAKeyAnEmbeddingIsAnErrorAndNoRequest() {
    var settings = Settings.load(Map.of("OPENAI_BASE_URL", address()), null, Map.of(), false);
    assertThatThrownBy(() -> new Embeddings(new Clients(settings)).generateEmbedding("x"))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("OPENAI_INTERNAL_API_KEY");
    assertThat(arrived()).isEmpty();
  }

  @Test
  void aBackfillWithOneBadTextReportsOneFailure() {
    upstream(
        call ->
            Replies.input(call).equals("bad")
                ? Replies.error(400, "invalid_request_error", "no good")
                : Replies.embedding(call, true));
    var items =
        List.of(
            new Backfill.Item("a", "one"),
            new Backfill.Item("b", "bad"),
            new Backfill.Item("c", "three"));
    var backfill = embeddings().backfill(items, 2, Progress.silent());
    assertThat(backfill.succeeded()).isEqualTo(2);
    assertThat(backfill.failed()).isEqualTo(1);
    assertThat(backfill.summary()).contains("1 x BadRequest").contains("no good");
  }

  @Test
  void aLongTextArrivesCutTo8191Tokens() {
    upstream(call -> Replies.embedding(call, true));
    embeddings().generateEmbedding(" a".repeat(9_000));
    assertThat(Replies.input(arrived().getFirst())).isEqualTo(" a".repeat(8_191));
  }

  // 4. LLM

  @Test
  void aPlainCallIsExactWithItsNullResponseFormat() {
    var response = block().llmCall(hello("gpt-4o"));
    assertArrived(
        0,
        "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"Say hello\"}],"
            + "\"response_format\":null,\"max_completion_tokens\":16384}");
    assertThat(response.response()).isEqualTo("Hello");
    assertThat(response.promptTokens()).isEqualTo(10);
    assertThat(response.completionTokens()).isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource({
    "gpt-4o, , 16384",
    "gpt-4o, 100, 100",
    "gpt-4o, 20000, 16384",
    "gpt-3.5-turbo, , 4096",
    "gpt-5.2-2025-12-11, , 128000",
    "llama3.3, , 8178",
    "llama3.3, 9000, 8178",
  })
  void theOutputCapIsTheSmallestOfRoomModelAndWish(String model, Integer wanted, int cap) {
    var request =
        LlmRequest.of(LlmModels.named(model), List.of(Messages.user("one two three four five six")))
            .withMaxTokens(wanted);
    new LlmBlock(client(), text -> text.isEmpty() ? 0 : text.split(" ").length + 5)
        .llmCall(request);
    assertThat(arrivedJson(0).path("max_completion_tokens").intValue()).isEqualTo(cap);
  }

  @Test
  void theParallelFlagIsLeftOutForTheOSeries() {
    block().llmCall(hello("gpt-4o").withTools(List.of(WEATHER), true));
    block().llmCall(hello("o3-mini").withTools(List.of(WEATHER), true));
    assertThat(arrivedJson(0).path("parallel_tool_calls").booleanValue()).isTrue();
    assertThat(arrivedJson(1).has("parallel_tool_calls")).isFalse();
    assertThat(arrivedJson(1).path("tools").size()).isEqualTo(1);
  }

  @Test
  void aConditionAsksForTenTokens() {
    upstream(_ -> Replies.chat("true"));
    var response =
        new Condition(block()).evaluate(LlmModels.named("gpt-4o-mini"), "a@b.de", "is an email");
    assertThat(response.result()).isTrue();
    assertThat(arrivedJson(0).path("max_completion_tokens").intValue()).isEqualTo(10);
  }

  @Test
  void anAnswerWithoutUsageCountsNothingOrWhatTheGatewayCounted() {
    upstream(_ -> Replies.message("{\"role\":\"assistant\",\"content\":\"Hi\"}", false));
    var response = block().llmCall(hello("gpt-4o"));
    assertThat(response.response()).isEqualTo("Hi");
    assertThat(response.promptTokens()).isZero();
    assertThat(response.completionTokens()).isZero();
  }

  @Test
  void everyModelOfTheTableIsCalledByItsGatewayName() {
    for (var model : LlmModels.all()) {
      upstream(_ -> Replies.chat("Hello"));
      block().llmCall(LlmRequest.of(model, List.of(Messages.user("Hi"))).withMaxTokens(5));
      assertThat(arrivedJson(0).path("model").stringValue()).isEqualTo(model.gatewayName());
    }
  }

  // 5. Structured

  private static Answer tagged(Call call, String json) {
    var text = call.body();
    int from = text.indexOf("<json_output id=\\\"") + "<json_output id=\\\"".length();
    return Replies.chat(
        "Well: <json_output id=\""
            + text.substring(from, from + 16)
            + "\">"
            + json
            + "</json_output>");
  }

  private StructuredResponseGenerator generator() {
    return new StructuredResponseGenerator(new LlmBlock(once(key())));
  }

  private static GenerationOptions options() {
    return GenerationOptions.of(LlmModels.named("gpt-4o"));
  }

  private void upstreamTagged(String... jsons) {
    Queue<String> left = new ArrayDeque<>(List.of(jsons));
    upstream(call -> tagged(call, left.remove()));
  }

  @Test
  void aTaggedObjectIsRead() {
    upstreamTagged("{\"city\":\"Rome\"}");
    var answer = generator().generate(options(), PromptText.of("Which?"), CITY);
    assertThat(answer.response()).isEqualTo(Replies.json("{\"city\":\"Rome\"}"));
    assertThat(answer.stats()).isEqualTo(new ExecutionStats(10, 5, 1, 0));
  }

  @Test
  void pureModeSendsJsonObjectAndWrapsLists() {
    upstream(_ -> Replies.chat("{\"reasoning\":\"\",\"results\":[{\"city\":\"Rome\"}]}"));
    var format = new OutputFormat(Map.of("city", "its name"), true, true);
    assertThat(generator().generate(options(), PromptText.of("Which?"), format).response())
        .isEqualTo(Replies.json("[{\"city\":\"Rome\"}]"));
    assertThat(arrivedJson(0).path("response_format"))
        .isEqualTo(Replies.json("{\"type\":\"json_object\"}"));
  }

  @Test
  void aTaggedListIsRead() {
    upstreamTagged("[{\"city\":\"Rome\"},{\"city\":\"Oslo\"}]");
    var format = new OutputFormat(Map.of("city", "its name"), true, false);
    assertThat(generator().generate(options(), PromptText.of("Which?"), format).response().size())
        .isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"{\"city\":", "{\"town\":1}"})
  void aBadAnswerGoesBackOnceAndBothAttemptsCount(String bad) {
    upstreamTagged(bad, "{\"city\":\"Rome\"}");
    var answer = generator().generate(options(), PromptText.of("Which?"), CITY);
    assertThat(answer.stats()).isEqualTo(new ExecutionStats(20, 10, 2, 1));
    assertThat(arrivedJson(1).path("messages").size())
        .isEqualTo(arrivedJson(0).path("messages").size() + 2);
  }

  @Test
  void whenTheAttemptsAreUsedUpItFails() {
    upstreamTagged("no", "no", "no");
    var failure =
        catchThrowableOfType(
            GenerationFailedException.class,
            () -> generator().generate(options(), PromptText.of("Which?"), CITY));
    assertThat(failure.stats()).isEqualTo(new ExecutionStats(30, 15, 0, 0));
    assertThat(arrived()).hasSize(3);
  }

  @Test
  void aPromptThatIsTooLongIsTriedAgainWith85Percent() {
    Queue<Function<Call, Answer>> left = new ArrayDeque<>();
    left.add(
        _ ->
            Replies.error(
                400,
                "invalid_request_error",
                "This model's maximum context length is 128000 tokens."));
    left.add(call -> tagged(call, "{\"city\":\"Rome\"}"));
    upstream(call -> left.remove().apply(call));
    generator().generate(options(), PromptText.of("Which?"), CITY);
    assertThat(arrivedJson(1).path("max_completion_tokens").intValue()).isEqualTo(13_926);
  }

  // 6. Tools

  private static DecisionRequest weather() {
    return new DecisionRequest(PromptText.of("How is it?"), List.of(), List.of(WEATHER), true);
  }

  @Test
  void callsAreRunAndTheirResultsGoBack() {
    upstreamInTurn(
        Replies.calls(
            "call_1", "weather", "{\"city\":\"Rome\"}", "call_2", "weather", "{\"city\":\"Oslo\"}"),
        Replies.chat("Rome is warmer"));
    var answer =
        new SmartDecisionMaker(block())
            .run(options(), weather(), call -> call.arguments().path("city").stringValue(), 5);
    assertThat(answer.finished()).isEqualTo("Rome is warmer");
    var messages = arrivedJson(1).path("messages");
    assertThat(messages.path(1).path("tool_calls").size()).isEqualTo(2);
    assertThat(messages.path(2)).isEqualTo(Messages.tool("call_1", "Rome"));
    assertThat(messages.path(3)).isEqualTo(Messages.tool("call_2", "Oslo"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "weather | {\"city\": | invalid JSON",
        "wether | {\"city\":\"Rome\"} | unknown tool",
        "weather | {\"city\":\"Rome\",\"town\":1} | unknown parameters [town]",
        "weather | {} | missing parameters [city]",
      })
  void aFaultyCallIsToldToTheModelAndNotRun(String name, String arguments, String feedback) {
    upstreamInTurn(Replies.calls("call_1", name, arguments), Replies.chat("Never mind"));
    var decision = new SmartDecisionMaker(block()).decide(options(), weather());
    assertThat(decision.stats()).isEqualTo(new ExecutionStats(20, 10, 2, 1));
    var messages = arrivedJson(1).path("messages");
    assertThat(messages.path(messages.size() - 1).path("content").stringValue()).contains(feedback);
  }

  // 7. Codex

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      value = {
        "s | HIGH | 5 | {\"model\":\"gpt-5.1-codex\",\"input\":\"p\",\"instructions\":\"s\",\"reasoning\":{\"effort\":\"high\"},\"max_output_tokens\":5}",
        "'' | LOW | 5 | {\"model\":\"gpt-5.1-codex\",\"input\":\"p\",\"reasoning\":{\"effort\":\"low\"},\"max_output_tokens\":5}",
        "s | NONE | 5 | {\"model\":\"gpt-5.1-codex\",\"input\":\"p\",\"instructions\":\"s\",\"max_output_tokens\":5}",
        "s | MEDIUM | null | {\"model\":\"gpt-5.1-codex\",\"input\":\"p\",\"instructions\":\"s\",\"reasoning\":{\"effort\":\"medium\"}}",
      })
  void aCodexCallIsExactInItsFourVariants(
      String system, ReasoningEffort effort, Integer cap, String body) {
    upstream(_ -> Replies.response("resp_1", "completed", Replies.outputText("code"), ""));
    var result = new CodexBlock(client()).callCodex("p", system, CodexBlock.MODEL, effort, cap);
    assertArrived(0, body);
    assertThat(result.response()).isEqualTo("code");
    assertThat(result.ending()).isEqualTo(new Ending.Completed());
  }

  @Test
  void codexTellsSummariesDistinctIdsAndTheLastFiguresOnly() {
    var thinking =
        "{\"type\":\"reasoning\",\"id\":\"rs_1\",\"summary\":[{\"type\":\"summary_text\",\"text\":\"First\"}]},";
    upstreamInTurn(
        Replies.response(
            "resp_1",
            "completed",
            thinking + Replies.outputText("a"),
            ",\"reasoning\":{\"effort\":\"low\",\"summary\":\"detailed\"},\"usage\":{\"input_tokens\":7,\"output_tokens\":11,\"total_tokens\":18}"),
        Replies.response(
            "resp_2",
            "incomplete",
            "",
            ",\"incomplete_details\":{\"reason\":\"max_output_tokens\"},\"usage\":{\"input_tokens\":3,\"output_tokens\":4,\"total_tokens\":7}"));
    var block = new CodexBlock(client());
    var first = block.callCodex("p");
    var second = block.callCodex("p");
    assertThat(first.summaries()).containsExactly("First");
    assertThat(first.reasoning()).isEqualTo("detailed");
    assertThat(first.responseId()).isNotEmpty().isNotEqualTo(second.responseId());
    assertThat(second.ending()).isEqualTo(new Ending.Incomplete("max_output_tokens"));
    assertThat(second.response()).isEmpty();
    assertThat(block.stats()).isEqualTo(new CodexStats(3, 4, 2));
  }

  @Test
  void whatIsNoResponseIsAnErrorOfItsOwn() {
    upstream(_ -> Replies.chat("x"));
    assertThatThrownBy(() -> new CodexBlock(once(key())).callCodex("p"))
        .isInstanceOf(OpenAiException.class);
  }

  // 8. Errors

  @ParameterizedTest
  @CsvSource({
    "400, BadRequest, 1",
    "401, AuthenticationError, 1",
    "404, NotFound, 1",
    "429, RateLimit, 3",
    "500, InternalServer, 3",
  })
  void anErrorHasItsClassItsTextAndItsNumberOfRequests(int status, String name, int requests) {
    upstream(_ -> Replies.error(status, "some_error", "the upstream says " + status));
    var error =
        catchThrowableOfType(
            OpenAiException.ApiStatus.class, () -> block().llmCall(hello("gpt-4o")));
    assertThat(error.getClass().getSimpleName()).isEqualTo(name);
    assertThat(error.status()).isEqualTo(status);
    assertThat(error).hasMessageContaining("the upstream says " + status);
    assertThat(arrived()).hasSize(requests);
  }

  @Test
  void aConnectionServesOnAfterAnError() {
    upstreamInTurn(
        Replies.error(400, "invalid_request_error", "no"), Replies.chat("a"), Replies.chat("b"));
    var block = block();
    assertThatThrownBy(() -> block.llmCall(hello("gpt-4o")))
        .isInstanceOf(OpenAiException.BadRequest.class);
    assertThat(block.llmCall(hello("gpt-4o")).response()).isEqualTo("a");
    assertThat(block.llmCall(hello("gpt-4o")).response()).isEqualTo("b");
  }

  @Test
  void aRefusedConnectionIsItsOwnError() {
    var client = new OpenAiClient(key(), "http://127.0.0.1:9");
    assertThatThrownBy(() -> new LlmBlock(client).llmCall(hello("gpt-4o")))
        .isInstanceOf(OpenAiException.ApiConnection.class)
        .hasMessageContaining("connection refused");
  }

  // 9. The copilot's calls

  @Test
  void theCopilotsTurnStreamsWithToolsUsageAndFieldsOfItsOwn() throws Exception {
    var chunk =
        "{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[%s]%s}";
    upstream(
        _ ->
            Replies.events(
                chunk.formatted(
                    "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"Hel\"},\"finish_reason\":null}",
                    ""),
                chunk.formatted(
                    "{\"index\":0,\"delta\":{\"content\":\"lo\"},\"finish_reason\":\"stop\"}", ""),
                chunk.formatted(
                    "",
                    ",\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15}"),
                "[DONE]"));
    var events =
        streamed(
            "{\"model\":\"anthropic/claude-opus-4-1-20250805\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],"
                + "\"stream\":true,\"stream_options\":{\"include_usage\":true},\"tools\":["
                + WEATHER.toJson()
                + "],\"tool_choice\":\"auto\",\"user\":\"u1\",\"session_id\":\"s1\","
                + "\"posthogDistinctId\":\"p1\",\"posthogProperties\":{\"a\":1}}");
    var text = new StringBuilder();
    var usages = new ArrayList<Integer>();
    for (var event : events.subList(0, events.size() - 1)) {
      var json = Replies.json(event);
      json.path("choices").forEach(c -> text.append(c.path("delta").path("content").asString("")));
      if (json.path("usage").isObject()) {
        usages.add(json.path("usage").path("completion_tokens").intValue());
      }
    }
    assertThat(text).hasToString("Hello");
    assertThat(usages).containsExactly(5);
    assertThat(events.getLast()).isEqualTo("[DONE]");
    var sent = arrivedJson(0);
    assertThat(sent.path("tool_choice").stringValue()).isEqualTo("auto");
    assertThat(sent.path("session_id").stringValue()).isEqualTo("s1");
    assertThat(sent.path("posthogProperties")).isEqualTo(Replies.json("{\"a\":1}"));
  }

  private List<String> streamed(String body) throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(URI.create(address() + "/chat/completions"))
              .header("Authorization", "Bearer " + key())
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build();
      var answer = http.send(request, HttpResponse.BodyHandlers.ofLines());
      assertThat(answer.statusCode()).isEqualTo(200);
      return answer
          .body()
          .filter(line -> line.startsWith("data: "))
          .map(l -> l.substring(6))
          .toList();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"model\":\"openai/gpt-4o-mini\",\"messages\":[{\"role\":\"user\",\"content\":\"t\"}],\"max_tokens\":20}'",
    "'{\"model\":\"openai/gpt-4o-mini\",\"messages\":[{\"role\":\"user\",\"content\":\"s\"}],\"max_tokens\":1500,\"temperature\":0.3}'",
  })
  void theCopilotsTitleAndSummaryCallsArriveAsSent(String body) {
    var sent = (tools.jackson.databind.node.ObjectNode) Replies.json(body);
    var reply = client().post("/chat/completions", sent);
    assertThat(reply.path("choices").path(0).path("message").path("content").stringValue())
        .isEqualTo("Hello");
    assertArrived(0, body);
  }

  JsonNode arrivedJson(int index) {
    return JsonMapper.shared().readTree(arrived().get(index).body());
  }
}
