package dev.tollgate.pipeline;

import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.wire.Framing;
import dev.tollgate.wire.StreamEdit;
import dev.tollgate.wire.sse.EventSink;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * A streamed answer on its way: the events of each chunk are edited into one buffer for the client;
 * what ends the stream is kept apart, so that the call can be booked before it goes out. Lives on
 * the call's event loop.
 */
final class Relay implements EventSink {
  private static final int ROOM_BYTES = 64; // events may grow by their edits

  private final StreamEdit edit;
  private final Framing framing;
  private final String provider;
  private Buffer out = Buffer.buffer();
  private Buffer last = Buffer.buffer();
  private boolean started;
  private boolean begun;
  private @Nullable Failure failure;

  Relay(StreamEdit edit, Framing framing, String provider) {
    this.edit = edit;
    this.framing = framing;
    this.provider = provider;
  }

  /** Takes the next chunk; {@link #out}, {@link #last} and {@link #failure} say what came of it. */
  void feed(Buffer chunk) {
    byte[] bytes = chunk.getBytes();
    expect(bytes.length);
    try {
      framing.feed(bytes, 0, bytes.length, this);
    } catch (FailureException unreadable) {
      failure = new Failure.UpstreamBroken(unreadable.failure().message(), provider);
    }
    started |= out.length() > 0;
  }

  /** The provider closed the stream in good order; the same three say what came of it. */
  void end() {
    expect(0);
    framing.end(this);
    started |= out.length() > 0;
  }

  private void expect(int bytes) {
    out = Buffer.buffer(bytes + ROOM_BYTES);
    last = Buffer.buffer();
    begun = started;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // the edit hands back the very array when nothing changed
  public void event(byte[] buffer, int from, int to) {
    if (failure != null || edit.done()) {
      return; // nothing counts after the end
    }
    if (!begun && edit.isSilent(buffer, from, to)) {
      return;
    }
    begun = true;
    byte[] edited = edit.edit(buffer, from, to);
    failure = edit.failure();
    if (edited == null) {
      return;
    }
    Buffer target = failure != null || edit.done() ? last : out;
    if (edited == buffer) {
      target.appendBytes(buffer, from, to - from);
    } else {
      target.appendBytes(edited);
    }
  }

  StreamEdit edit() {
    return edit;
  }

  /** What goes to the client at once. */
  Buffer out() {
    return out;
  }

  /** What ends the stream; empty if nothing does, or the client is not told. */
  Buffer last() {
    return last;
  }

  /** What the client still has to get where the provider closed the stream. */
  Buffer closing() {
    byte[] closing = edit.ending();
    return closing == null ? Buffer.buffer() : Buffer.buffer(closing);
  }

  /** Null while all is well. */
  @Nullable Failure failure() {
    return failure;
  }
}
