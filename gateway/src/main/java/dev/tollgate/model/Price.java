package dev.tollgate.model;

import java.math.BigDecimal;

/**
 * An exact price of one unit (a token, a request), in US dollars.
 *
 * @param dollars the price of one unit, exact
 */
public record Price(BigDecimal dollars) {
  public static final Price FREE = new Price(BigDecimal.ZERO);

  /** Price in dollars from its decimal text, {@code 1.5e-07}. */
  public static Price of(String dollars) {
    return new Price(new BigDecimal(dollars));
  }
}
