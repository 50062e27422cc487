package dev.tollgate.ledger;

import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Where spend is on record. Safe for several threads. Every method may block, and throws what its
 * database throws; the ledger tries again.
 */
public interface SpendStore {

  /**
   * Writes a batch, all of it or nothing, in one transaction.
   *
   * @throws RuntimeException if it is not certain that the batch was written, or if the journal's
   *     checkpoint is not at {@code batch.from()}: somebody else wrote meanwhile
   */
  void append(Batch batch);

  /** Sequence up to which (exclusive) a journal has been written; empty for an unknown journal. */
  OptionalLong checkpoint(long journal);

  /** All balances. */
  List<Balance> balances();

  /** Rows that match, newest first. */
  List<SpendRow> find(SpendFilter filter);

  /**
   * Journal records on their way into the store.
   *
   * @param journal the journal's id
   * @param from checkpoint that it follows; null if the journal is new to the store
   * @param to checkpoint after it
   * @param rows rows to add
   * @param changes what the records do to balances; each scope once
   */
  record Batch(
      long journal, @Nullable Long from, long to, List<SpendRow> rows, List<Change> changes) {}

  /**
   * What is on record for a scope.
   *
   * @param settled spent in the running window
   * @param window when and after what the window ends; null if it never does
   */
  record Balance(Scope.Kind kind, String id, Money settled, @Nullable Window window) {}

  /** A budget's running window: LiteLLM's duration of it, and its end. */
  record Window(String duration, Instant end) {}

  /**
   * A change of a balance: set first, if {@code set} is there, then added to.
   *
   * @param set what the balance starts from; null to go on from what it is
   * @param added what is added
   */
  record Change(Scope.Kind kind, String id, @Nullable Reset set, Money added) {}

  /** A balance set anew: by the end of a window, or by an administrator. */
  record Reset(Money settled, @Nullable Window window) {}
}
