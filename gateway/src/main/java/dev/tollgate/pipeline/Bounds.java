package dev.tollgate.pipeline;

import java.time.Duration;

/**
 * The limits on everything that one call can take.
 *
 * @param bodyBytesMax request body, after inflating
 * @param replyBytesMax whole reply of a provider
 * @param errorBytesMax error body of a provider
 * @param eventBytesMax one event of a stream
 * @param attemptsMax calls to providers for one call of a client
 * @param callsMax calls under way in the gateway
 * @param bodyTimeout longest time for a request's body to arrive
 * @param stallTimeout how long a client may leave unread what waits for it
 * @param drainTimeout how long a shutdown waits for calls under way
 * @param sockets what WebSockets can take
 */
public record Bounds(
    int bodyBytesMax,
    int replyBytesMax,
    int errorBytesMax,
    int eventBytesMax,
    int attemptsMax,
    int callsMax,
    Duration bodyTimeout,
    Duration stallTimeout,
    Duration drainTimeout,
    Sockets sockets) {

  /**
   * The limits on WebSockets.
   *
   * @param openMax of them at once in the gateway
   * @param frameBytesMax one frame of a client
   * @param providerFrameBytesMax one frame of a provider
   * @param messageBytesMax one message of several frames, either way
   * @param handshakeTimeout longest time for the provider to accept, and then for the client to
   *     join
   * @param idleTimeout how long neither side may send text or sound
   * @param totalTimeout longest life
   */
  public record Sockets(
      int openMax,
      int frameBytesMax,
      int providerFrameBytesMax,
      int messageBytesMax,
      Duration handshakeTimeout,
      Duration idleTimeout,
      Duration totalTimeout) {
    public static final Sockets DEFAULTS =
        new Sockets(
            1_000,
            256 << 10,
            1 << 20,
            16 << 20,
            Duration.ofSeconds(30),
            Duration.ofMinutes(10),
            Duration.ofHours(4));
  }

  public static final Bounds DEFAULTS =
      new Bounds(
          32 << 20,
          64 << 20,
          1 << 20,
          8 << 20,
          20,
          50_000,
          Duration.ofSeconds(60),
          Duration.ofMinutes(5),
          Duration.ofSeconds(30));

  /** With the usual limits on WebSockets. */
  public Bounds(
      int bodyBytesMax,
      int replyBytesMax,
      int errorBytesMax,
      int eventBytesMax,
      int attemptsMax,
      int callsMax,
      Duration bodyTimeout,
      Duration stallTimeout,
      Duration drainTimeout) {
    this(
        bodyBytesMax,
        replyBytesMax,
        errorBytesMax,
        eventBytesMax,
        attemptsMax,
        callsMax,
        bodyTimeout,
        stallTimeout,
        drainTimeout,
        Sockets.DEFAULTS);
  }

  /** The same with another time for calls to end before the gateway does. */
  public Bounds withDrainTimeout(Duration other) {
    return new Bounds(
        bodyBytesMax,
        replyBytesMax,
        errorBytesMax,
        eventBytesMax,
        attemptsMax,
        callsMax,
        bodyTimeout,
        stallTimeout,
        other,
        sockets);
  }

  /** The same with other limits on WebSockets. */
  public Bounds with(Sockets others) {
    return new Bounds(
        bodyBytesMax,
        replyBytesMax,
        errorBytesMax,
        eventBytesMax,
        attemptsMax,
        callsMax,
        bodyTimeout,
        stallTimeout,
        drainTimeout,
        others);
  }
}
