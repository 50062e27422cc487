package dev.tollgate.pipeline;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Bytes of a body that is read as a whole. One that comes in one piece, as most do, is not even
 * copied; the pieces of others are kept as they are and copied once, at the end, so that nobody
 * gets memory for an announced length, and none is thrown away while a body grows. Small pieces
 * share arrays: a body in a million of them takes no more room than its bytes. Lives on one event
 * loop.
 */
public final class Gathered {
  private static final byte[] NOTHING = {};

  /** Pieces from this size on have arrays of their own, as they came. */
  private static final int LARGE = 4 << 10;

  private final List<byte[]> full = new ArrayList<>(0);
  private byte[] last = NOTHING;
  private int used;
  private int length;

  public int length() {
    return length;
  }

  /** Adds a piece, which nobody else changes any more. */
  public void add(Buffer piece) {
    int count = piece.length();
    if (used + count <= last.length) {
      piece.getBytes(last, used);
      used += count;
    } else {
      close();
      begin(piece);
    }
    length += count;
  }

  private void close() {
    if (used > 0) {
      full.add(used == last.length ? last : Arrays.copyOf(last, used));
    }
  }

  private void begin(Buffer piece) {
    used = piece.length();
    if (length == 0 || used >= LARGE) {
      last = bytesOf(piece);
    } else {
      last = new byte[Math.max(used, Math.min(length, LARGE))];
      piece.getBytes(last, 0);
    }
  }

  /** All of them; not to be changed. */
  public byte[] whole() {
    if (full.isEmpty()) {
      return used == last.length ? last : Arrays.copyOf(last, used);
    }
    byte[] whole = new byte[length];
    int at = 0;
    for (byte[] piece : full) {
      System.arraycopy(piece, 0, whole, at, piece.length);
      at += piece.length;
    }
    System.arraycopy(last, 0, whole, at, used);
    return whole;
  }

  public void clear() {
    full.clear();
    last = NOTHING;
    used = 0;
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
