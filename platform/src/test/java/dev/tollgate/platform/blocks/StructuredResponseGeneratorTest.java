package dev.tollgate.platform.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tollgate.platform.client.BadInputException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class StructuredResponseGeneratorTest {
  private static final String ID = "0123456789abcdef";
  private static final String TAG = "<json_output id=\"" + ID + "\">";
  private static final GenerationOptions OPTIONS = GenerationOptions.of(LlmModels.named("gpt-4o"));
  private static final OutputFormat CITY = OutputFormat.object(Map.of("city", "its name"));
  private static final OutputFormat PURE =
      new OutputFormat(Map.of("city", "its name"), false, true);
  private static final OutputFormat LIST =
      new OutputFormat(Map.of("city", "its name"), true, false);
  private static final OutputFormat PURE_LIST =
      new OutputFormat(Map.of("city", "its name"), true, true);
  private static final PromptText ASK = PromptText.of("Which city?");

  private final FakeTransport transport = new FakeTransport();

  private StructuredResponse generate(
      GenerationOptions options, PromptText text, OutputFormat format) {
    return new StructuredResponseGenerator(transport.block(), () -> ID)
        .generate(options, text, format);
  }

  private static String tagged(String json) {
    return TAG + json + "</json_output>";
  }

  @Test
  void tagModeFindsTheBlockAmongOtherText() {
    transport.says("I think so.\n" + tagged("\n{\"city\":\"Rome\"}\n") + "\nSure.");

    StructuredResponse response =
        generate(OPTIONS, new PromptText("Which city?", "Be brief", Map.of()), CITY);

    assertThat(response.response()).isEqualTo(FakeTransport.json("{\"city\":\"Rome\"}"));
    assertThat(response.stats()).isEqualTo(new ExecutionStats(10, 5, 1, 0));
    assertThat(transport.body(0).path("response_format").isNull()).isTrue();
    assertThat(transport.messages(0).size()).isEqualTo(3);
    assertThat(transport.messages(0).path(0)).isEqualTo(Messages.system("Be brief"));
    assertThat(transport.messages(0).path(1).path("role").stringValue()).isEqualTo("system");
    assertThat(transport.messages(0).path(1).path("content").stringValue())
        .contains(TAG + "\n{", "</json_output>", "\"city\" : \"its name\"", "JSON object");
    assertThat(transport.messages(0).path(2)).isEqualTo(Messages.user("Which city?"));
  }

  @Test
  void everyRunHasATagOfItsOwn() {
    assertThat(OutputTag.randomId()).matches("[0-9a-f]{16}").isNotEqualTo(OutputTag.randomId());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"city\":\"Rome\"}",
        "```json\n{\"city\":\"Rome\"}\n```",
        "Here it is: {\"city\":\"Rome\"}.",
      })
  void pureModeAsksForAnObjectAndTakesOneInFences(String answer) {
    transport.says(answer);

    StructuredResponse response = generate(OPTIONS, ASK, PURE);

    assertThat(response.response()).isEqualTo(FakeTransport.json("{\"city\":\"Rome\"}"));
    assertThat(transport.body(0).path("response_format"))
        .isEqualTo(FakeTransport.json("{\"type\":\"json_object\"}"));
    assertThat(transport.messages(0).path(0).path("content").stringValue())
        .doesNotContain("json_output");
  }

  @Test
  void listModeTakesAnArray() {
    transport.says(tagged("[{\"city\":\"Rome\"},{\"city\":\"Oslo\"}]"));

    assertThat(generate(OPTIONS, ASK, LIST).response())
        .isEqualTo(FakeTransport.json("[{\"city\":\"Rome\"},{\"city\":\"Oslo\"}]"));
    assertThat(transport.messages(0).path(0).path("content").stringValue()).contains("JSON array");
  }

  @Test
  void pureListModeTakesTheResultsOfTheWrapper() {
    transport.says("{\"reasoning\":\"well\",\"results\":[{\"city\":\"Rome\"}]}");

    assertThat(generate(OPTIONS, ASK, PURE_LIST).response())
        .isEqualTo(FakeTransport.json("[{\"city\":\"Rome\"}]"));
    assertThat(transport.messages(0).path(0).path("content").stringValue())
        .contains("\"reasoning\"", "\"results\": [", "JSON object");
  }

  @Test
  void badJsonGoesBackWithFeedbackAndStatsCoverBothAttempts() {
    transport.says(tagged("{\"city\":")).says(tagged("{\"city\":\"Rome\"}"));

    StructuredResponse response = generate(OPTIONS, ASK, CITY);

    assertThat(response.response()).isEqualTo(FakeTransport.json("{\"city\":\"Rome\"}"));
    assertThat(response.stats()).isEqualTo(new ExecutionStats(20, 10, 2, 1));
    assertThat(transport.messages(1).size()).isEqualTo(transport.messages(0).size() + 2);
    assertThat(transport.messages(1).path(2)).isEqualTo(Messages.assistant(tagged("{\"city\":")));
    assertThat(transport.messages(1).path(3).path("role").stringValue()).isEqualTo("user");
    assertThat(transport.lastText(1)).contains("could read", "the text is no JSON", TAG);
    assertThat(response.prompt()).hasSize(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no block at all | in the answer.",
        "{\"city\":\"Rome\"} | in the answer.",
        "TAG{\"town\":1}</json_output> | an object is without the keys [city].",
        "TAG[1]</json_output> | an array stands where an object belongs.",
        "TAG</json_output> | there is nothing in it",
        "TAG{\"city\":1}{}</json_output> | the text is no JSON",
      })
  void feedbackSaysWhatIsWrong(String answer, String feedback) {
    transport.says(answer.replace("TAG", TAG)).says(tagged("{\"city\":\"Rome\"}"));

    assertThat(generate(OPTIONS, ASK, CITY).stats().llmRetryCount()).isEqualTo(1);
    assertThat(transport.lastText(1)).contains(feedback);
  }

  @Test
  void aListIsCheckedItemByItem() {
    transport
        .says(tagged("{\"city\":\"Rome\"}"))
        .says(tagged("[{\"city\":1},{\"town\":2},3]"))
        .says(tagged("[]"));

    assertThat(generate(OPTIONS, ASK, LIST).response()).isEqualTo(FakeTransport.json("[]"));
    assertThat(transport.lastText(1)).contains("a list of objects");
    assertThat(transport.lastText(2))
        .contains(
            "an object is without the keys [city].\na number stands where an object belongs.");
  }

  @Test
  void whenTheAttemptsAreUsedUpTheLastFaultIsTold() {
    transport.says("one").says("two").says("three");

    GenerationFailedException failure =
        catchThrowableOfType(GenerationFailedException.class, () -> generate(OPTIONS, ASK, CITY));

    assertThat(failure).hasMessageContaining("there is no <json_output");
    assertThat(failure.stats()).isEqualTo(new ExecutionStats(30, 15, 0, 0));
    assertThat(failure.prompt()).hasSize(2 + 6);
    assertThat(transport.calls()).isEqualTo(3);
  }

  @Test
  void aFailedCallUsesUpAnAttemptWithoutFeedback() {
    transport
        .fails(new IllegalStateException("Error code: 500 - no"))
        .says(tagged("{\"city\":\"Rome\"}"));

    StructuredResponse response = generate(OPTIONS, ASK, CITY);

    assertThat(response.stats()).isEqualTo(new ExecutionStats(10, 5, 2, 1));
    assertThat(transport.body(1)).isEqualTo(transport.body(0));
  }

  @Test
  void anAnswerWithoutChoicesUsesUpAnAttemptToo() {
    transport.replies("{\"choices\":[]}").says(tagged("{\"city\":\"Rome\"}"));

    assertThat(generate(OPTIONS, ASK, CITY).stats().llmRetryCount()).isEqualTo(1);
  }

  @Test
  void theLastFailureIsTheCause() {
    RuntimeException last = new IllegalStateException("Error code: 503 - busy");
    transport.fails(new IllegalStateException("first")).fails(last);

    assertThatThrownBy(() -> generate(OPTIONS.withRetry(2), ASK, CITY))
        .isInstanceOf(GenerationFailedException.class)
        .hasMessage("the call failed: Error code: 503 - busy")
        .hasCause(last);
  }

  @ParameterizedTest(name = "{0} with {1}: {2}, then {3}")
  @CsvSource({
    "gpt-4o, , 13926, 11837",
    "gpt-4o, 1000, 850, 722",
    "llama3.1:405b, , 3481, 2958",
    "gpt-4o, 1, 1, 1",
  })
  void aPromptThatIsTooLongIsTriedAgainWith85Percent(
      String model, Integer maxTokens, int second, int third) {
    transport
        .fails(
            new IllegalStateException(
                "Error code: 400 - litellm.ContextWindowExceededError: This model's Maximum"
                    + " context length is 8192 tokens"))
        .fails(new IllegalStateException("Token limit reached"))
        .says(tagged("{\"city\":\"Rome\"}"));

    generate(GenerationOptions.of(LlmModels.named(model)).withMaxTokens(maxTokens), ASK, CITY);

    assertThat(transport.body(1).path("max_completion_tokens").intValue()).isEqualTo(second);
    assertThat(transport.body(2).path("max_completion_tokens").intValue()).isEqualTo(third);
    assertThat(transport.messages(2)).isEqualTo(transport.messages(0));
  }

  @Test
  void placeholdersAreFilledInBothTexts() {
    transport.says(tagged("{\"city\":\"Rome\"}"));

    generate(
        OPTIONS,
        new PromptText("In {{ land }}?", "Speak {{tongue}}", Map.of("land", "$1", "tongue", "it")),
        CITY);

    assertThat(transport.messages(0).path(0)).isEqualTo(Messages.system("Speak it"));
    assertThat(transport.lastText(0)).isEqualTo("In $1?");
  }

  @Test
  void badInputIsNamedAndNotTriedAgain() {
    assertThatThrownBy(
            () -> generate(OPTIONS, new PromptText("{{a}} {{b}}", "", Map.of("a", "x")), CITY))
        .isInstanceOf(BadInputException.class)
        .hasMessage("prompt: found the placeholder {{b}}, expected a value for it in promptValues");
    assertThatThrownBy(() -> generate(OPTIONS, PromptText.of(""), OutputFormat.none()))
        .hasMessageStartingWith("prompt: found no message");
    assertThatThrownBy(() -> OPTIONS.withRetry(0))
        .hasMessage("retry: found 0, expected 1 to 20 attempts");
    assertThat(transport.calls()).isZero();
  }

  @Test
  void theTextGeneratorAsksWithoutAnyFormat() {
    transport.says("Salve");

    TextResponse response =
        new TextGenerator(transport.block())
            .generate(OPTIONS, new PromptText("Greet", "In Latin", Map.of()));

    assertThat(response.response()).isEqualTo("Salve");
    assertThat(response.stats()).isEqualTo(new ExecutionStats(10, 5, 1, 0));
    assertThat(transport.body(0))
        .isEqualTo(
            FakeTransport.json(
                """
                {"model":"gpt-4o","messages":[{"role":"system","content":"In Latin"},
                 {"role":"user","content":"Greet"}],
                 "response_format":null,"max_completion_tokens":16384}
                """));
  }

  @Test
  void aConversationIsSentWithItsHistoryAndLeftAsItIs() {
    transport.says("In Texas");
    List<ObjectNode> history =
        List.of(Messages.user("Who won?"), Messages.assistant("They"), Messages.user("Where?"));

    TextResponse response = new Conversation(transport.block()).reply(OPTIONS, history, "");

    assertThat(response.response()).isEqualTo("In Texas");
    assertThat(response.prompt()).isEqualTo(history);
    assertThat(transport.messages(0).size()).isEqualTo(3);
  }
}
