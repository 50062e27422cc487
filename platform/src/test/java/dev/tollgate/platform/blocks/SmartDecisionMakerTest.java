package dev.tollgate.platform.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tollgate.platform.client.BadInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class SmartDecisionMakerTest {
  private static final GenerationOptions OPTIONS = GenerationOptions.of(LlmModels.named("gpt-4o"));
  private static final ToolDefinition WEATHER =
      tool("weather", "{\"city\":{\"type\":\"string\"},\"unit\":{\"type\":\"string\"}}", "city");
  private static final ToolDefinition CLOCK = tool("clock", "{}", "");
  private static final DecisionRequest REQUEST =
      DecisionRequest.of(
          new PromptText("Is it warm?", "Be exact", Map.of()), List.of(WEATHER, CLOCK));

  private final FakeTransport transport = new FakeTransport();

  private static ToolDefinition tool(String name, String properties, String required) {
    String list = required.isEmpty() ? "[]" : "[\"" + required + "\"]";
    return new ToolDefinition(
        name,
        "A tool",
        FakeTransport.object(
            "{\"type\":\"object\",\"properties\":" + properties + ",\"required\":" + list + "}"));
  }

  private static ObjectNode wants(String... idNameArguments) {
    ObjectNode message = FakeTransport.object("{\"role\":\"assistant\",\"content\":null}");
    for (int i = 0; i < idNameArguments.length; i += 3) {
      ObjectNode call = FakeTransport.object("{\"type\":\"function\"}");
      call.put("id", idNameArguments[i]);
      call.putObject("function")
          .put("name", idNameArguments[i + 1])
          .put("arguments", idNameArguments[i + 2]);
      message.withArray("tool_calls").add(call);
    }
    return message;
  }

  private SmartDecisionMaker maker() {
    return new SmartDecisionMaker(transport.block());
  }

  @Test
  void aTaskIsSentWithToolsAndTheParallelFlag() {
    transport.says("Yes");

    Decision decision = maker().decide(OPTIONS, REQUEST);

    assertThat(decision).isInstanceOf(Decision.Finished.class);
    assertThat(transport.body(0))
        .isEqualTo(
            FakeTransport.json(
                """
                {"model":"gpt-4o","messages":[
                  {"role":"system","content":"[Main Objective Prompt]: Be exact"},
                  {"role":"user","content":"[Main Objective Prompt]: Is it warm?"}],
                 "response_format":null,"max_completion_tokens":16384,
                 "tools":[{"type":"function","function":{"name":"weather","description":"A tool",
                   "parameters":{"type":"object","properties":{"city":{"type":"string"},
                   "unit":{"type":"string"}},"required":["city"]}}},
                  {"type":"function","function":{"name":"clock","description":"A tool",
                   "parameters":{"type":"object","properties":{},"required":[]}}}],
                 "parallel_tool_calls":false}
                """));
  }

  @Test
  void oneCallIsReadWithItsArguments() {
    ObjectNode message = wants("c1", "weather", "{\"city\":\"Rome\"}");
    transport.answers(message);

    Decision.ToolsWanted wanted = (Decision.ToolsWanted) maker().decide(OPTIONS, REQUEST);

    assertThat(wanted.calls())
        .containsExactly(
            new CheckedCall(
                new ToolCall("c1", "function", "weather", "{\"city\":\"Rome\"}"),
                FakeTransport.object("{\"city\":\"Rome\"}")));
    assertThat(wanted.conversation().getLast()).isEqualTo(message);
    assertThat(wanted.stats()).isEqualTo(new ExecutionStats(10, 5, 1, 0));
  }

  @Test
  void twoCallsKeepTheirOrder() {
    transport.answers(wants("c1", "clock", "{}", "c2", "weather", "{\"city\":\"Rome\"}"));
    DecisionRequest parallel =
        new DecisionRequest(REQUEST.text(), List.of(), REQUEST.tools(), true);

    Decision.ToolsWanted wanted = (Decision.ToolsWanted) maker().decide(OPTIONS, parallel);

    assertThat(wanted.calls()).extracting(c -> c.call().name()).containsExactly("clock", "weather");
    assertThat(transport.body(0).path("parallel_tool_calls").booleanValue()).isTrue();
  }

  @Test
  void aResultGoesBackAfterTheRawMessage() {
    ObjectNode message = wants("c1", "weather", "{\"city\":\"Rome\"}");
    transport.answers(message).says("Yes, 25 degrees");
    Decision first = maker().decide(OPTIONS, REQUEST);

    List<ObjectNode> history = ToolResults.append(first.conversation(), Map.of("c1", "25"));
    Decision second =
        maker()
            .decide(OPTIONS, new DecisionRequest(REQUEST.text(), history, REQUEST.tools(), false));

    assertThat(((Decision.Finished) second).response()).isEqualTo("Yes, 25 degrees");
    assertThat(transport.messages(1).size()).isEqualTo(4);
    assertThat(transport.messages(1).path(2)).isEqualTo(message);
    assertThat(transport.messages(1).path(3))
        .isEqualTo(
            FakeTransport.json("{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"25\"}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "weather | {\"city\": | weather: the arguments are invalid JSON, the text is no JSON",
        "weather | [1] | the arguments are invalid JSON, an array where an object belongs",
        "wether | {\"city\":\"Rome\"} | wether: unknown tool",
        "weather | {\"town\":\"Rome\",\"city\":\"Rome\"} | unknown parameters [town]. It takes [city, unit] and cannot do without [city].",
        "weather | {\"unit\":\"C\"} | weather: missing parameters [city].",
      })
  void aFaultyCallGoesBackWithFeedbackAndIsNotRun(String name, String arguments, String feedback) {
    transport
        .answers(wants("c1", name, arguments))
        .answers(wants("c2", "weather", "{\"city\":\"Rome\"}"));

    Decision decision = maker().decide(OPTIONS, REQUEST);

    assertThat(((Decision.ToolsWanted) decision).calls())
        .extracting(c -> c.call().id())
        .containsExactly("c2");
    assertThat(decision.stats()).isEqualTo(new ExecutionStats(20, 10, 2, 1));
    assertThat(transport.messages(1).size()).isEqualTo(3);
    assertThat(transport.lastText(1)).contains(feedback);
    assertThat(decision.conversation()).hasSize(3);
  }

  @Test
  void faultsOfAllCallsAreToldTogetherAndNoneIsTakenAlone() {
    transport
        .answers(wants("c1", "clock", "{}", "c2", "weather", "{}", "c3", "watch", "{}"))
        .says("Never mind");

    assertThat(maker().decide(OPTIONS, REQUEST)).isInstanceOf(Decision.Finished.class);
    assertThat(transport.lastText(1))
        .contains("missing parameters", "watch: unknown tool")
        .doesNotContain("clock");
  }

  @Test
  void whenEveryAttemptIsFaultyTheLastFaultIsTold() {
    for (int i = 0; i < 3; i++) {
      transport.answers(wants("c1", "watch", "{}"));
    }

    GenerationFailedException failure =
        catchThrowableOfType(
            GenerationFailedException.class, () -> maker().decide(OPTIONS, REQUEST));

    assertThat(failure).hasMessage("watch: unknown tool, there is none of that name.");
    assertThat(failure.stats()).isEqualTo(new ExecutionStats(30, 15, 0, 0));
  }

  @Test
  void theAgentRunsToolsUntilTheModelIsDone() {
    transport
        .answers(wants("c1", "weather", "{\"city\":\"Rome\"}", "c2", "clock", "{}"))
        .says("It is warm");
    List<String> run = new ArrayList<>();
    ToolRunner runner =
        call -> {
          run.add(call.call().name() + call.arguments());
          if (call.call().name().equals("clock")) {
            throw new IllegalStateException("no battery");
          }
          return "25";
        };

    AgentResponse response = maker().run(OPTIONS, REQUEST, runner, 5);

    assertThat(response.finished()).isEqualTo("It is warm");
    assertThat(response.limitReached()).isFalse();
    assertThat(response.stats()).isEqualTo(new ExecutionStats(20, 10, 2, 0));
    assertThat(run).containsExactly("weather{\"city\":\"Rome\"}", "clock{}");
    assertThat(transport.messages(1).path(3)).isEqualTo(Messages.tool("c1", "25"));
    assertThat(transport.messages(1).path(4))
        .isEqualTo(Messages.tool("c2", "The tool broke: no battery"));
    assertThat(response.conversation()).hasSize(6);
  }

  @Test
  void theLoopEndsAtItsLimitAndTellsTheModelBefore() {
    transport.answers(wants("c1", "clock", "{}")).answers(wants("c2", "clock", "{}"));

    AgentResponse response = maker().run(OPTIONS, REQUEST, _ -> "noon", 2);

    assertThat(response.limitReached()).isTrue();
    assertThat(response.finished())
        .isEqualTo("Stopped after 2 turns, with tool calls still wanted");
    assertThat(transport.lastText(0)).doesNotContain("turn");
    assertThat(transport.lastText(1))
        .startsWith("[Main Objective Prompt]: ")
        .contains("turn 2 of 2");
    assertThat(response.conversation()).hasSize(6);
    assertThat(ToolResults.pending(response.conversation())).isEmpty();
  }

  @Test
  void aFailureInTheLoopTellsTheIterationAndWhatWasUsed() {
    RuntimeException failure = new IllegalStateException("Error code: 500 - no");
    transport.answers(wants("c1", "clock", "{}")).fails(failure);

    GenerationFailedException thrown =
        catchThrowableOfType(
            GenerationFailedException.class, () -> maker().run(OPTIONS, REQUEST, _ -> "noon", 5));

    assertThat(thrown)
        .hasMessage("the call of turn 2 failed: Error code: 500 - no")
        .hasCause(failure);
    assertThat(thrown.stats()).isEqualTo(new ExecutionStats(10, 5, 1, 0));
  }

  @Test
  void resultsTakeTheFormOfTheirCalls() {
    ObjectNode anthropic =
        FakeTransport.object(
            "{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"toolu_1\","
                + "\"name\":\"clock\",\"input\":{}}]}");

    List<ObjectNode> native1 = ToolResults.append(List.of(anthropic), Map.of("toolu_1", "noon"));
    List<ObjectNode> openAi =
        ToolResults.append(List.of(wants("toolu_1", "clock", "{}")), Map.of("toolu_1", "noon"));

    assertThat(native1.getLast())
        .isEqualTo(
            FakeTransport.json(
                "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\","
                    + "\"tool_use_id\":\"toolu_1\",\"content\":\"noon\"}]}"));
    assertThat(openAi.getLast()).isEqualTo(Messages.tool("toolu_1", "noon"));
    assertThat(ToolResults.pending(native1)).isEmpty();
    assertThat(ToolResults.pending(openAi)).isEmpty();
  }

  @Test
  void badInputIsNamed() {
    PromptText text = REQUEST.text();
    assertThatThrownBy(() -> DecisionRequest.of(text, List.of(CLOCK, CLOCK)))
        .isInstanceOf(BadInputException.class)
        .hasMessage("tools: found two tools named clock, expected distinct names");
    assertThatThrownBy(
            () ->
                new DecisionRequest(
                    text, List.of(wants("c1", "clock", "{}")), List.of(CLOCK), false))
        .hasMessage(
            "history: found tool calls without a result: [c1], expected a tool message for each of"
                + " them");
    assertThatThrownBy(() -> ToolResults.append(List.of(), Map.of("c9", "x")))
        .hasMessage("results: found the id c9, expected an open call, one of []");
    assertThatThrownBy(() -> maker().run(OPTIONS, REQUEST, _ -> "", 0))
        .hasMessage("maxIterations: found 0, expected 1 to 100");
    assertThat(transport.calls()).isZero();
  }
}
