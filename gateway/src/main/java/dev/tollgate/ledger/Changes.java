package dev.tollgate.ledger;

import dev.tollgate.model.Money;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Sums what a run of journal records does to balances, so that each balance is written once. For
 * one thread.
 */
final class Changes {
  /** One order, so that two nodes on PostgreSQL never wait for each other in a circle. */
  private final Map<Entries.Charged, List<SpendStore.Step>> steps =
      new TreeMap<>(
          Comparator.comparing((Entries.Charged scope) -> scope.kind().word())
              .thenComparing(Entries.Charged::id));

  void apply(Entries.Entry entry) {
    switch (entry) {
      case Entries.Entry.Call call -> {
        Money spend = call.row().spend();
        if (spend.nanos() != 0) {
          for (Entries.Charge charge : call.charges()) {
            add(steps(charge.scope()), new SpendStore.Step.Spent(spend, charge.windowEnd()));
          }
        }
      }
      case Entries.Entry.Changed changed -> steps(changed.scope()).add(changed.step());
    }
  }

  private List<SpendStore.Step> steps(Entries.Charged scope) {
    return steps.computeIfAbsent(scope, _ -> new ArrayList<>(1));
  }

  private static void add(List<SpendStore.Step> steps, SpendStore.Step.Spent more) {
    Instant windowEnd = more.windowEnd();
    if (!steps.isEmpty()
        && steps.getLast() instanceof SpendStore.Step.Spent last
        && Objects.equals(last.windowEnd(), windowEnd)) {
      steps.set(
          steps.size() - 1,
          new SpendStore.Step.Spent(last.amount().plus(more.amount()), windowEnd));
    } else {
      steps.add(more);
    }
  }

  /** What came together; scopes that were charged nothing are left out. */
  List<SpendStore.Change> list() {
    List<SpendStore.Change> changes = new ArrayList<>(steps.size());
    steps.forEach(
        (scope, list) -> changes.add(new SpendStore.Change(scope.kind(), scope.id(), list)));
    return changes;
  }
}
