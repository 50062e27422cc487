package dev.tollgate.pipeline;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.Arrays;

/**
 * Bytes of a body that is read as a whole. One that comes in one piece, as most do, is not even
 * copied. Room is set aside for at most twice what has come, so that nobody gets memory for an
 * announced length alone; nor for a body in a million pieces. Lives on one event loop.
 */
public final class Gathered {
  private static final byte[] NOTHING = {};
  private static final int GROWTH_MAX = 2;

  private final int announced;
  private byte[] bytes = NOTHING;
  private int length;

  /**
   * @param announced how many bytes are said to come; -1 if nothing is said
   */
  public Gathered(int announced) {
    this.announced = announced;
  }

  public int length() {
    return length;
  }

  /** Adds a piece, which nobody else changes any more. */
  public void add(Buffer piece) {
    int count = piece.length();
    if (length == 0) {
      bytes = bytesOf(piece);
    } else {
      if (length + count > bytes.length) {
        bytes = Arrays.copyOf(bytes, capacityFor(length + count));
      }
      piece.getBytes(bytes, length);
    }
    length += count;
  }

  private int capacityFor(int needed) {
    if (announced >= needed && announced / GROWTH_MAX <= needed) {
      return announced;
    }
    return (int) Math.min(Integer.MAX_VALUE - 8, Math.max(needed, 2L * bytes.length));
  }

  /** All of them; not to be changed. */
  public byte[] whole() {
    if (length < bytes.length) {
      bytes = Arrays.copyOf(bytes, length);
    }
    return bytes;
  }

  public void clear() {
    bytes = NOTHING;
    length = 0;
  }

  /**
   * Vert.x has copied them out of the network's buffers, mostly into an array of just this size.
   */
  private static byte[] bytesOf(Buffer piece) {
    ByteBuf buffer = ((BufferInternal) piece).getByteBuf();
    boolean whole =
        buffer.hasArray() && buffer.arrayOffset() == 0 && buffer.array().length == piece.length();
    return whole ? buffer.array() : piece.getBytes();
  }
}
