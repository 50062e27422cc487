package dev.tollgate.store;

import dev.tollgate.ledger.SpendRow;
import java.time.Instant;
import java.util.List;

/**
 * How {@code spend_log} lies in a database: the little of it that SQLite and PostgreSQL do each in
 * their own way. Thread-safe; may block.
 */
interface SpendLayout {
  /** Makes room for rows that are about to be written. */
  void cover(List<SpendRow> rows);

  /** What was known of the room may not be true any more: a write has failed. */
  void forget();

  /** The condition that finds the rows of {@code :requestRef}. */
  String byRequest();

  /**
   * Deletes some of the rows of calls that started before {@code end}, in one short step.
   *
   * @return how many rows or tables went; 0 when there is nothing left to delete
   */
  int deleteBefore(Instant end);
}
