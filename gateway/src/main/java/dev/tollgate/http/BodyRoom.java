package dev.tollgate.http;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes of request bodies the gateway holds at once. Each body has its own bound, but that
 * bound times the number of calls is more than a heap has. Shared by all event loops; thread-safe.
 */
public final class BodyRoom {
  private static final int HEAP_SHARE =
      8; // a body is copied when it is edited, and again on its way out

  /**
   * Small bodies need no room, so that whoever fills it with large ones does not lock ordinary
   * calls out.
   */
  private static final int FREE_BYTES = 64 << 10;

  private final AtomicLong left;

  private BodyRoom(long bytes) {
    this.left = new AtomicLong(bytes);
  }

  /** A share of the heap, but always enough for one body of the largest size. */
  public static BodyRoom ofHeap(int bodyBytesMax) {
    return of(Math.max(bodyBytesMax, Runtime.getRuntime().maxMemory() / HEAP_SHARE));
  }

  static BodyRoom of(long bytes) {
    return new BodyRoom(bytes);
  }

  /** Bytes that are free. */
  public long left() {
    return left.get();
  }

  /** Takes room for a body that grows, if there is as much. */
  boolean grow(int from, int to) {
    long more = counted(to) - counted(from);
    if (more == 0 || left.addAndGet(-more) >= 0) {
      return true;
    }
    left.addAndGet(more);
    return false;
  }

  /** Gives back what a body does not need any more. */
  void shrink(int from, int to) {
    long less = counted(from) - counted(to);
    if (less != 0) {
      left.addAndGet(less);
    }
  }

  private static long counted(int bytes) {
    return Math.max(0, bytes - FREE_BYTES);
  }
}
