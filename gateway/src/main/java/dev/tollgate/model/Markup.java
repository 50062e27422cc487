package dev.tollgate.model;

import java.math.BigDecimal;

/**
 * What the operator takes off a provider's price and puts on it: {@code cost_discount_config} and
 * {@code cost_margin_config}.
 *
 * @param discount taken off first, 0.05 for five per cent
 * @param margin put on what is left, 0.1 for ten per cent
 * @param fixed dollars put on each call that cost something
 */
public record Markup(BigDecimal discount, BigDecimal margin, BigDecimal fixed) {
  public static final Markup NONE = new Markup(BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO);

  /** Whether it changes nothing. */
  public boolean isNone() {
    return discount.signum() == 0 && margin.signum() == 0 && fixed.signum() == 0;
  }

  /** Dollars taken off, exact. */
  public BigDecimal discountOf(BigDecimal original) {
    return original.multiply(discount);
  }

  /** Dollars put on, exact. */
  public BigDecimal marginOf(BigDecimal discounted) {
    return discounted.multiply(margin).add(fixed);
  }
}
