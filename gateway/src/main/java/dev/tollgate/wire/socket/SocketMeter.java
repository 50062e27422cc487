package dev.tollgate.wire.socket;

import dev.tollgate.model.Usage;

/** Counts what one WebSocket uses. For one thread. */
public interface SocketMeter {
  /**
   * What money has to be held for before this is sent; {@link #held} and what this adds.
   *
   * @param binary whether it is of a binary message, else of a text
   * @param bytes of the frame
   * @param nowNanos on the monotonic clock
   */
  Usage heldWith(boolean binary, int bytes, long nowNanos);

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

  /**
   * What money has to be held for: what is owed, and more where it is not known yet how much was
   * sent.
   */
  Usage held();

  /** Whether that is more than is owed, until the provider tells how much it was sent. */
  boolean isGuessed();

  /** What is owed if the socket ends now. */
  Usage used();
}
