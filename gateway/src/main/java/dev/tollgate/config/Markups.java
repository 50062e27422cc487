package dev.tollgate.config;

import dev.tollgate.model.Markup;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code cost_discount_config} and {@code cost_margin_config}: what is taken off a provider's
 * prices and put on them.
 *
 * @param discounts by provider, 0.05 for five per cent
 * @param margins by provider; {@code global} is for all others
 */
public record Markups(Map<String, BigDecimal> discounts, Map<String, Margin> margins) {
  private static final String DISCOUNTS = "cost_discount_config";
  private static final String MARGINS = "cost_margin_config";
  private static final String GLOBAL = "global";

  /** Ten thousand per cent. */
  private static final BigDecimal MARGIN_MAX = BigDecimal.valueOf(100);

  private static final BigDecimal FIXED_MAX = BigDecimal.valueOf(1_000_000);

  /**
   * What is put on.
   *
   * @param share of the discounted cost
   * @param fixed dollars for each call
   */
  public record Margin(BigDecimal share, BigDecimal fixed) {}

  static Markups from(Section section) {
    Map<String, BigDecimal> discounts = new LinkedHashMap<>();
    section
        .map(DISCOUNTS)
        .forEach(
            (provider, value) ->
                discounts.put(
                    provider, number(section, DISCOUNTS, provider, value, BigDecimal.ONE)));
    Map<String, Margin> margins = new LinkedHashMap<>();
    section
        .map(MARGINS)
        .forEach((provider, value) -> margins.put(provider, margin(section, provider, value)));
    return new Markups(discounts, margins);
  }

  private static Margin margin(Section section, String provider, Object value) {
    if (!(value instanceof Map<?, ?> parts)) {
      return new Margin(number(section, MARGINS, provider, value, MARGIN_MAX), BigDecimal.ZERO);
    }
    for (Object name : parts.keySet()) {
      if (!"percentage".equals(name) && !"fixed_amount".equals(name)) {
        throw section.refused(MARGINS, "percentage and fixed_amount for " + provider);
      }
    }
    return new Margin(
        number(section, MARGINS, provider, parts.get("percentage"), MARGIN_MAX),
        number(section, MARGINS, provider, parts.get("fixed_amount"), FIXED_MAX));
  }

  private static BigDecimal number(
      Section section, String key, String provider, @Nullable Object value, BigDecimal most) {
    BigDecimal number =
        switch (value) {
          case null -> BigDecimal.ZERO;
          case BigDecimal decimal -> decimal;
          case Integer whole -> BigDecimal.valueOf(whole);
          case Long whole -> BigDecimal.valueOf(whole);
          default -> BigDecimal.ONE.negate();
        };
    if (number.signum() < 0 || number.compareTo(most) > 0 || number.scale() > 12) {
      throw section.refused(key, "a number from 0 to " + most + " for " + provider);
    }
    return number;
  }

  /** What is taken off and put on for a provider. */
  public Markup of(String provider) {
    BigDecimal discount = discounts.getOrDefault(provider, BigDecimal.ZERO);
    Margin margin = margins.get(provider);
    if (margin == null) {
      margin = margins.get(GLOBAL);
    }
    return margin == null
        ? new Markup(discount, BigDecimal.ZERO, BigDecimal.ZERO)
        : new Markup(discount, margin.share(), margin.fixed());
  }
}
