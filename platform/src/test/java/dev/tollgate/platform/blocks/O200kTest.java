package dev.tollgate.platform.blocks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class O200kTest {
  @Test
  void textIsCountedAsTheModelsDo() {
    assertThat(O200k.count("hello world")).isEqualTo(2);
    assertThat(O200k.count("<|endoftext|>")).isGreaterThan(1);
    assertThat(O200k.count(" a".repeat(1_000))).isEqualTo(1_000);
  }

  @Test
  void theBlockCountsWithItWhereItMatters() {
    var transport = new FakeTransport().says("Hi");
    var words = " a".repeat(1_000);
    new LlmBlock(transport)
        .llmCall(LlmRequest.of(LlmModels.named("llama3"), List.of(Messages.user(words))));
    assertThat(transport.body(0).path("max_completion_tokens").intValue())
        .isEqualTo(8_192 - 3 - 1_000);
  }

  @Test
  void aCountThatCannotMatterIsNotMade() {
    var transport = new FakeTransport().says("Hi");
    var block =
        new LlmBlock(
            transport,
            _ -> {
              throw new AssertionError("counted");
            });
    block.llmCall(LlmRequest.of(LlmModels.named("gpt-4o"), List.of(Messages.user("Hi"))));
    assertThat(transport.body(0).path("max_completion_tokens").intValue()).isEqualTo(16_384);
  }
}
