package dev.tollgate.wire.sse;

import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.wire.Framing;
import java.util.Arrays;

/**
 * Splits a byte stream into complete server-sent events. For one stream and one thread.
 *
 * <p>A line ends with LF, CR or CRLF, and a blank line ends an event; blank lines before an event
 * and a byte order mark at the start belong to nobody. However the bytes are cut, the events are
 * the same. An event that lies whole in the chunk fed is handed out where it stands; one that was
 * cut is put together in an array that is never used again, so a receiver may keep what it got.
 *
 * <p>A CR that ends a blank line may be the first half of a CRLF: such an event is handed out with
 * the next byte, or by {@link #end}.
 */
public final class EventSplitter implements Framing {
  /** What a client is told. */
  public static final String CONTENT_TYPE = "text/event-stream; charset=utf-8";

  private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
  private static final byte[] NONE = {};

  /** Where we stand: what the bytes before the next one were. */
  private enum State {
    /** The stream has just begun; a byte order mark may follow. */
    START,
    /** Between events. */
    BETWEEN,
    /** Between events, after a CR. */
    BETWEEN_CR,
    /** Within a line of an event. */
    LINE,
    /** At the start of a line of an event, after a LF. */
    LINE_START,
    /** At the start of a line of an event, after a CR. */
    LINE_START_CR,
    /** The event's blank line ended with a CR. */
    BLANK_CR
  }

  private final int eventBytesMax;
  private State state = State.START;
  private int marked;
  private byte[] held = NONE;
  private int heldLength;

  /** An event of more than {@code eventBytesMax} bytes is refused. */
  public EventSplitter(int eventBytesMax) {
    this.eventBytesMax = eventBytesMax;
  }

  /** Whether a content type, in lower case, is that of server-sent events. */
  public static boolean isStream(String contentType) {
    return contentType.startsWith("text/event-stream");
  }

  /** Whether the stream stands within an event, which is lost if it ends here. */
  public boolean midEvent() {
    return heldLength > 0 && state != State.BLANK_CR;
  }

  /**
   * Takes the bytes from {@code from} to {@code to} and hands out the events they complete.
   *
   * @throws FailureException with {@code TooLarge} if an event passes the bound
   */
  @Override
  public void feed(byte[] chunk, int from, int to, EventSink sink) {
    int begin = heldLength > 0 ? from : -1;
    int at = from;
    while (at < to) {
      if (state == State.LINE) {
        at = Lines.end(chunk, at, to);
        if (at == to) {
          break;
        }
      }
      byte next = chunk[at];
      if (state == State.BLANK_CR) {
        int end = next == '\n' ? at + 1 : at;
        emit(chunk, begin, end, sink);
        begin = -1;
        state = State.BETWEEN;
        at = end;
        continue;
      }
      boolean outside = begin < 0;
      state = after(next);
      if (outside && state == State.LINE) {
        begin = at;
      }
      at++;
      if (state == State.BETWEEN && !outside) {
        emit(chunk, begin, at, sink);
        begin = -1;
      }
    }
    if (begin >= 0) {
      hold(chunk, begin, to);
    }
  }

  /**
   * The stream has ended. An event without its blank line is handed out with one: some providers
   * forget it after the last event; if the stream was cut, its receiver will find that out.
   */
  @Override
  public void end(EventSink sink) {
    if (heldLength == 0) {
      return;
    }
    if (state != State.BLANK_CR) {
      byte[] blank = {'\n', '\n'};
      hold(blank, 0, blank.length);
    }
    byte[] event = held;
    int length = heldLength;
    held = NONE;
    heldLength = 0;
    state = State.BETWEEN;
    sink.event(event, 0, length);
  }

  private State after(byte next) {
    return switch (state) {
      case START -> afterStart(next);
      case BETWEEN -> next == '\n' ? State.BETWEEN : next == '\r' ? State.BETWEEN_CR : State.LINE;
      case BETWEEN_CR ->
          next == '\n' ? State.BETWEEN : next == '\r' ? State.BETWEEN_CR : State.LINE;
      case LINE ->
          next == '\n' ? State.LINE_START : next == '\r' ? State.LINE_START_CR : State.LINE;
      case LINE_START -> next == '\n' ? State.BETWEEN : next == '\r' ? State.BLANK_CR : State.LINE;
      case LINE_START_CR ->
          next == '\n' ? State.LINE_START : next == '\r' ? State.BLANK_CR : State.LINE;
      case BLANK_CR -> throw new IllegalStateException("the event was not handed out");
    };
  }

  private State afterStart(byte next) {
    if (marked < MARK.length && next == MARK[marked]) {
      marked++;
      return marked == MARK.length ? State.BETWEEN : State.START;
    }
    state = State.BETWEEN;
    return after(next);
  }

  private void emit(byte[] chunk, int begin, int end, EventSink sink) {
    if (heldLength == 0) {
      checkLength(end - begin);
      sink.event(chunk, begin, end);
      return;
    }
    hold(chunk, begin, end);
    byte[] event = held;
    int length = heldLength;
    held = NONE;
    heldLength = 0;
    sink.event(event, 0, length);
  }

  private void hold(byte[] chunk, int begin, int end) {
    int length = end - begin;
    checkLength((long) heldLength + length);
    if (heldLength + length > held.length) {
      int wanted = Math.max(heldLength + length, Math.min(2 * held.length, eventBytesMax));
      held = Arrays.copyOf(held, Math.max(wanted, 256));
    }
    System.arraycopy(chunk, begin, held, heldLength, length);
    heldLength += length;
  }

  private void checkLength(long length) {
    if (length > eventBytesMax) {
      throw new FailureException(
          new Failure.TooLarge(
              "An event of the provider's stream is larger than " + eventBytesMax + " bytes.",
              502));
    }
  }
}
