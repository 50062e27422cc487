package dev.tollgate.wire;

import dev.tollgate.wire.sse.EventSink;

/**
 * Cuts a provider's stream into events: server-sent ones, lines of JSON, binary frames. For one
 * stream and one thread; however the bytes are cut, the events are the same.
 */
public interface Framing {
  /**
   * Takes bytes and hands out the events that they complete. An array handed out is never written
   * to again.
   *
   * @throws dev.tollgate.model.FailureException with {@code TooLarge} if an event passes the bound,
   *     with {@code UpstreamBroken} if the bytes are no stream of this kind
   */
  void feed(byte[] chunk, int from, int to, EventSink sink);

  /** The stream is over: hands out an event that only its end completes. */
  void end(EventSink sink);
}
