package dev.tollgate.ledger;

import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sums what a run of journal records does to balances, so that each balance is written once. For
 * one thread.
 */
final class Changes {
  private final Map<Entries.Charged, Sum> sums = new HashMap<>();

  private static final class Sum {
    SpendStore.@Nullable Reset set;
    long added;
  }

  void apply(Entries.Entry entry) {
    switch (entry) {
      case Entries.Entry.Call call -> {
        for (Entries.Charged charged : call.charged()) {
          Sum sum = sum(charged);
          sum.added = Math.addExact(sum.added, call.row().spend().nanos());
        }
      }
      case Entries.Entry.Set set -> {
        Sum sum = sum(set.scope());
        sum.set = set.reset();
        sum.added = 0;
      }
    }
  }

  private Sum sum(Entries.Charged charged) {
    return sums.computeIfAbsent(charged, _ -> new Sum());
  }

  /** What came together; scopes that were charged nothing are left out. */
  List<SpendStore.Change> list() {
    List<SpendStore.Change> changes = new ArrayList<>(sums.size());
    sums.forEach(
        (charged, sum) -> {
          if (sum.set != null || sum.added != 0) {
            Scope.Kind kind = charged.kind();
            changes.add(
                new SpendStore.Change(kind, charged.id(), sum.set, Money.ofNanos(sum.added)));
          }
        });
    return changes;
  }
}
