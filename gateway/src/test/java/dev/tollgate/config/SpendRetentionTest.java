package dev.tollgate.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.BudgetWindow;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpendRetentionTest {
  private static final Instant NOW = Instant.parse("2026-11-30T10:07:30Z"); // a Monday

  @ParameterizedTest
  @CsvSource({
    "0 4 * * *, 2026-12-01T04:00:00Z",
    "*/15 * * * *, 2026-11-30T10:15:00Z",
    "7 10 * * *, 2026-12-01T10:07:00Z",
    "8 10 * * *, 2026-11-30T10:08:00Z",
    "0 0 1 * *, 2026-12-01T00:00:00Z",
    "30 2 * * sun, 2026-12-06T02:30:00Z",
    "30 2 * * 7, 2026-12-06T02:30:00Z",
    "0 0 15 * mon, 2026-12-07T00:00:00Z",
    "0 9-17/4 * * mon-fri, 2026-11-30T13:00:00Z",
    "0 0 29 feb *, 2028-02-29T00:00:00Z",
  })
  void aCrontabsNextMomentIsTheFirstAfterNow(String crontab, Instant next) {
    assertThat(Cron.parse(crontab).orElseThrow().next(NOW, ZoneOffset.UTC)).isEqualTo(next);
  }

  @Test
  void aCrontabIsInTheZoneOfTheGateway() {
    assertThat(Cron.parse("0 4 * * *").orElseThrow().next(NOW, ZoneId.of("Asia/Tokyo")))
        .isEqualTo(Instant.parse("2026-11-30T19:00:00Z"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "* * * *",
        "* * * * * *",
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "0 0 30 2 *",
        "a * * * *",
        "5-1 * * * *",
        "*/0 * * * *",
        "1,,2 * * * *",
        "-1 * * * *",
        "@daily"
      })
  void whatIsNoCrontabOrNeverComesIsNone(String text) {
    assertThat(Cron.parse(text)).isEmpty();
  }

  @Test
  void withoutACrontabItIsAtOnceAndThenEachInterval() {
    SpendRetention retention =
        new SpendRetention(
            BudgetWindow.parse("30d").orElseThrow(), BudgetWindow.parse("6h").orElseThrow(), null);
    assertThat(retention.first(NOW, ZoneOffset.UTC)).isEqualTo(NOW);
    assertThat(retention.next(NOW, ZoneOffset.UTC)).isEqualTo("2026-11-30T16:07:30Z");
    assertThat(retention.end(NOW)).isEqualTo("2026-10-31T10:07:30Z");
  }
}
