package dev.tollgate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class MoneyTest {
  @Test
  void roundsOnceHalfEvenToNanoDollars() {
    assertThat(Money.ofDollars(new BigDecimal("0.0000000005"))).isEqualTo(Money.ZERO);
    assertThat(Money.ofDollars(new BigDecimal("0.0000000015")).nanos()).isEqualTo(2);
    assertThat(Money.ofDollars(new BigDecimal("0.00000000251")).nanos()).isEqualTo(3);
  }

  @Test
  void isWrittenAsAPlainDecimalNumber() {
    assertThat(Money.ofNanos(13_000)).hasToString("0.000013");
    assertThat(Money.ofNanos(2_000_000_000)).hasToString("2.0");
    assertThat(Money.ZERO).hasToString("0.0");
  }

  @Test
  void refusesToOverflow() {
    assertThatThrownBy(() -> Money.ofNanos(Long.MAX_VALUE).plus(Money.ofNanos(1)))
        .isInstanceOf(ArithmeticException.class);
  }
}
