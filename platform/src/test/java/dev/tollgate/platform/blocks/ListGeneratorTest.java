package dev.tollgate.platform.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ListGeneratorTest {
  private static final GenerationOptions OPTIONS =
      GenerationOptions.of(LlmModels.named("gpt-4o")).withRetry(1);

  private final FakeTransport transport = new FakeTransport();

  private ListResponse generate(@Nullable String focus, @Nullable String data, boolean force) {
    StructuredResponseGenerator generator =
        new StructuredResponseGenerator(transport.block(), () -> "t");
    return new ListGenerator(generator).generate(OPTIONS, focus, data, force);
  }

  private static String tagged(String json) {
    return new OutputTag("t").around(json);
  }

  @Test
  void itemsComeInOrderFromTheGivenData() {
    transport.says(tagged("{\"list\":[\"Mars\",\"Venus\",3]}"));

    ListResponse response = generate("planets", "Mars and Venus", false);

    assertThat(response.items()).containsExactly("Mars", "Venus", "3");
    assertThat(response.stats()).isEqualTo(new ExecutionStats(10, 5, 1, 0));
    assertThat(transport.lastText(0)).contains("planets", "Mars and Venus");
  }

  @Test
  void pureModeAsksForReasoningFirst() {
    transport.says("{\"reasoning\":\"\",\"list\":[]}");

    assertThat(generate(null, null, true).items()).isEmpty();
    assertThat(transport.body(0).path("response_format").path("type").stringValue())
        .isEqualTo("json_object");
    assertThat(transport.messages(0).path(1).path("content").stringValue()).contains("reasoning");
  }

  @Test
  void whatIsNoListIsNamed() {
    transport.says(tagged("{\"list\":\"Mars\"}"));

    assertThatThrownBy(() -> generate(null, "data", false))
        .isInstanceOf(GenerationFailedException.class)
        .hasMessage("list: found a text, expected an array");
  }
}
