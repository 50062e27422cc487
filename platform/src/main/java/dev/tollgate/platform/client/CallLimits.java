package dev.tollgate.platform.client;

import java.time.Duration;

/**
 * What one call may take. Immutable.
 *
 * @param connect until the connection stands
 * @param whole one attempt, from the request to the answer's last byte
 * @param retriesMax further attempts after the first
 * @param replyBytesMax an answer larger than this is not read to its end
 */
public record CallLimits(Duration connect, Duration whole, int retriesMax, long replyBytesMax) {
  /** The official client's: 5 s to connect, 600 s an attempt, 2 retries; and answers to 64 MiB. */
  public static final CallLimits USUAL =
      new CallLimits(Duration.ofSeconds(5), Duration.ofSeconds(600), 2, 64L << 20);

  public CallLimits {
    positive("connect", connect);
    positive("whole", whole);
    if (retriesMax < 0 || retriesMax > 10) {
      throw new BadInputException("retriesMax", String.valueOf(retriesMax), "0 to 10");
    }
    if (replyBytesMax < 1) {
      throw new BadInputException("replyBytesMax", String.valueOf(replyBytesMax), "1 or more");
    }
  }

  private static void positive(String field, Duration duration) {
    if (!duration.isPositive()) {
      throw new BadInputException(field, duration.toString(), "a time above zero");
    }
  }
}
