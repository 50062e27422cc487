package dev.tollgate.admin.spend;

import dev.tollgate.ledger.SpendFilter;
import dev.tollgate.ledger.SpendRow;
import java.util.List;

/** The calls on record; the ledger's store has them. Thread-safe; may block. */
public interface SpendLog {
  /** Rows that fit, newest first, at most {@code filter.limit()}. */
  List<SpendRow> find(SpendFilter filter);

  /** How many rows fit, whatever the filter skips; counting ends at the most that one can see. */
  int count(SpendFilter filter);
}
