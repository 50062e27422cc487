package dev.tollgate.platform.blocks;

import java.util.function.ToIntFunction;

/** Shortens a text to a number of tokens by taking out its middle. */
final class MiddleCut {
  private static final String GAP = " … ";

  private MiddleCut() {}

  /**
   * Keeps as much of both ends as fits.
   *
   * <p>The counter cannot turn tokens back into text, so the length is found by bisection: about
   * log2(characters) counts.
   */
  static String toTokens(String text, int tokens, ToIntFunction<String> counter) {
    if (counter.applyAsInt(text) <= tokens) {
      return text;
    }
    int fits = 0;
    int tooLong = text.length();
    while (tooLong - fits > 1) {
      int kept = (fits + tooLong) >>> 1;
      if (counter.applyAsInt(keep(text, kept)) <= tokens) {
        fits = kept;
      } else {
        tooLong = kept;
      }
    }
    return keep(text, fits);
  }

  private static String keep(String text, int chars) {
    int head = chars / 2;
    int tail = text.length() - (chars - head);
    if (head > 0 && Character.isHighSurrogate(text.charAt(head - 1))) {
      head--;
    }
    if (tail < text.length() && Character.isLowSurrogate(text.charAt(tail))) {
      tail++;
    }
    return text.substring(0, head) + GAP + text.substring(tail);
  }
}
