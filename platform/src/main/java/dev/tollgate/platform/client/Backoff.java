package dev.tollgate.platform.client;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.OptionalLong;
import java.util.function.DoubleSupplier;

/**
 * When and how soon a call is tried again, by the official client's rules. Safe for several
 * threads.
 */
final class Backoff {
  private static final long FIRST_MS = 500;
  private static final long LONGEST_MS = 8_000;
  private static final long RETRY_AFTER_MS_MAX = 60_000;

  private final InstantSource clock;
  private final DoubleSupplier random;

  /**
   * Spreads its pauses.
   *
   * @param random from 0 to 1
   */
  Backoff(InstantSource clock, DoubleSupplier random) {
    this.clock = clock;
    this.random = random;
  }

  /** The server's own {@code x-should-retry} counts; else 408, 409, 429 and 500 upwards. */
  static boolean retries(int status, HttpHeaders headers) {
    var said = headers.firstValue("x-should-retry").orElse("");
    return switch (said) {
      case "true" -> true;
      case "false" -> false;
      default -> status == 408 || status == 409 || status == 429 || status >= 500;
    };
  }

  /**
   * What the server asks for, up to 60 s; else 0.5 s, doubled each time up to 8 s, less a quarter
   * at most.
   */
  Duration pause(int retriesDone, HttpHeaders headers) {
    var asked = askedMs(headers);
    if (asked.isPresent() && asked.getAsLong() > 0 && asked.getAsLong() <= RETRY_AFTER_MS_MAX) {
      return Duration.ofMillis(asked.getAsLong());
    }
    return pause(retriesDone);
  }

  /** After a connection failed, when no one can ask for anything. */
  Duration pause(int retriesDone) {
    long ms = Math.min(FIRST_MS << Math.min(retriesDone, 10), LONGEST_MS);
    return Duration.ofMillis(Math.round(ms * (1 - 0.25 * random.getAsDouble())));
  }

  private OptionalLong askedMs(HttpHeaders headers) {
    var ms = number(headers.firstValue("retry-after-ms").orElse(""), 1);
    if (ms.isPresent()) {
      return ms;
    }
    var after = headers.firstValue("retry-after").orElse("");
    var seconds = number(after, 1000);
    return seconds.isPresent() ? seconds : untilDate(after);
  }

  private static OptionalLong number(String text, int unit) {
    if (!text.matches("[0-9]{1,9}(\\.[0-9]{1,9})?")) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(Math.round(Double.parseDouble(text) * unit));
  }

  private OptionalLong untilDate(String text) {
    try {
      var date = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return OptionalLong.of(Duration.between(clock.instant(), date).toMillis());
    } catch (DateTimeException | ArithmeticException _) {
      return OptionalLong.empty();
    }
  }
}
