package dev.tollgate.wire;

import dev.tollgate.model.chat.Event;
import java.util.function.Consumer;

/** Reads a provider's streamed reply. For one reply and one thread. */
public interface EventReader {
  /**
   * Reads one event as the framing cut it, and hands out what it means, in the order that {@link
   * Event} promises. An event that tells of an error gives {@code Failed}.
   *
   * @throws dev.tollgate.model.FailureException with an {@code UpstreamBroken} if it is not of this
   *     dialect
   */
  void read(byte[] buffer, int from, int to, Consumer<Event> out);

  /**
   * The connection was closed in good order: hands out what only the end completes, {@code Ended}
   * among it if the answer is complete though the provider never said so.
   */
  void end(Consumer<Event> out);
}
