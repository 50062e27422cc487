package dev.tollgate.app;

import dev.tollgate.admin.spend.SpendLog;
import dev.tollgate.ledger.DailyFilter;
import dev.tollgate.ledger.DailySum;
import dev.tollgate.ledger.Ledger;
import dev.tollgate.ledger.SpendFilter;
import dev.tollgate.ledger.SpendReports;
import dev.tollgate.ledger.SpendRow;
import dev.tollgate.store.SqlSpendStore;
import java.time.Duration;
import java.util.List;

/**
 * The calls on record and their sums, with the calls that have ended just now: what is asked for is
 * read when the store has them. Where it is behind for longer, the answer is what it has.
 * Thread-safe; blocks.
 */
final class Records implements SpendLog, SpendReports {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Ledger ledger;
  private final SqlSpendStore store;

  Records(Ledger ledger, SqlSpendStore store) {
    this.ledger = ledger;
    this.store = store;
  }

  private SqlSpendStore upToDate() {
    boolean _ = ledger.isInTouch() && ledger.flushed(PATIENCE);
    return store;
  }

  @Override
  public List<SpendRow> find(SpendFilter filter) {
    return upToDate().find(filter);
  }

  @Override
  public int count(SpendFilter filter) {
    return upToDate().count(filter);
  }

  @Override
  public List<DailySum> sums(DailyFilter filter) {
    return upToDate().sums(filter);
  }

  @Override
  public Page page(DailyFilter filter, long skip) {
    return upToDate().page(filter, skip);
  }
}
