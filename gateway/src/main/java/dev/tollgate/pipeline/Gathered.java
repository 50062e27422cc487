package dev.tollgate.pipeline;

import io.vertx.core.buffer.Buffer;
import java.util.Arrays;

/**
 * Bytes of a provider's answer that is read as a whole. Most come in one piece, which is copied
 * once. Lives on one event loop.
 */
final class Gathered {
  private static final byte[] NOTHING = {};

  private byte[] bytes = NOTHING;
  private int length;

  int length() {
    return length;
  }

  /** Adds the first {@code count} bytes of a piece. */
  void add(Buffer piece, int count) {
    if (length == 0) {
      bytes = piece.getBytes(0, count);
    } else {
      if (length + count > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(length + count, 2 * bytes.length));
      }
      piece.getBytes(0, count, bytes, length);
    }
    length += count;
  }

  /** All of them; not to be changed. */
  byte[] whole() {
    if (length < bytes.length) {
      bytes = Arrays.copyOf(bytes, length);
    }
    return bytes;
  }

  void clear() {
    bytes = NOTHING;
    length = 0;
  }
}
