package dev.tollgate.platform.blocks;

import dev.tollgate.platform.client.BadInputException;

/**
 * What to summarize, and how. Immutable.
 *
 * @param text not blank; of more than 1,000,000 characters or 100 chunks the rest is left out
 * @param focus the topic to keep to
 * @param style how the summary is written
 * @param chunkWords words of one chunk, at least 1 (the platform's {@code max_tokens})
 * @param chunkOverlap words that a chunk repeats of the one before, at least 0
 */
public record SummaryRequest(
    String text, String focus, SummaryStyle style, int chunkWords, int chunkOverlap) {
  private static final int CHUNK_WORDS_DEFAULT = 4096;
  private static final int CHUNK_OVERLAP_DEFAULT = 100;

  public SummaryRequest {
    if (text.isBlank()) {
      throw new BadInputException("text", "a blank text", "words to summarize");
    }
    if (chunkWords < 1) {
      throw new BadInputException("chunkWords", String.valueOf(chunkWords), "at least 1 word");
    }
    if (chunkOverlap < 0) {
      throw new BadInputException("chunkOverlap", String.valueOf(chunkOverlap), "at least 0 words");
    }
  }

  /** The platform's defaults: general, concise, chunks of 4096 words with 100 in common. */
  public static SummaryRequest of(String text) {
    return new SummaryRequest(
        text,
        "general information",
        SummaryStyle.CONCISE,
        CHUNK_WORDS_DEFAULT,
        CHUNK_OVERLAP_DEFAULT);
  }

  /** The same with another topic and style. */
  public SummaryRequest withFocus(String topic, SummaryStyle how) {
    return new SummaryRequest(text, topic, how, chunkWords, chunkOverlap);
  }

  /** The same with other chunks, in words. */
  public SummaryRequest withChunks(int words, int overlap) {
    return new SummaryRequest(text, focus, style, words, overlap);
  }

  SummaryRequest withText(String other) {
    return new SummaryRequest(other, focus, style, chunkWords, chunkOverlap);
  }
}
