package dev.tollgate.platform.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.platform.client.BadInputException;
import dev.tollgate.platform.client.OpenAiException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class LlmBlockTest {
  private static final List<ObjectNode> HELLO = List.of(Messages.user("Say hello"));
  private static final ToolDefinition WEATHER =
      ToolDefinition.of(
          FakeTransport.json(
              """
              {"type":"function","function":{"name":"weather","description":"Tells the weather",
               "parameters":{"type":"object","properties":{"city":{"type":"string"}},
                             "required":["city"]}}}
              """));

  private final FakeTransport transport = new FakeTransport();

  private LlmResponse call(LlmRequest request) {
    return transport.block().llmCall(request);
  }

  private static LlmRequest hello(String model) {
    return LlmRequest.of(LlmModels.named(model), HELLO);
  }

  @Test
  void aPlainCallSendsNullResponseFormatAndNothingElse() {
    transport.says("Hello");

    LlmResponse response = call(hello("gpt-4o"));

    assertThat(transport.paths()).containsExactly("/chat/completions");
    assertThat(transport.body(0))
        .isEqualTo(
            FakeTransport.json(
                """
                {"model":"gpt-4o","messages":[{"role":"user","content":"Say hello"}],
                 "response_format":null,"max_completion_tokens":16384}
                """));
    assertThat(transport.body(0).toString()).contains("\"response_format\":null");
    assertThat(response.response()).isEqualTo("Hello");
    assertThat(response.promptTokens()).isEqualTo(10);
    assertThat(response.completionTokens()).isEqualTo(5);
    assertThat(response.toolCalls()).isEmpty();
    assertThat(response.prompt()).isEqualTo(HELLO);
    assertThat(response.reasoning()).isNull();
  }

  @Test
  void jsonModeToolsAndTheParallelFlagAreSentAsAsked() {
    transport.says("{}");

    call(
        hello("gpt-3.5-turbo")
            .withForceJsonOutput(true)
            .withMaxTokens(100)
            .withTools(List.of(WEATHER), false));

    assertThat(transport.body(0))
        .isEqualTo(
            FakeTransport.json(
                """
                {"model":"gpt-3.5-turbo","messages":[{"role":"user","content":"Say hello"}],
                 "response_format":{"type":"json_object"},"max_completion_tokens":100,
                 "tools":[{"type":"function","function":{"name":"weather",
                   "description":"Tells the weather","parameters":{"type":"object",
                   "properties":{"city":{"type":"string"}},"required":["city"]}}}],
                 "parallel_tool_calls":false}
                """));
  }

  @ParameterizedTest
  @ValueSource(strings = {"o1", "o1-mini", "o3-mini", "o3-2025-04-16", "openai/gpt-oss-20b"})
  void aNameThatStartsWithOLeavesTheParallelFlagOut(String model) {
    transport.says("Hello");

    call(hello(model).withTools(List.of(WEATHER), true));

    assertThat(transport.body(0).has("parallel_tool_calls")).isFalse();
    assertThat(transport.body(0).path("tools").size()).isEqualTo(1);
  }

  @Test
  void theParallelFlagIsSentWhenSetAndOnlyThen() {
    transport.says("1").says("2");

    call(hello("gpt-4o").withTools(List.of(WEATHER), true));
    call(hello("gpt-4o").withTools(List.of(WEATHER), null));

    assertThat(transport.body(0).path("parallel_tool_calls").booleanValue()).isTrue();
    assertThat(transport.body(1).has("parallel_tool_calls")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "claude-3-haiku-20240307, anthropic/claude-3-haiku-20240307, 4096",
    "llama3, ollama/llama3, 8187",
    "google/gemini-3-pro-preview, openrouter/google/gemini-3-pro-preview, 65535",
    "v0-1.5-lg, v0/v0-1.5-lg, 64000",
    "meta-llama/Llama-3.2-3B-Instruct-Turbo, aiml/meta-llama/Llama-3.2-3B-Instruct-Turbo, 32768",
  })
  void everyProviderIsCalledThroughTheGatewayInOneForm(String model, String sent, int cap) {
    transport.says("Hello");

    call(hello(model));

    ObjectNode expected = FakeTransport.object("{\"response_format\":null}");
    expected.put("model", sent).put("max_completion_tokens", cap);
    expected.putArray("messages").addAll(HELLO);
    assertThat(transport.body(0)).isEqualTo(expected);
  }

  @Test
  void aProviderWithAnAddressOfItsOwnIsSentItsOwnFields() {
    FakeTransport own = new FakeTransport().says("Hello").says("Hello");
    LlmBlock block =
        new LlmBlock(
            transport,
            Map.of(LlmProvider.OPEN_ROUTER, own, LlmProvider.V0, own, LlmProvider.GROQ, own),
            FakeTransport::words);

    block.llmCall(hello("x-ai/grok-4").withTools(List.of(WEATHER), false));
    block.llmCall(hello("v0-1.0-md"));

    assertThat(transport.calls()).isZero();
    assertThat(own.body(0).propertyNames())
        .containsExactlyInAnyOrder(
            "model", "messages", "max_tokens", "tools", "parallel_tool_calls");
    assertThat(own.body(0).path("model").stringValue()).isEqualTo("x-ai/grok-4");
    assertThat(own.body(1).propertyNames())
        .containsExactlyInAnyOrder("model", "messages", "response_format", "max_tokens");
    assertThatThrownBy(
            () -> block.llmCall(hello("llama-3.1-8b-instant").withTools(List.of(WEATHER), null)))
        .isInstanceOf(BadInputException.class)
        .hasMessage("tools: found 1 tools for groq, expected none at its own address");
    assertThat(own.calls()).isEqualTo(2);
  }

  @ParameterizedTest(name = "window {0}, longest {1}, input {2}, wanted {3}: {4}")
  @CsvSource({
    "128000, 16384, 1000, , 16384",
    "128000, 16384, 1000, 500, 500",
    "128000, 16384, 1000, 20000, 16384",
    "128000, 16384, 127000, , 1000",
    "128000, 16384, 127000, 10, 10",
    "128000, 16384, 128000, , 1",
    "128000, 16384, 500000, 100, 1",
    "8192, , 192, , 8000",
    "128000, , 1000, , 32768",
    "128000, , 1000, 40000, 32768",
    "128000, 16384, 0, 1, 1",
  })
  void theOutputCapIsTheSmallestOfRoomLongestAnswerAndWish(
      int window, Integer longest, int input, Integer wanted, int expected) {
    LlmModel model = new LlmModel("m", LlmProvider.OPENAI, window, longest, "m");

    assertThat(LlmBlock.outputCap(model, input, wanted)).isEqualTo(expected);
  }

  @Test
  void theEstimateOfTheInputCountsMessagesNamesAndToolCalls() {
    PromptTokens tokens = new PromptTokens(FakeTransport::words);

    assertThat(tokens.of(HELLO)).isEqualTo(5);
    assertThat(
            tokens.of(
                FakeTransport.object("{\"role\":\"user\",\"name\":\"bo\",\"content\":\"a\"}")))
        .isEqualTo(5);
    assertThat(
            tokens.of(
                FakeTransport.object(
                    """
                    {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function",
                     "function":{"name":"f","arguments":"{ \\"a\\": 1 }"}}]}
                    """)))
        .isEqualTo(3 + 1 + 1 + 1 + 4);
    assertThat(
            tokens.of(
                FakeTransport.object(
                    "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a b c\"}]}")))
        .isEqualTo(6);
  }

  @Test
  void missingUsageCountsAsNothing() {
    transport.replies("{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"x\"}}]}");

    LlmResponse response = call(hello("gpt-4o"));

    assertThat(response.promptTokens()).isZero();
    assertThat(response.completionTokens()).isZero();
  }

  @Test
  void toolCallsAndTheRawMessageAreReadWithoutText() {
    transport.answers(
        FakeTransport.object(
            """
            {"role":"assistant","content":null,"refusal":null,"tool_calls":[
              {"id":"c1","type":"function","function":{"name":"a","arguments":"{}"}},
              {"id":"c2","type":"function","function":{"name":"b","arguments":"{\\"x\\":1}"}}]}
            """));

    LlmResponse response = call(hello("gpt-4o"));

    assertThat(response.response()).isEmpty();
    assertThat(response.toolCalls())
        .containsExactly(
            new ToolCall("c1", "function", "a", "{}"),
            new ToolCall("c2", "function", "b", "{\"x\":1}"));
    assertThat(response.rawResponse().get("refusal").isNull()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"choices\":[{\"reasoning\":\"why\",\"message\":{\"reasoning\":\"no\"}}],\"reasoning\":\"no\"}",
        "{\"choices\":[{\"message\":{\"reasoning\":\"no\"}}],\"reasoning\":\"why\"}",
        "{\"choices\":[{\"message\":{\"reasoning\":\"why\"}}],\"reasoning\":null}",
      })
  void reasoningIsTakenFromTheChoiceThenTheAnswerThenTheMessage(String reply) {
    transport.replies(reply);

    assertThat(call(hello("gpt-4o")).reasoning()).isEqualTo("why");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"choices\":[]} | the answer's choices: found an empty array, expected at least one choice",
        "{} | the answer's choices: found nothing, expected at least one choice",
        "{\"choices\":[{}]} | the answer's choices[0].message: found nothing, expected an object",
      })
  void anAnswerWithoutMessageIsNamed(String reply, String message) {
    transport.replies(reply);

    assertThatThrownBy(() -> call(hello("gpt-4o")))
        .isInstanceOf(OpenAiException.UnreadableReply.class)
        .hasMessage(message);
  }

  @Test
  void theTransportsFailurePassesAsItIs() {
    RuntimeException failure = new IllegalStateException("Error code: 401 - no");
    transport.fails(failure);

    assertThatThrownBy(() -> call(hello("gpt-4o"))).isSameAs(failure);
  }

  @Test
  void badInputIsNamedAndNothingIsSent() {
    LlmModel model = LlmModels.named("gpt-4o");

    assertThatThrownBy(() -> LlmRequest.of(model, List.of()))
        .isInstanceOf(BadInputException.class)
        .hasMessage("prompt: found no message, expected at least one message");
    assertThatThrownBy(() -> hello("gpt-4o").withMaxTokens(0))
        .hasMessage("maxTokens: found 0, expected at least 1 token, or null for the model's own");
    assertThatThrownBy(() -> LlmRequest.of(model, List.of(FakeTransport.object("{}"))))
        .hasMessage("prompt: found a message without role, expected a text in role");
    assertThatThrownBy(
            () -> ToolDefinition.of(FakeTransport.json("{\"name\":\"a b\",\"parameters\":{}}")))
        .hasMessageStartingWith("tool name: found \"a b\"");
    assertThatThrownBy(
            () -> ToolDefinition.of(FakeTransport.json("{\"name\":\"f\",\"parameters\":[]}")))
        .hasMessage("parameters of tool f: found an array, expected a JSON schema of type object");
  }
}
