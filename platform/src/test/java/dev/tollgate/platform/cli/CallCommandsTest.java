package dev.tollgate.platform.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.platform.FakeUpstream;
import dev.tollgate.platform.FakeUpstream.Answer;
import dev.tollgate.platform.FakeUpstream.Call;
import dev.tollgate.platform.cli.CommandRun.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CallCommandsTest {
  private static final String VECTOR =
      "{\"data\":[{\"index\":0,\"embedding\":[0.5,-1.25,3]}],\"usage\":{\"prompt_tokens\":1}}";

  @TempDir private Path folder;
  private Function<Call, Answer> script = _ -> chat("Hello");
  private FakeUpstream upstream;

  @BeforeEach
  void start() {
    upstream = FakeUpstream.answering(call -> script.apply(call));
  }

  @AfterEach
  void stop() {
    upstream.close();
  }

  private Place place() {
    return Place.calling(folder, upstream.address());
  }

  private static Answer chat(String content) {
    return Answer.of(
        200,
        "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":%s}}],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":2}}"
            .formatted(JsonMapper.shared().writeValueAsString(content)));
  }

  private JsonNode sent(int index) {
    return JsonMapper.shared().readTree(upstream.calls().get(index).body());
  }

  @Test
  void embedPrintsALineForEachTextAndAnEmptyOneForAFailure() {
    script =
        call -> call.body().contains("\"bad\"") ? Answer.of(400, "{}") : Answer.of(200, VECTOR);
    var run = place().run("embed", "one", "bad", "three");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).isEqualTo("[0.5,-1.25,3.0]\n\n[0.5,-1.25,3.0]\n");
    assertThat(run.err()).contains("2 embedded, 1 failed", "1 x BadRequest", "3 dimensions");
  }

  @Test
  void embedReadsTextsFromItsInput() {
    script = _ -> Answer.of(200, VECTOR);
    var run = place().reading("one\n\ntwo ü\n").run("embed", "-", "--json");
    assertThat(run.status()).isZero();
    assertThat(run.json().path("embedded").intValue()).isEqualTo(2);
    assertThat(run.json().path("results").path(1).path("embedding").path(1).doubleValue())
        .isEqualTo(-1.25);
    assertThat(upstream.calls()).extracting(Call::path).containsOnly("/embeddings");
  }

  @Test
  void llmPrintsTheAnswerAndSendsTheBlocksRequest() {
    var run = place().reading("Say hello").run("llm", "-", "--model", "gpt-4o");
    assertThat(run.toString()).isEqualTo("status 0\nHello\n");
    assertThat(upstream.calls().getFirst().body())
        .isEqualTo(
            "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"Say hello\"}],"
                + "\"response_format\":null,\"max_completion_tokens\":16384}");
  }

  @Test
  void llmTakesAnyModelOfTheGateways() {
    place().run("llm", "x", "--model", "team/fast", "--max-tokens", "9", "--json-output");
    assertThat(sent(0).path("model").stringValue()).isEqualTo("team/fast");
    assertThat(sent(0).path("max_completion_tokens").intValue()).isEqualTo(9);
    assertThat(sent(0).path("response_format").path("type").stringValue()).isEqualTo("json_object");
  }

  @Test
  void llmPrintsTheCallsThatAModelWants() throws IOException {
    Files.writeString(
        folder.resolve("tools.json"),
        "[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"object\"}}}]");
    script =
        _ ->
            Answer.of(
                200,
                "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":null,\"tool_calls\":["
                    + "{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}}]}");
    var run = place().run("llm", "x", "--tools", "tools.json");
    assertThat(run.out()).isEqualTo("{\"id\":\"c1\",\"name\":\"f\",\"arguments\":\"{}\"}\n");
    assertThat(sent(0).path("tools").size()).isEqualTo(1);
    assertThat(sent(0).has("parallel_tool_calls")).isFalse();
  }

  @Test
  void aToolsFileThatIsNoneNamesItsLine() throws IOException {
    Files.writeString(folder.resolve("tools.json"), "[\n{\"type\":}]");
    var run = place().run("llm", "x", "--tools", "tools.json");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("tools.json line 2: found no JSON");
    Files.writeString(folder.resolve("tools.json"), "[{\"name\":\"a b\",\"parameters\":{}}]");
    assertThat(place().run("llm", "x", "--tools", "tools.json").err()).contains("tool name: found");
    assertThat(upstream.calls()).isEmpty();
  }

  @Test
  void llmInsistsOnTheKeysThatAreExpected() {
    script = call -> chat(call.body().contains("without the keys") ? "{\"city\":\"Rome\"}" : "{}");
    var run = place().run("llm", "x", "--expect", "city=its name", "--json-output", "--json");
    assertThat(run.status()).isZero();
    assertThat(run.json().path("response").path("city").stringValue()).isEqualTo("Rome");
    assertThat(run.json().path("calls").intValue()).isEqualTo(2);
    assertThat(run.json().path("prompt_tokens").intValue()).isEqualTo(14);

    script = _ -> chat("{}");
    var failed = place().run("llm", "x", "--expect", "city=its name", "--json-output");
    assertThat(failed.status()).isEqualTo(1);
    assertThat(failed.err()).contains("without the keys [city]");
  }

  @Test
  void codexPrintsTheCode() {
    script =
        _ ->
            Answer.of(
                200,
                "{\"id\":\"r1\",\"status\":\"completed\",\"output\":[{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"x = 1\"}]}]}");
    var run = place().run("codex", "p", "--effort", "none", "--system-prompt", "");
    assertThat(run.toString()).isEqualTo("status 0\nx = 1\n");
    assertThat(upstream.calls().getFirst().body())
        .isEqualTo("{\"model\":\"gpt-5.1-codex\",\"input\":\"p\",\"max_output_tokens\":2048}");
  }

  @Test
  void codexFailsWhenTheAnswerWasCutOff() {
    script =
        _ ->
            Answer.of(
                200,
                "{\"id\":\"r1\",\"status\":\"incomplete\",\"incomplete_details\":{\"reason\":\"max_output_tokens\"},\"output\":[]}");
    var run = place().run("codex", "p", "--json", "--max-output-tokens", "none");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.json().path("status").stringValue()).isEqualTo("incomplete");
    assertThat(run.err()).contains("--max-output-tokens", "--effort");
    assertThat(sent(0).has("max_output_tokens")).isFalse();
  }

  @Test
  void embeddingsKeepTheirOwnAddressAndKey() {
    script = _ -> Answer.of(200, VECTOR);
    var run =
        Place.in(folder)
            .with("OPENAI_BASE_URL", "http://127.0.0.1:9")
            .with("OPENAI_API_KEY", "other")
            .with("OPENAI_INTERNAL_BASE_URL", upstream.address() + "/v1/")
            .with("OPENAI_INTERNAL_API_KEY", CommandRun.KEY)
            .run("embed", "x");
    assertThat(run.status()).isZero();
    assertThat(upstream.calls().getFirst().path()).isEqualTo("/v1/embeddings");
    assertThat(upstream.calls().getFirst().header("Authorization")).endsWith(CommandRun.KEY);
  }
}
