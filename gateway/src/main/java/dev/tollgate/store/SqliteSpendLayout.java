package dev.tollgate.store;

import dev.tollgate.ledger.SpendRow;
import java.time.Instant;
import java.util.List;

/** One table. Rows are deleted a thousand at a time, so that the writer gets its turn between. */
final class SqliteSpendLayout implements SpendLayout {
  private static final int DELETED_AT_ONCE = 1_000;

  /** Looks into each run of the index {@code spend_log_request}, stepping from run to run. */
  private static final String BY_REQUEST =
      """
       and spend_log.rowid in (
        with recursive run(n) as (
          select min(sequence / 2048) from spend_log
          union all
          select (select min(sequence / 2048) from spend_log where sequence / 2048 > n)
          from run where n is not null)
        select one.rowid from run cross join spend_log as one indexed by spend_log_request
        where one.sequence / 2048 = run.n and one.request_ref = :requestRef)\
      """;

  private final Database database;

  SqliteSpendLayout(Database database) {
    this.database = database;
  }

  @Override
  public void cover(List<SpendRow> rows) {
    // A table takes every row.
  }

  @Override
  public void forget() {
    // Nothing is known.
  }

  @Override
  public String byRequest() {
    return BY_REQUEST;
  }

  @Override
  public int deleteBefore(Instant end) {
    return database.write(
        handle ->
            handle
                .createUpdate(
                    """
                        delete from spend_log where rowid in (select rowid from spend_log
                          where started_at < :end order by started_at limit :most)
                        """)
                .bind("end", end.toEpochMilli())
                .bind("most", DELETED_AT_ONCE)
                .execute());
  }
}
