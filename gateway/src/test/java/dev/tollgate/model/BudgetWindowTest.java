package dev.tollgate.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.BudgetWindow.Unit;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetWindowTest {
  /** A Sunday. */
  private static final Instant NOW = Instant.parse("2026-11-22T12:11:32.644Z");

  @ParameterizedTest
  @CsvSource({
    "1d, 2026-11-23T00:00:00Z",
    "daily, 2026-11-23T00:00:00Z",
    "7d, 2026-11-23T00:00:00Z",
    "1w, 2026-11-23T00:00:00Z",
    "weekly, 2026-11-23T00:00:00Z",
    "30d, 2026-12-01T00:00:00Z",
    "1mo, 2026-12-01T00:00:00Z",
    "monthly, 2026-12-01T00:00:00Z",
    "3mo, 2027-02-01T00:00:00Z",
    "2d, 2026-11-24T00:00:00Z",
    "2w, 2026-12-06T00:00:00Z",
    "1h, 2026-11-22T13:00:00Z",
    "12h, 2026-11-23T00:00:00Z",
    "5h, 2026-11-22T15:00:00Z",
    "48h, 2026-11-24T00:00:00Z",
    "15m, 2026-11-22T12:15:00Z",
    "30s, 2026-11-22T12:12:00Z",
    "soon, 2026-11-23T00:00:00Z",
    "0d, 2026-11-23T00:00:00Z",
    "99999999999d, 2026-11-23T00:00:00Z",
  })
  void resetsFollowTheCalendar(String duration, Instant reset) {
    assertThat(BudgetWindow.nextReset(NOW, duration, BudgetDay.UTC)).isEqualTo(reset);
  }

  @Test
  void onTheBoundaryTheNextWindowStarts() {
    Instant monday = Instant.parse("2026-11-23T00:00:00Z");
    assertThat(BudgetWindow.nextReset(monday, "7d", BudgetDay.UTC))
        .isEqualTo("2026-11-30T00:00:00Z");
    assertThat(BudgetWindow.nextReset(monday, "1h", BudgetDay.UTC))
        .isEqualTo("2026-11-23T01:00:00Z");
  }

  @Test
  void midnightIsTheZonesMidnight() {
    assertThat(BudgetWindow.nextReset(NOW, "1d", BudgetDay.of(ZoneId.of("America/New_York"))))
        .isEqualTo("2026-11-23T05:00:00Z");
  }

  @ParameterizedTest
  @CsvSource({
    "1d,  2026-11-22T06:29:59Z, 2026-11-22T06:30:00Z",
    "1d,  2026-11-22T06:30:00Z, 2026-11-23T06:30:00Z",
    "7d,  2026-11-23T06:29:59Z, 2026-11-23T06:30:00Z",
    "30d, 2026-12-01T00:00:00Z, 2026-12-01T06:30:00Z",
    "1mo, 2026-12-01T06:30:00Z, 2027-01-01T06:30:00Z",
    "2h,  2026-11-22T06:15:00Z, 2026-11-22T08:00:00Z"
  })
  void daysBeginWhenTheOperatorSays(String duration, Instant now, Instant reset) {
    BudgetDay day = new BudgetDay(ZoneOffset.UTC, LocalTime.of(6, 30));
    assertThat(BudgetWindow.nextReset(now, duration, day)).isEqualTo(reset);
  }

  @Test
  void aResetIsAlwaysAheadWhateverTheClocksDo() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    String[] durations = {"30s", "7m", "90m", "1h", "5h", "1d", "3d", "7d", "30d", "2mo", "?"};
    String[] zones = {"Europe/Berlin", "Australia/Lord_Howe", "America/Sao_Paulo", "UTC"};
    for (int i = 0; i < 20_000; i++) {
      Instant now = Instant.ofEpochSecond(random.nextLong(1_500_000_000L, 1_900_000_000L));
      String duration = durations[random.nextInt(durations.length)];
      BudgetDay zone =
          new BudgetDay(
              ZoneId.of(zones[random.nextInt(zones.length)]),
              LocalTime.ofSecondOfDay(random.nextInt(4) * 60L * random.nextInt(480)));
      assertThat(BudgetWindow.nextReset(now, duration, zone))
          .as("seed %s: %s at %s in %s", seed, duration, now, zone)
          .isAfter(now);
    }
  }

  @Test
  void aWindowRolledLateEndsWhereItWouldHaveEnded() {
    Instant first = Instant.parse("2026-11-24T00:00:00Z");
    assertThat(BudgetWindow.rolled(first, NOW, "2d", BudgetDay.UTC)).isEqualTo(first);
    assertThat(BudgetWindow.rolled(first, first, "2d", BudgetDay.UTC))
        .isEqualTo("2026-11-26T00:00:00Z");
    assertThat(
            BudgetWindow.rolled(first, Instant.parse("2026-11-29T07:00:00Z"), "2d", BudgetDay.UTC))
        .isEqualTo("2026-11-30T00:00:00Z");
  }

  @Test
  void aShortWindowThatEndedYearsAgoIsRolledAtOnce() {
    assertThat(BudgetWindow.rolled(Instant.EPOCH, NOW, "1s", BudgetDay.UTC))
        .isEqualTo("2026-11-22T12:11:33Z");
    assertThat(BudgetWindow.rolled(Instant.EPOCH, NOW, "15m", BudgetDay.UTC))
        .isEqualTo("2026-11-22T12:15:00Z");
  }

  @Test
  void aWindowThatReachesOverMidnightIsLeftToEnd() {
    assertThat(
            BudgetWindow.rolled(
                Instant.EPOCH, Instant.parse("2026-11-23T00:30:00Z"), "5h", BudgetDay.UTC))
        .isEqualTo("2026-11-23T01:00:00Z");
    assertThat(
            BudgetWindow.rolled(
                Instant.EPOCH, Instant.parse("2026-11-23T01:00:00Z"), "5h", BudgetDay.UTC))
        .isEqualTo("2026-11-23T05:00:00Z");
  }

  @Test
  void durationsOfKeysArePlainOffsets() {
    assertThat(BudgetWindow.parse("1h").orElseThrow().after(NOW))
        .isEqualTo(NOW.plus(Duration.ofHours(1)));
    assertThat(BudgetWindow.parse("1mo").orElseThrow().after(NOW))
        .isEqualTo("2026-12-22T12:11:32.644Z");
    assertThat(BudgetWindow.parse("2w")).contains(new BudgetWindow(2, Unit.WEEKS));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "d", "-1d", "1y", "1.5h", "1 h", "999999999999d", "1d2h"})
  void whatIsNoDurationIsNotRead(String text) {
    assertThat(BudgetWindow.parse(text)).isEmpty();
  }
}
