package dev.tollgate.platform.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tollgate.platform.client.BadInputException;
import org.junit.jupiter.api.Test;

class SummarizerTest {
  private static final GenerationOptions OPTIONS =
      GenerationOptions.of(LlmModels.named("gpt-4o")).withRetry(1);

  private final FakeTransport transport = new FakeTransport();

  private SummaryResponse summarize(SummaryRequest request) {
    StructuredResponseGenerator generator =
        new StructuredResponseGenerator(transport.block(), () -> "t");
    return new Summarizer(generator).summarize(OPTIONS, request);
  }

  private void saysSummary(String key, String json) {
    transport.says(new OutputTag("t").around("{\"" + key + "\":" + json + "}"));
  }

  @Test
  void chunksOverlapAndTheirSummariesAreCombined() {
    saysSummary("summary", "\"first\"");
    saysSummary("summary", "\"second\"");
    saysSummary("final_summary", "\"all\"");

    SummaryResponse response =
        summarize(
            SummaryRequest.of("a b c d")
                .withFocus("letters", SummaryStyle.BULLET_POINTS)
                .withChunks(3, 1));

    assertThat(response.summary()).isEqualTo("all");
    assertThat(response.truncated()).isFalse();
    assertThat(response.stats()).isEqualTo(new ExecutionStats(30, 15, 3, 0));
    assertThat(transport.lastText(0))
        .contains("<text>\na b c\n</text>", "bullet points", "letters");
    assertThat(transport.lastText(1)).contains("<text>\nc d\n</text>");
    assertThat(transport.lastText(2)).contains("first\n\nsecond");
  }

  @Test
  void summariesThatAreTooLongAreSummarizedAgain() {
    saysSummary("summary", "\"one two three four\"");
    saysSummary("summary", "\"one\"");
    saysSummary("summary", "\"four\"");
    saysSummary("final_summary", "\"all\"");

    assertThat(summarize(SummaryRequest.of("a b").withChunks(3, 0)).summary()).isEqualTo("all");
    assertThat(transport.lastText(1)).contains("<text>\none two three\n</text>");
    assertThat(transport.lastText(2)).contains("<text>\nfour\n</text>");
  }

  @Test
  void aModelThatNeverShortensIsStopped() {
    // Every summary has two words, so that each round has twice the chunks of the one before.
    for (int call = 0; call < 1 + 2 + 4 + 8 + 16; call++) {
      saysSummary("summary", "\"b c\"");
    }

    GenerationFailedException failure =
        catchThrowableOfType(
            GenerationFailedException.class,
            () -> summarize(SummaryRequest.of("a").withChunks(1, 0)));

    assertThat(failure).hasMessageContaining("longer than 1 words after 5 rounds");
    assertThat(failure.stats().llmCallCount()).isEqualTo(1 + 2 + 4 + 8 + 16);
  }

  @Test
  void aSummaryThatIsNoTextIsNamed() {
    saysSummary("summary", "[\"a\"]");

    assertThatThrownBy(() -> summarize(SummaryRequest.of("a")))
        .isInstanceOf(GenerationFailedException.class)
        .hasMessage("summary: found an array, expected a text");
  }

  @Test
  void aFailureTellsWhatAllCallsHaveUsed() {
    saysSummary("summary", "\"first\"");
    transport.says("no tag");

    GenerationFailedException failure =
        catchThrowableOfType(
            GenerationFailedException.class, () -> summarize(SummaryRequest.of("a")));

    assertThat(failure.stats()).isEqualTo(new ExecutionStats(20, 10, 1, 0));
  }

  @Test
  void moreThanAHundredChunksAreLeftOutAndThatIsSaid() {
    WordChunks chunks = WordChunks.of("w ".repeat(101), 1, 0);

    assertThat(chunks.chunks()).hasSize(100);
    assertThat(chunks.truncated()).isTrue();
    assertThat(WordChunks.of("w ".repeat(100), 1, 0).truncated()).isFalse();
    assertThat(WordChunks.of("w".repeat(1_000_001), 1, 0).truncated()).isTrue();
  }

  @Test
  void anOverlapAsLargeAsTheChunkStillMovesOn() {
    assertThat(WordChunks.of("a b c", 2, 5).chunks()).containsExactly("a b", "b c", "c");
  }

  @Test
  void badInputIsNamed() {
    assertThatThrownBy(() -> SummaryRequest.of(" "))
        .isInstanceOf(BadInputException.class)
        .hasMessage("text: found a blank text, expected words to summarize");
    assertThatThrownBy(() -> SummaryRequest.of("a").withChunks(0, 0))
        .hasMessage("chunkWords: found 0, expected at least 1 word");
    assertThatThrownBy(() -> SummaryRequest.of("a").withChunks(1, -1))
        .hasMessage("chunkOverlap: found -1, expected at least 0 words");
  }
}
