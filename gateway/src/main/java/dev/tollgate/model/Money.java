package dev.tollgate.model;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * An exact amount of US dollars, in integer nano-dollars (1e-9 USD). Immutable and thread-safe.
 *
 * <p>Sums are exact; an overflow (beyond 9.2 billion dollars) throws {@link ArithmeticException}
 * instead of wrapping.
 */
public record Money(long nanos) implements Comparable<Money> {
  public static final Money ZERO = new Money(0);

  /** Digits after the point in dollars. */
  private static final int SCALE = 9;

  private static final long NANOS_PER_DOLLAR = 1_000_000_000;

  public static Money ofNanos(long nanos) {
    return nanos == 0 ? ZERO : new Money(nanos);
  }

  /**
   * Rounds an exact amount in dollars once, half even, to nano-dollars.
   *
   * @throws ArithmeticException if the amount does not fit
   */
  public static Money ofDollars(BigDecimal dollars) {
    return ofNanos(
        dollars.setScale(SCALE, RoundingMode.HALF_EVEN).movePointRight(SCALE).longValueExact());
  }

  public Money plus(Money other) {
    return ofNanos(Math.addExact(nanos, other.nanos));
  }

  public Money minus(Money other) {
    return ofNanos(Math.subtractExact(nanos, other.nanos));
  }

  public BigDecimal dollars() {
    return BigDecimal.valueOf(nanos, SCALE);
  }

  @Override
  public int compareTo(Money other) {
    return Long.compare(nanos, other.nanos);
  }

  /**
   * Dollars as a plain decimal number without trailing zeros, {@code 0.000013}; zero is {@code
   * 0.0}.
   */
  @Override
  public String toString() {
    if (nanos == 0) {
      return "0.0";
    }
    // A few headers and log fields of each call are amounts: digits of a long, no decimal made.
    long whole = nanos / NANOS_PER_DOLLAR;
    long rest = Math.abs(nanos % NANOS_PER_DOLLAR);
    int digits = SCALE;
    while (digits > 1 && rest % 10 == 0) {
      rest /= 10;
      digits--;
    }
    StringBuilder text = new StringBuilder(16);
    if (nanos < 0 && whole == 0) {
      text.append('-');
    }
    text.append(whole).append('.');
    String fraction = Long.toString(rest);
    return text.repeat('0', digits - fraction.length()).append(fraction).toString();
  }
}
