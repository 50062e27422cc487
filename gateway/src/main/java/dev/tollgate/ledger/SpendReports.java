package dev.tollgate.ledger;

import java.util.List;

/** Sums of what was spent. Thread-safe; may block. */
public interface SpendReports {
  /** Most rows that are counted for a page, and most that are looked at for sums. */
  int ROWS_MAX = 200_000;

  /**
   * The sums, the greatest spend first.
   *
   * @throws TooManySumsException if they would be made of more than {@link #ROWS_MAX} rows, or if
   *     {@link DailyFilter#LIMIT_MAX} are wanted and there are more
   */
  List<DailySum> sums(DailyFilter filter);

  /**
   * The sums of single days as they are kept, latest day first, {@code filter.limit()} of them
   * behind the first {@code skip}; told apart by all parts, whatever the filter says.
   */
  Page page(DailyFilter filter, long skip);

  /**
   * Some of the rows.
   *
   * @param total how many there are in all, as far as {@link #ROWS_MAX}
   */
  record Page(List<DailySum> rows, long total) {}
}
