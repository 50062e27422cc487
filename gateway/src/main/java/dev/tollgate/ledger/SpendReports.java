package dev.tollgate.ledger;

import java.util.List;

/** Sums of what was spent. Thread-safe; may block. */
public interface SpendReports {
  /** The sums, the greatest spend first. */
  List<DailySum> sums(DailyFilter filter);

  /**
   * The sums of single days as they are kept, latest day first, {@code filter.limit()} of them
   * behind the first {@code skip}; told apart by all parts, whatever the filter says.
   */
  Page page(DailyFilter filter, long skip);

  /**
   * Some of the rows.
   *
   * @param total how many there are in all
   */
  record Page(List<DailySum> rows, long total) {}
}
