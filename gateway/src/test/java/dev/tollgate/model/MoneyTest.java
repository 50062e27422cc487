package dev.tollgate.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MoneyTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0.0",
    "1, 0.000000001",
    "-1, -0.000000001",
    "13000, 0.000013",
    "1000000000, 1.0",
    "-2500000000, -2.5",
    "9223372036854775807, 9223372036.854775807",
    "-9223372036854775808, -9223372036.854775808"
  })
  void anAmountIsAPlainNumber(long nanos, String text) {
    assertThat(Money.ofNanos(nanos)).hasToString(text);
  }

  @Test
  void anyAmountReadsBackAsItself() {
    Random random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      long nanos = random.nextLong() >> random.nextInt(64);
      BigDecimal read = new BigDecimal(Money.ofNanos(nanos).toString());
      assertThat(read).isEqualByComparingTo(BigDecimal.valueOf(nanos, 9));
    }
  }
}
