package dev.tollgate.model;

import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * Where the days of budgets begin.
 *
 * @param zone {@code litellm_settings.timezone}
 * @param start {@code litellm_settings.budget_reset_time}: when a budget of days, weeks or months
 *     begins anew
 */
public record BudgetDay(ZoneId zone, LocalTime start) {
  public static final BudgetDay UTC = of(ZoneOffset.UTC);

  /** Days that begin at midnight. */
  public static BudgetDay of(ZoneId zone) {
    return new BudgetDay(zone, LocalTime.MIDNIGHT);
  }

  /** A time on the wall as if days began at midnight. */
  LocalDateTime sinceStart(LocalDateTime local) {
    return local.minusNanos(start.toNanoOfDay());
  }

  /** The opposite. */
  LocalDateTime onTheWall(LocalDateTime sinceStart) {
    return sinceStart.plusNanos(start.toNanoOfDay());
  }
}
