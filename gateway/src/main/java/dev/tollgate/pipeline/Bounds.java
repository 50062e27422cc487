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
    Duration drainTimeout) {
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
}
