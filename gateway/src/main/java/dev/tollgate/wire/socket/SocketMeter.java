package dev.tollgate.wire.socket;

import dev.tollgate.model.Usage;

/** Counts what one WebSocket uses. For one thread. */
public interface SocketMeter {
  /** What would be owed if this were sent, and the socket ended then. */
  Usage usedWith(boolean binary, int bytes, long nowNanos);

  /**
   * The provider gets a frame of the client's.
   *
   * @param binary whether it is of a binary message, else of a text
   * @param bytes of the frame
   * @param nowNanos on the monotonic clock
   */
  void sent(boolean binary, int bytes, long nowNanos);

  /** The provider has sent a text, whole. What is no message that is known says nothing. */
  void received(byte[] text);

  /** What is owed if the socket ends now. */
  Usage used();
}
