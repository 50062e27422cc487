package dev.tollgate.wire;

import dev.tollgate.model.chat.Event;
import java.io.ByteArrayOutputStream;

/**
 * Writes a streamed reply as its client reads it. For one reply and one thread. A {@code Failed} is
 * not written here: {@link Codec#writeFailureEvent} tells of failures in every stream.
 */
public interface EventWriter {
  /**
   * Appends what the client gets for an event; nothing if it has to wait or means nothing in this
   * dialect. {@code Ended} writes all that is still owed and the stream's own end.
   */
  void write(Event event, ByteArrayOutputStream out);
}
