package dev.tollgate.ledger;

import dev.tollgate.model.Money;
import java.math.BigDecimal;

/**
 * Writes money as Python writes a float, which is how it stands in LiteLLM's messages: {@code
 * 1.3e-05}.
 */
final class PythonFloat {
  /** Python goes over to an exponent below 1e-4. */
  private static final int PLAIN_EXPONENT_MIN = -4;

  private PythonFloat() {}

  static String text(Money money) {
    BigDecimal value = money.dollars().stripTrailingZeros();
    int exponent = value.precision() - value.scale() - 1;
    if (value.signum() == 0 || exponent >= PLAIN_EXPONENT_MIN) {
      return money.toString();
    }
    String digits = value.unscaledValue().abs().toString();
    String rest = digits.length() == 1 ? "" : "." + digits.substring(1);
    String sign = value.signum() < 0 ? "-" : "";
    int size = -exponent;
    return sign + digits.charAt(0) + rest + "e-" + (size < 10 ? "0" : "") + size;
  }
}
