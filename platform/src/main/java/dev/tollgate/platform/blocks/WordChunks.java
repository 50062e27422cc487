package dev.tollgate.platform.blocks;

import java.util.ArrayList;
import java.util.List;

/**
 * A text in overlapping pieces.
 *
 * @param chunks at most 100
 * @param truncated whether the text was longer than that
 */
record WordChunks(List<String> chunks, boolean truncated) {
  private static final int TEXT_CHARS_MAX = 1_000_000;
  private static final int CHUNKS_MAX = 100;

  /**
   * Splits at white space; every chunk begins {@code size - overlap} words after the one before, at
   * least one word.
   *
   * @param size words of a chunk, at least 1
   * @param overlap words of a chunk that the next one repeats
   */
  static WordChunks of(String text, int size, int overlap) {
    boolean longText = text.length() > TEXT_CHARS_MAX;
    String kept = longText ? text.substring(0, TEXT_CHARS_MAX) : text;
    List<String> words = List.of(kept.strip().split("\\s+", -1));
    int step = Math.max(1, size - overlap);
    List<String> chunks = new ArrayList<>();
    int start = 0;
    while (start < words.size() && chunks.size() < CHUNKS_MAX) {
      int end = (int) Math.min((long) start + size, words.size());
      chunks.add(String.join(" ", words.subList(start, end)));
      start += step;
    }
    // What lies after the last start can still be inside the last chunk.
    boolean wordsLeft = start - step + (long) size < words.size();
    return new WordChunks(List.copyOf(chunks), longText || wordsLeft);
  }

  static int count(String text) {
    String stripped = text.strip();
    return stripped.isEmpty() ? 0 : stripped.split("\\s+", -1).length;
  }
}
