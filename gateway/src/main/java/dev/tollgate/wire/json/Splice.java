package dev.tollgate.wire.json;

import java.util.Arrays;

/** Edits of a stretch of bytes, given in rising order and applied in one copy. For one thread. */
public final class Splice {
  private static final byte[] NOTHING = {};

  private final byte[] source;
  private final int from;
  private final int to;
  private int[] spans = new int[16];
  private byte[][] texts = new byte[8][];
  private int count;
  private int growth;

  /** Edits the bytes from {@code from} (inclusive) to {@code to} (exclusive). */
  public Splice(byte[] source, int from, int to) {
    this.source = source;
    this.from = from;
    this.to = to;
  }

  /**
   * Puts {@code text} in place of the bytes from {@code start} to {@code end}.
   *
   * @throws IllegalArgumentException if the span overlaps or precedes an earlier one
   */
  public void replace(int start, int end, byte[] text) {
    int last = count == 0 ? from : spans[2 * count - 1];
    if (start < last || end < start || end > to) {
      throw new IllegalArgumentException(
          "span %d..%d is not after %d within %d".formatted(start, end, last, to));
    }
    if (count == texts.length) {
      spans = Arrays.copyOf(spans, spans.length * 2);
      texts = Arrays.copyOf(texts, texts.length * 2);
    }
    spans[2 * count] = start;
    spans[2 * count + 1] = end;
    texts[count++] = text;
    growth += text.length - (end - start);
  }

  /** Takes the bytes from {@code start} to {@code end} out. */
  public void remove(int start, int end) {
    replace(start, end, NOTHING);
  }

  /** Puts {@code text} before the byte at {@code at}. */
  public void insert(int at, byte[] text) {
    replace(at, at, text);
  }

  public boolean isEmpty() {
    return count == 0;
  }

  /** The edited bytes, in an array of their own. */
  public byte[] apply() {
    byte[] result = new byte[to - from + growth];
    int read = from;
    int written = 0;
    for (int i = 0; i < count; i++) {
      int kept = spans[2 * i] - read;
      System.arraycopy(source, read, result, written, kept);
      written += kept;
      System.arraycopy(texts[i], 0, result, written, texts[i].length);
      written += texts[i].length;
      read = spans[2 * i + 1];
    }
    System.arraycopy(source, read, result, written, to - read);
    return result;
  }
}
