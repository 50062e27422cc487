package dev.tollgate.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * What of a generated text is kept for counting its tokens: how it begins, and how long it is.
 *
 * @param beginning UTF-8, at most {@link #BYTES_MAX}
 * @param bytes of the whole text
 */
@SuppressWarnings("ArrayRecordComponent") // identity is enough: it is never compared
public record TextSample(byte[] beginning, long bytes) {
  /** More is counted by the ratio found within it. */
  public static final int BYTES_MAX = 32 << 10;

  public static final TextSample NONE = new TextSample(new byte[0], 0);

  /** Of a text that is there as a whole. */
  public static TextSample of(String text) {
    byte[] all = text.getBytes(UTF_8);
    return new TextSample(Arrays.copyOf(all, Math.min(all.length, BYTES_MAX)), all.length);
  }
}
