package dev.tollgate.model;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * LiteLLM's duration of a budget ({@code budget_duration}) or of a key ({@code duration}): a count
 * and a unit.
 *
 * @param count how many units, at least 0
 * @param unit of what
 */
public record BudgetWindow(long count, Unit unit) {

  /** What is counted; {@code mo} are calendar months. */
  public enum Unit {
    SECONDS,
    MINUTES,
    HOURS,
    DAYS,
    WEEKS,
    MONTHS
  }

  /** Nothing that people mean is longer, and it keeps all sums far from the end of time. */
  private static final long DAYS_MAX = 366L * 1000;

  private static final Map<String, BudgetWindow> NAMED =
      Map.of(
          "hourly", new BudgetWindow(1, Unit.HOURS),
          "daily", new BudgetWindow(1, Unit.DAYS),
          "weekly", new BudgetWindow(1, Unit.WEEKS),
          "monthly", new BudgetWindow(1, Unit.MONTHS));

  private static final Pattern FORM = Pattern.compile("([0-9]{1,12})(mo|[smhdw])");

  /**
   * Reads {@code 30s}, {@code 5m}, {@code 2h}, {@code 30d}, {@code 1w}, {@code 1mo}, or {@code
   * hourly}, {@code daily}, {@code weekly}, {@code monthly}.
   *
   * @return empty if it is none of these or longer than a thousand years
   */
  public static Optional<BudgetWindow> parse(String duration) {
    String text = duration.trim().toLowerCase(Locale.ROOT);
    BudgetWindow named = NAMED.get(text);
    if (named != null) {
      return Optional.of(named);
    }
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    Unit unit =
        switch (form.group(2)) {
          case "s" -> Unit.SECONDS;
          case "m" -> Unit.MINUTES;
          case "h" -> Unit.HOURS;
          case "d" -> Unit.DAYS;
          case "w" -> Unit.WEEKS;
          default -> Unit.MONTHS;
        };
    BudgetWindow window = new BudgetWindow(Long.parseLong(form.group(1)), unit);
    return window.days() > DAYS_MAX ? Optional.empty() : Optional.of(window);
  }

  /** The moment that is this long after {@code now}; months are UTC's calendar months. */
  public Instant after(Instant now) {
    return switch (unit) {
      case SECONDS -> now.plusSeconds(count);
      case MINUTES -> now.plus(count, ChronoUnit.MINUTES);
      case HOURS -> now.plus(count, ChronoUnit.HOURS);
      case DAYS -> now.plus(count, ChronoUnit.DAYS);
      case WEEKS -> now.plus(Math.multiplyExact(count, 7L), ChronoUnit.DAYS);
      case MONTHS -> now.atZone(ZoneOffset.UTC).plusMonths(count).toInstant();
    };
  }

  /**
   * When a budget's window that is running at {@code now} ends, aligned to the calendar as LiteLLM
   * does: {@code 1d} at the next midnight, {@code 7d} and {@code 1w} on the next Monday, {@code
   * 30d} and {@code 1mo} on the 1st, other days and weeks counted from today's midnight, hours,
   * minutes and seconds at the next multiple since midnight. What cannot be read ends at the next
   * midnight. For days and more, midnight is when {@code day} starts.
   *
   * @return strictly after {@code now}
   */
  public static Instant nextReset(Instant now, String duration, BudgetDay day) {
    LocalDateTime local = LocalDateTime.ofInstant(now, day.zone());
    BudgetWindow window =
        parse(duration).filter(read -> read.count > 0).orElse(new BudgetWindow(1, Unit.DAYS));
    LocalDateTime reset =
        window.shorterThanDay()
            ? window.nextLocal(local)
            : day.onTheWall(window.nextLocal(day.sinceStart(local)));
    ZonedDateTime zoned = reset.atZone(day.zone());
    // When clocks are set back, the earlier of the two readings may lie behind us.
    return zoned.toInstant().isAfter(now)
        ? zoned.toInstant()
        : zoned.withLaterOffsetAtOverlap().toInstant();
  }

  /**
   * Where the end of a window stands once it has passed: whoever rolls the window, and however
   * late, comes to the same end, since each window starts where the one before it ended.
   *
   * @param reset end of a window that may be over
   * @return {@code reset} itself while it is ahead of {@code now}, else the end of the window that
   *     runs at {@code now}
   */
  public static Instant rolled(Instant reset, Instant now, String duration, BudgetDay day) {
    if (reset.isAfter(now)) {
      return reset;
    }
    Optional<BudgetWindow> shorter = parse(duration).filter(BudgetWindow::shorterThanDay);
    if (shorter.isPresent()) {
      // Yesterday's last window may reach into today; all later ones are counted from midnight.
      LocalDateTime yesterday =
          LocalDateTime.ofInstant(now, day.zone()).toLocalDate().minusDays(1).atTime(LocalTime.MAX);
      Instant last = shorter.get().nextLocal(yesterday).atZone(day.zone()).toInstant();
      return last.isAfter(now) ? last : nextReset(now, duration, day);
    }
    Instant end = reset;
    while (!end.isAfter(now)) {
      end = nextReset(end, duration, day);
    }
    return end;
  }

  /**
   * How many windows lie between two ends of windows; of those shorter than a day to within one a
   * day, since the day's last one is cut off.
   *
   * @param from an end of a window
   * @param to a later one
   * @return at least 1
   */
  public static long count(Instant from, Instant to, String duration, BudgetDay day) {
    Optional<BudgetWindow> shorter = parse(duration).filter(BudgetWindow::shorterThanDay);
    if (shorter.isPresent()) {
      Duration length = Duration.between(from, shorter.get().after(from));
      return Math.max(1, Duration.between(from, to).dividedBy(length));
    }
    long count = 0;
    for (Instant end = from; end.isBefore(to); end = nextReset(end, duration, day)) {
      count++;
    }
    return Math.max(1, count);
  }

  private boolean shorterThanDay() {
    return count > 0 && days() == 0;
  }

  private LocalDateTime nextLocal(LocalDateTime local) {
    LocalDate today = local.toLocalDate();
    return switch (unit) {
      case SECONDS -> nextMultiple(local, count);
      case MINUTES -> nextMultiple(local, Math.multiplyExact(count, 60L));
      case HOURS -> nextMultiple(local, Math.multiplyExact(count, 3600L));
      case DAYS -> days(today, count);
      case WEEKS -> days(today, Math.multiplyExact(count, 7L));
      case MONTHS -> today.withDayOfMonth(1).plusMonths(count).atStartOfDay();
    };
  }

  private static LocalDateTime days(LocalDate today, long days) {
    if (days == 7) {
      return today.with(TemporalAdjusters.next(DayOfWeek.MONDAY)).atStartOfDay();
    }
    if (days == 30) {
      return today.withDayOfMonth(1).plusMonths(1).atStartOfDay();
    }
    return today.plusDays(days).atStartOfDay();
  }

  private static LocalDateTime nextMultiple(LocalDateTime local, long seconds) {
    long elapsed = local.toLocalTime().toSecondOfDay();
    return local.toLocalDate().atStartOfDay().plusSeconds((elapsed / seconds + 1) * seconds);
  }

  private long days() {
    return switch (unit) {
      case SECONDS -> count / 86_400;
      case MINUTES -> count / 1_440;
      case HOURS -> count / 24;
      case DAYS -> count;
      case WEEKS -> Math.multiplyExact(count, 7L);
      case MONTHS -> Math.multiplyExact(count, 31L);
    };
  }
}
