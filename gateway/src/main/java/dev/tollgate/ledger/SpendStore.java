package dev.tollgate.ledger;

import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Where spend is on record, and what may still be spent is leased to nodes. Safe for several
 * threads. Every method may block, and throws what its database throws; the ledger tries again.
 */
public interface SpendStore extends LeaseStore, EstimateStore {

  /**
   * Writes a batch, all of it or nothing, in one transaction. What it spends shrinks the leases of
   * the journal's node by the same amount.
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
   * How many rows match, whatever the filter skips; counting ends at {@link SpendFilter#LIMIT_MAX}.
   */
  int count(SpendFilter filter);

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
   * What a journal's records do to the balance of one scope, in their order.
   *
   * @param steps at least one
   */
  record Change(Scope.Kind kind, String id, List<Step> steps) {
    /** All that was spent: by so much the node's lease has shrunk. */
    public long spentNanos() {
      return sum(0);
    }

    /** What was spent since the balance was last begun anew by one of the steps. */
    long spentSinceResetNanos() {
      int from = steps.size();
      while (from > 0
          && !(steps.get(from - 1) instanceof Step.Rolled)
          && !(steps.get(from - 1) instanceof Step.Put)) {
        from--;
      }
      return sum(from);
    }

    private long sum(int from) {
      long sum = 0;
      for (Step step : steps.subList(from, steps.size())) {
        sum = step instanceof Step.Spent spent ? Math.addExact(sum, spent.amount().nanos()) : sum;
      }
      return sum;
    }
  }

  /** One step of a balance. Several nodes take them, so none says what only one of them knows. */
  sealed interface Step {
    /**
     * Calls were charged.
     *
     * @param windowEnd end of the window that they were charged in, null for none; where a later
     *     window has begun on record, they belong to one that is over and change nothing
     */
    record Spent(Money amount, @Nullable Instant windowEnd) implements Step {}

    /**
     * A window began; only the first node that says so begins the balance anew.
     *
     * @param start what the balance starts from
     */
    record Rolled(Money start, Window window) implements Step {}

    /**
     * The budget has a duration that the record does not know yet; what was spent stays.
     *
     * @param window null for one that never ends
     */
    record Bounded(@Nullable Window window) implements Step {}

    /** An administrator said what is spent. */
    record Put(Money settled) implements Step {}
  }
}
