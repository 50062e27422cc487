package dev.tollgate.config;

import dev.tollgate.model.BudgetWindow;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * How long single calls are kept, and when older ones go. Sums of days and balances are kept for
 * good.
 *
 * @param period {@code maximum_spend_logs_retention_period}
 * @param interval {@code maximum_spend_logs_retention_interval}: how often to look
 * @param cron {@code maximum_spend_logs_cleanup_cron}, which is obeyed rather than the interval;
 *     null for none
 */
public record SpendRetention(BudgetWindow period, BudgetWindow interval, @Nullable Cron cron) {
  private static final BudgetWindow DAILY = new BudgetWindow(1, BudgetWindow.Unit.DAYS);

  public SpendRetention {
    SettingRefused.unless(
        period.count() > 0, "maximum_spend_logs_retention_period", "a duration such as 30d");
    SettingRefused.unless(
        interval.count() > 0, "maximum_spend_logs_retention_interval", "a duration such as 1d");
  }

  /** Null where calls are kept for good. */
  static @Nullable SpendRetention from(Section section) {
    BudgetWindow period = window(section, "maximum_spend_logs_retention_period");
    BudgetWindow interval = window(section, "maximum_spend_logs_retention_interval");
    Cron cron = cron(section);
    return period == null
        ? null
        : section.checked(
            () -> new SpendRetention(period, interval == null ? DAILY : interval, cron));
  }

  private static @Nullable BudgetWindow window(Section section, String key) {
    String text = section.text(key);
    return text == null
        ? null
        : BudgetWindow.parse(text)
            .orElseThrow(() -> section.refused(key, "a duration such as 30d, 12h or 1mo"));
  }

  private static @Nullable Cron cron(Section section) {
    String key = "maximum_spend_logs_cleanup_cron";
    String text = section.text(key);
    return text == null
        ? null
        : Cron.parse(text)
            .orElseThrow(
                () ->
                    section.refused(
                        key, "minute, hour, day, month and weekday, such as \"0 4 * * *\""));
  }

  /** The first look of a gateway that starts: at once, or when the crontab says. */
  public Instant first(Instant now, ZoneId zone) {
    return cron == null ? now : cron.next(now, zone);
  }

  /** The moment of the next look after {@code now}. */
  public Instant next(Instant now, ZoneId zone) {
    return cron == null ? interval.after(now) : cron.next(now, zone);
  }

  /** Calls that started before are past. */
  public Instant end(Instant now) {
    return switch (period.unit()) {
      case SECONDS -> now.minusSeconds(period.count());
      case MINUTES -> now.minusSeconds(Math.multiplyExact(period.count(), 60L));
      case HOURS -> now.minusSeconds(Math.multiplyExact(period.count(), 3_600L));
      case DAYS -> now.minusSeconds(Math.multiplyExact(period.count(), 86_400L));
      case WEEKS -> now.minusSeconds(Math.multiplyExact(period.count(), 7 * 86_400L));
      case MONTHS -> now.atZone(ZoneOffset.UTC).minusMonths(period.count()).toInstant();
    };
  }
}
