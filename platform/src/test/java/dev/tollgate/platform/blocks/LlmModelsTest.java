package dev.tollgate.platform.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.platform.client.BadInputException;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LlmModelsTest {

  @Test
  void theTableHoldsAllModelsOfThePlatform() {
    Map<LlmProvider, Long> counts =
        LlmModels.all().stream()
            .collect(Collectors.groupingBy(LlmModel::provider, Collectors.counting()));

    assertThat(LlmModels.all()).hasSize(75);
    assertThat(counts)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                LlmProvider.OPENAI, 16L,
                LlmProvider.ANTHROPIC, 8L,
                LlmProvider.GROQ, 2L,
                LlmProvider.OLLAMA, 5L,
                LlmProvider.OPEN_ROUTER, 32L,
                LlmProvider.LLAMA_API, 4L,
                LlmProvider.AIML_API, 5L,
                LlmProvider.V0, 3L));
  }

  @Test
  void namesAreDistinctOnBothSides() {
    assertThat(LlmModels.all()).extracting(LlmModel::name).doesNotHaveDuplicates();
    assertThat(LlmModels.all()).extracting(LlmModel::gatewayName).doesNotHaveDuplicates();
  }

  @Test
  void theGatewaysNamesHaveTheProvidersPrefixes() {
    var prefixes =
        Map.of(
            LlmProvider.OPENAI, "",
            LlmProvider.ANTHROPIC, "anthropic/",
            LlmProvider.GROQ, "groq/",
            LlmProvider.OLLAMA, "ollama/",
            LlmProvider.OPEN_ROUTER, "openrouter/",
            LlmProvider.LLAMA_API, "meta_llama/",
            LlmProvider.AIML_API, "aiml/",
            LlmProvider.V0, "v0/");
    assertThat(LlmModels.all())
        .allSatisfy(
            model ->
                assertThat(model.gatewayName())
                    .isEqualTo(prefixes.get(model.provider()) + model.name()));
  }

  @Test
  void theDefaultIsTheOneOfAllBlocks() {
    assertThat(LlmModels.byDefault())
        .isEqualTo(
            new LlmModel(
                "gpt-5.2-2025-12-11", LlmProvider.OPENAI, 400_000, 128_000, "gpt-5.2-2025-12-11"));
  }

  @Test
  void aModelIsFoundByThePlatformsNameAndByTheGateways() {
    LlmModel nemo = LlmModels.named("mistralai/mistral-nemo");

    assertThat(nemo.contextWindow()).isEqualTo(128_000);
    assertThat(nemo.maxOutputTokens()).isEqualTo(4096);
    assertThat(LlmModels.named("openrouter/mistralai/mistral-nemo")).isEqualTo(nemo);
  }

  @Test
  void aModelWithoutKnownLongestAnswerHasNone() {
    assertThat(LlmModels.named("llama3.1:405b").maxOutputTokens()).isNull();
  }

  @Test
  void anUnknownModelIsNamed() {
    assertThatThrownBy(() -> LlmModels.named("gpt-9"))
        .isInstanceOf(BadInputException.class)
        .hasMessage("model: found gpt-9, expected one of the 75 models of the platform's table");
  }
}
