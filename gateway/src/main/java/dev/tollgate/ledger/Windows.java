package dev.tollgate.ledger;

import dev.tollgate.model.BudgetDay;
import dev.tollgate.model.BudgetWindow;
import dev.tollgate.model.Money;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How budgets' windows follow each other. Immutable.
 *
 * @param day where days begin
 * @param rollover {@code budget_rollover}: whether what was spent beyond a budget counts in the
 *     next window
 */
record Windows(BudgetDay day, boolean rollover) {

  /** End of the first window of a budget that has none yet. */
  Instant first(Instant now, String duration) {
    return BudgetWindow.nextReset(now, duration, day);
  }

  /**
   * The window that runs at {@code now}.
   *
   * @param end when the last one ended, not after {@code now}
   * @param settled nano-dollars that were spent in it
   * @param budget what may be spent in a window, null for no limit
   */
  SpendStore.Step.Rolled next(
      Instant end, Instant now, String duration, long settled, @Nullable Money budget) {
    Instant next = BudgetWindow.rolled(end, now, duration, day);
    SpendStore.Window window = new SpendStore.Window(duration, next);
    long beyond = budget == null || !rollover ? 0 : settled - budget.nanos();
    if (budget == null || beyond <= 0) {
      return new SpendStore.Step.Rolled(Money.ZERO, window);
    }
    // Windows in which nothing was spent pay it off.
    long idle = BudgetWindow.count(end, next, duration, day) - 1;
    long paid = budget.nanos() == 0 ? 0 : Math.min(idle, beyond / budget.nanos() + 1);
    return new SpendStore.Step.Rolled(
        Money.ofNanos(Math.max(0, beyond - paid * budget.nanos())), window);
  }
}
