package dev.tollgate.admin.spend;

import dev.tollgate.admin.form.Parameters;
import dev.tollgate.admin.form.RefusedException;
import dev.tollgate.http.ManagementRoute.Query;
import dev.tollgate.ledger.DailyFilter;
import dev.tollgate.ledger.DailySum;
import dev.tollgate.ledger.SpendReports;
import dev.tollgate.ledger.TooManySumsException;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The days that a report is about, in UTC.
 *
 * @param from first day
 * @param to last day, inclusive
 */
record Days(LocalDate from, LocalDate to) {
  /** LiteLLM's views look so far back. */
  private static final int USUAL = 30;

  private static final int MOST = 3660;

  /** From {@code start_date} and {@code end_date}; the last 30 days where they are left out. */
  static Days of(Query query, InstantSource clock) {
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    LocalDate to = date(query, "end_date");
    LocalDate last = to == null ? today : to;
    LocalDate from = date(query, "start_date");
    LocalDate first = from == null ? last.minusDays(USUAL) : from;
    if (first.isAfter(last)) {
      throw Parameters.invalid("value_error", "start_date", "start_date is after end_date");
    }
    if (first.plusDays(MOST).isBefore(last)) {
      throw Parameters.invalid("value_error", "start_date", "at most ten years at once");
    }
    return new Days(first, last);
  }

  /**
   * The sums, all of them: where one request may not look at so many, or an answer has no room for
   * them, it is refused, since some of them would look like all.
   */
  static List<DailySum> sums(SpendReports reports, DailyFilter filter) {
    try {
      return reports.sums(filter);
    } catch (TooManySumsException _) {
      throw RefusedException.badRequest(
          "There are too many sums for these days: choose fewer days", "start_date");
    }
  }

  private static @Nullable LocalDate date(Query query, String name) {
    String text = Parameters.text(query, name);
    if (text == null) {
      return null;
    }
    try {
      String bare = text.strip();
      return LocalDate.parse(bare.length() > 10 ? bare.substring(0, 10) : bare);
    } catch (DateTimeParseException _) {
      throw Parameters.invalid(
          "date_parsing", name, "Input should be a valid date in the format YYYY-MM-DD");
    }
  }
}
