package dev.tollgate.ledger;

import java.util.List;

/** Sums of what was spent. Thread-safe; may block. */
@FunctionalInterface
public interface SpendReports {
  /** The sums, the greatest spend first. */
  List<DailySum> sums(DailyFilter filter);
}
