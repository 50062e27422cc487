package dev.tollgate.wire;

import dev.tollgate.model.Failure;
import dev.tollgate.model.Usage;
import dev.tollgate.wire.sse.EventSink;
import org.jspecify.annotations.Nullable;

/** Bytes that nobody reads, handed on as they come. For one reply and one thread. */
final class RawStream implements Framing, StreamEdit {
  @Override
  public void feed(byte[] chunk, int from, int to, EventSink sink) {
    if (from < to) {
      sink.event(chunk, from, to);
    }
  }

  @Override
  public void end(EventSink sink) {
    // what came was handed out
  }

  @Override
  public byte[] edit(byte[] buffer, int from, int to) {
    return buffer;
  }

  @Override
  public boolean isSilent(byte[] buffer, int from, int to) {
    return false;
  }

  @Override
  public Usage usage() {
    return Usage.NONE;
  }

  @Override
  public boolean done() {
    return false;
  }

  @Override
  public boolean finished() {
    return true;
  }

  @Override
  public @Nullable Failure failure() {
    return null;
  }

  @Override
  public boolean sawContent() {
    return true;
  }

  @Override
  public TextSample outputText() {
    return TextSample.NONE;
  }
}
