package dev.tollgate.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.BudgetDay;
import dev.tollgate.model.Money;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowsTest {
  private static final Instant END = Instant.parse("2026-11-23T00:00:00Z");
  private static final Money BUDGET = Money.ofNanos(100);

  private static long carried(String now, String duration, long settled) {
    return new Windows(BudgetDay.UTC, true)
        .next(END, Instant.parse(now), duration, settled, BUDGET)
        .start()
        .nanos();
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-23T00:00:01Z, 1d, 99, 0",
    "2026-11-23T00:00:01Z, 1d, 100, 0",
    "2026-11-23T00:00:01Z, 1d, 350, 250",
    "2026-11-24T00:00:00Z, 1d, 350, 150",
    "2026-11-25T12:00:00Z, 1d, 350, 50",
    "2026-11-28T12:00:00Z, 1d, 350, 0",
    "2026-11-23T00:00:59Z, 1m, 350, 250",
    "2026-11-23T00:01:00Z, 1m, 350, 150",
    "2036-11-23T00:01:00Z, 1s, 9000000000, 0",
    "2026-12-31T12:00:00Z, 30d, 350, 150"
  })
  void overspendIsPaidOffWindowByWindow(String now, String duration, long settled, long carried) {
    assertThat(carried(now, duration, settled)).isEqualTo(carried);
  }

  @Test
  void withoutRolloverAWindowBeginsAtZero() {
    SpendStore.Step.Rolled next =
        new Windows(BudgetDay.UTC, false).next(END, END, "1d", 350, BUDGET);
    assertThat(next.start()).isEqualTo(Money.ZERO);
  }

  @Test
  void aBudgetOfNothingIsNeverPaidOff() {
    assertThat(
            new Windows(BudgetDay.UTC, true)
                .next(END, END.plusSeconds(864_000), "1d", 350, Money.ZERO)
                .start())
        .isEqualTo(Money.ofNanos(350));
  }

  @Test
  void daysBeginWhereTheOperatorIs() {
    Windows berlin = new Windows(BudgetDay.of(ZoneId.of("Europe/Berlin")), false);
    assertThat(berlin.first(Instant.parse("2026-11-22T12:00:00Z"), "1d"))
        .isEqualTo("2026-11-22T23:00:00Z");
  }
}
