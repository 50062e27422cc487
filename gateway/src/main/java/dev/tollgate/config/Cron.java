package dev.tollgate.config;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Moments by crontab's five fields: minute, hour, day of the month, month, day of the week (0 and 7
 * are Sunday), each {@code *}, numbers, ranges, steps or lists of them, the last two also by name.
 * Where both days are given, either is enough.
 */
public final class Cron {
  /** Long enough to meet the 29th of February on any day of the week. */
  private static final int DAYS_MAX = 366 * 29;

  private static final List<String> MONTHS =
      List.of(
          "", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
  private static final List<String> WEEKDAYS =
      List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");

  private final BitSet minutes;
  private final BitSet hours;
  private final BitSet days;
  private final BitSet months;
  private final BitSet weekdays;
  private final boolean anyDay;
  private final boolean anyWeekday;

  private final String text;

  private Cron(String[] fields) {
    text = String.join(" ", fields);
    minutes = field(fields[0], 0, 59, List.of());
    hours = field(fields[1], 0, 23, List.of());
    days = field(fields[2], 1, 31, List.of());
    months = field(fields[3], 1, 12, MONTHS);
    weekdays = field(fields[4], 0, 7, WEEKDAYS);
    if (weekdays.get(7)) {
      weekdays.set(0);
    }
    anyDay = fields[2].startsWith("*");
    anyWeekday = fields[4].startsWith("*");
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Cron cron && cron.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** Reads five fields; empty if they are none, or if the moment never comes. */
  static Optional<Cron> parse(String text) {
    String[] fields = text.strip().toLowerCase(Locale.ROOT).split("\\s+", 6);
    if (fields.length != 5) {
      return Optional.empty();
    }
    try {
      Cron cron = new Cron(fields);
      return cron.nextDay(LocalDate.EPOCH).map(_ -> cron);
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  private static BitSet field(String text, int least, int most, List<String> names) {
    BitSet all = new BitSet(most + 1);
    for (String part : text.split(",", -1)) {
      String[] stepped = part.split("/", 2);
      int step = stepped.length == 1 ? 1 : number(stepped[1], 1, most, List.of());
      String[] range = stepped[0].split("-", 2);
      boolean any = stepped[0].equals("*");
      int first = any ? least : number(range[0], least, most, names);
      int last;
      if (range.length == 2) {
        last = number(range[1], first, most, names);
      } else {
        last = any || stepped.length == 2 ? most : first;
      }
      for (int value = first; value <= last; value += step) {
        all.set(value);
      }
    }
    return all;
  }

  private static int number(String text, int least, int most, List<String> names) {
    int named = text.isEmpty() ? -1 : names.indexOf(text);
    int value = named >= 0 ? named : Integer.parseInt(text);
    if (value < least || value > most) {
      throw new NumberFormatException(text);
    }
    return value;
  }

  /** The first moment after {@code now}. */
  public Instant next(Instant now, ZoneId zone) {
    ZonedDateTime local = now.atZone(zone);
    LocalDate day = local.toLocalDate();
    for (int tries = 0; tries < 3; tries++) {
      day = nextDay(day).orElseThrow();
      for (int hour = hours.nextSetBit(0); hour >= 0; hour = hours.nextSetBit(hour + 1)) {
        for (int minute = minutes.nextSetBit(0);
            minute >= 0;
            minute = minutes.nextSetBit(minute + 1)) {
          Instant moment = day.atTime(LocalTime.of(hour, minute)).atZone(zone).toInstant();
          if (moment.isAfter(now)) {
            return moment;
          }
        }
      }
      day = day.plusDays(1);
    }
    throw new IllegalStateException("no day has its last minute behind it three times");
  }

  private Optional<LocalDate> nextDay(LocalDate from) {
    return from.datesUntil(from.plusDays(DAYS_MAX)).filter(this::isOn).findFirst();
  }

  private boolean isOn(LocalDate day) {
    boolean byDay = days.get(day.getDayOfMonth());
    boolean byWeekday = weekdays.get(day.getDayOfWeek().getValue() % 7);
    if (!months.get(day.getMonthValue())) {
      return false;
    }
    boolean both = anyDay || anyWeekday;
    return both ? byDay && byWeekday : byDay || byWeekday;
  }
}
