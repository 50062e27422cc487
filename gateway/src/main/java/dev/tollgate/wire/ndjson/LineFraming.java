package dev.tollgate.wire.ndjson;

import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.wire.Framing;
import dev.tollgate.wire.sse.EventSink;
import java.util.Arrays;

/**
 * Splits a stream into its lines, each an event, handed out without its line end. Blank lines are
 * nobody's. For one stream and one thread.
 */
public final class LineFraming implements Framing {
  private static final byte[] NONE = {};

  private final int eventBytesMax;
  private byte[] held = NONE;
  private int heldLength;

  /** A line of more than {@code eventBytesMax} bytes is refused. */
  public LineFraming(int eventBytesMax) {
    this.eventBytesMax = eventBytesMax;
  }

  @Override
  public void feed(byte[] chunk, int from, int to, EventSink sink) {
    int begin = from;
    for (int at = from; at < to; at++) {
      if (chunk[at] == '\n') {
        line(chunk, begin, at, sink);
        begin = at + 1;
      }
    }
    if (begin < to) {
      hold(chunk, begin, to);
    }
  }

  @Override
  public void end(EventSink sink) {
    line(NONE, 0, 0, sink);
  }

  private void line(byte[] chunk, int from, int to, EventSink sink) {
    if (heldLength == 0) {
      check(to - from);
      emit(chunk, from, to, sink);
      return;
    }
    hold(chunk, from, to);
    byte[] line = held;
    int length = heldLength;
    held = NONE;
    heldLength = 0;
    emit(line, 0, length, sink);
  }

  private static void emit(byte[] line, int from, int to, EventSink sink) {
    int end = to;
    while (end > from && isBlank(line[end - 1])) {
      end--;
    }
    int begin = from;
    while (begin < end && isBlank(line[begin])) {
      begin++;
    }
    if (begin < end) {
      sink.event(line, begin, end);
    }
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\r' || b == '\t';
  }

  private void hold(byte[] chunk, int from, int to) {
    int length = to - from;
    check((long) heldLength + length);
    if (heldLength + length > held.length) {
      int wanted = Math.max(heldLength + length, Math.min(2 * held.length, eventBytesMax));
      held = Arrays.copyOf(held, Math.max(wanted, 256));
    }
    System.arraycopy(chunk, from, held, heldLength, length);
    heldLength += length;
  }

  private void check(long length) {
    if (length > eventBytesMax) {
      throw new FailureException(
          new Failure.TooLarge(
              "A line of the provider's stream is larger than " + eventBytesMax + " bytes.", 502));
    }
  }
}
