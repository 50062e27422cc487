package dev.tollgate.platform.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.platform.client.BadInputException;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionTest {
  private static final LlmModel MODEL = LlmModels.named("gpt-4o-mini");

  private final FakeTransport transport = new FakeTransport();

  private ConditionResponse evaluate(String answer) {
    transport.says(answer);
    return new Condition(transport.block()).evaluate(MODEL, "jo@example.com", "it is an email");
  }

  @Test
  void tenTokensAreAskedFor() {
    ConditionResponse response = evaluate("true");

    assertThat(response.result()).isTrue();
    assertThat(response.error()).isNull();
    assertThat(response.stats()).isEqualTo(new ExecutionStats(10, 5, 1, 0));
    assertThat(response.choose("yes", "no")).isEqualTo("yes");
    assertThat(transport.body(0).path("max_completion_tokens").intValue()).isEqualTo(10);
    assertThat(transport.body(0).path("response_format").isNull()).isTrue();
    assertThat(transport.body(0).propertyNames())
        .containsExactlyInAnyOrder("model", "messages", "response_format", "max_completion_tokens");
    assertThat(transport.messages(0).size()).isEqualTo(2);
    assertThat(transport.lastText(0)).contains("jo@example.com", "it is an email");
  }

  @ParameterizedTest
  @CsvSource({"TRUE., true", "Yes, true", "1, true", "false, false", "'No, no', false", "0, false"})
  void aClearWordIsUnderstood(String answer, boolean expected) {
    ConditionResponse response = evaluate(answer.toUpperCase(Locale.ROOT));

    assertThat(response.result()).isEqualTo(expected);
    assertThat(response.error()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "untrue", "true or false", "perhaps"})
  void anUnclearAnswerIsFalseAndSaysSo(String answer) {
    ConditionResponse response = evaluate(answer);

    assertThat(response.result()).isFalse();
    assertThat(response.error()).isEqualTo("the model said neither yes nor no: '" + answer + "'");
    assertThat(response.choose("yes", "no")).isEqualTo("no");
  }

  @Test
  void aBlankConditionIsNamed() {
    Condition condition = new Condition(transport.block());

    assertThatThrownBy(() -> condition.evaluate(MODEL, "x", " "))
        .isInstanceOf(BadInputException.class)
        .hasMessage("condition: found a blank text, expected a condition in plain words");
  }
}
