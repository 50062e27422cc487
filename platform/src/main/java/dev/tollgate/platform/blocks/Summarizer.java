package dev.tollgate.platform.blocks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Summarizes a long text: its chunks one by one, then their summaries together, and these again in
 * chunks while they are longer than one chunk. Immutable.
 */
public final class Summarizer {
  /** A model that never shortens anything must not keep us for ever. */
  private static final int ROUNDS_MAX = 5;

  private static final String CHUNK_KEY = "summary";
  private static final String FINAL_KEY = "final_summary";

  private final StructuredResponseGenerator generator;

  public Summarizer(LlmBlock block) {
    this(new StructuredResponseGenerator(block));
  }

  Summarizer(StructuredResponseGenerator generator) {
    this.generator = generator;
  }

  /**
   * Makes the summary with one call for each chunk and one for all.
   *
   * @throws GenerationFailedException if a call's attempts are used up, a summary is no text, or
   *     the summaries do not become short enough in five rounds; its stats cover all calls
   */
  public SummaryResponse summarize(GenerationOptions options, SummaryRequest request) {
    Run run = new Run(options, request);
    SummaryRequest rest = request;
    boolean truncated = false;
    for (int round = 1; round <= ROUNDS_MAX; round++) {
      WordChunks chunks = WordChunks.of(rest.text(), request.chunkWords(), request.chunkOverlap());
      truncated |= chunks.truncated();
      String combined = run.summaries(chunks.chunks());
      if (WordChunks.count(combined) <= request.chunkWords()) {
        String summary = run.combine(combined);
        return new SummaryResponse(summary, truncated, run.last.prompt(), run.stats);
      }
      rest = rest.withText(combined);
    }
    throw new GenerationFailedException(
        "the summaries are still longer than "
            + request.chunkWords()
            + " words after "
            + ROUNDS_MAX
            + " rounds",
        run.stats,
        run.last.prompt(),
        null);
  }

  /** The state of one {@code summarize}. */
  private final class Run {
    private final GenerationOptions options;
    private final SummaryRequest request;
    private ExecutionStats stats = ExecutionStats.NONE;
    private StructuredResponse last =
        new StructuredResponse(Json.object(), List.of(), ExecutionStats.NONE);

    Run(GenerationOptions options, SummaryRequest request) {
      this.options = options;
      this.request = request;
    }

    String summaries(List<String> chunks) {
      List<String> summaries = new ArrayList<>();
      for (String chunk : chunks) {
        String prompt =
            "Tell in short what stands between the text tags. "
                + wish()
                + "\n\n<text>\n"
                + chunk
                + "\n</text>";
        summaries.add(ask(prompt, CHUNK_KEY, "The text's summary"));
      }
      return String.join("\n\n", summaries);
    }

    String combine(String summaries) {
      String prompt =
          "A long text was summarized part by part. Melt the parts into one summary. "
              + wish()
              + "\n\n<summaries>\n"
              + summaries
              + "\n</summaries>";
      return ask(prompt, FINAL_KEY, "The one summary of them all");
    }

    private String wish() {
      return "Write it as: "
          + request.style().words()
          + ". What matters most is this, where the text has it: "
          + request.focus()
          + ".";
    }

    private String ask(String prompt, String key, String description) {
      OutputFormat format = OutputFormat.object(Map.of(key, description));
      try {
        last = generator.generate(options, PromptText.of(prompt), format);
      } catch (GenerationFailedException e) {
        throw new GenerationFailedException(
            String.valueOf(e.getMessage()), stats.plus(e.stats()), e.prompt(), e);
      }
      stats = stats.plus(last.stats());
      JsonNode summary = last.response().path(key);
      if (!summary.isString()) {
        throw new GenerationFailedException(
            key + ": found " + Json.kind(summary) + ", expected a text",
            stats,
            last.prompt(),
            null);
      }
      return summary.stringValue();
    }
  }
}
