package dev.tollgate.ledger;

import dev.tollgate.model.Money;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A spend store in memory that can be told to fail, before or after it has taken something. */
public final class MemorySpendStore implements SpendStore {
  private final Map<Long, Long> checkpoints = new HashMap<>();
  private final Map<Entries.Charged, Row> balances = new HashMap<>();
  private final List<SpendRow> rows = new ArrayList<>();
  private final Map<Long, Instant> nodes = new HashMap<>();
  private final Map<Entries.Charged, Map<Long, Held>> leases = new HashMap<>();
  private final Map<Long, Ledger> ledgers = new HashMap<>();
  private final Map<List<Object>, Learned> estimates = new HashMap<>();
  private boolean down;
  private boolean answersLost;

  private static final class Row {
    long settled;
    @Nullable Window window;
    @Nullable Instant rolledTo;
  }

  private record Held(long nanos, boolean whole) {}

  synchronized void down(boolean value) {
    down = value;
  }

  /** Everything is done, but nobody ever hears of it. */
  synchronized void answersLost(boolean value) {
    answersLost = value;
  }

  /** Tells a node what others ask of it. */
  synchronized void tells(long node, Ledger ledger) {
    ledgers.put(node, ledger);
  }

  synchronized List<SpendRow> rows() {
    return List.copyOf(rows);
  }

  /** What all nodes together may still spend. */
  synchronized long leased(Entries.Charged scope) {
    return leases.getOrDefault(scope, Map.of()).values().stream().mapToLong(Held::nanos).sum();
  }

  @Override
  public synchronized void append(Batch batch) {
    refuseIfDown();
    Long at = checkpoints.get(batch.journal());
    if (at == null ? batch.from() != null : !at.equals(batch.from())) {
      throw new IllegalStateException("the checkpoint is not at " + batch.from());
    }
    checkpoints.put(batch.journal(), batch.to());
    rows.addAll(batch.rows());
    for (Change change : batch.changes()) {
      Entries.Charged scope = new Entries.Charged(change.kind(), change.id());
      Row row = balances.computeIfAbsent(scope, _ -> new Row());
      change.steps().forEach(step -> take(row, step));
      leases
          .getOrDefault(scope, new HashMap<>())
          .computeIfPresent(
              batch.journal(),
              (_, held) -> new Held(held.nanos() - change.spentNanos(), held.whole()));
    }
    loseAnswer();
  }

  private static void take(Row row, Step step) {
    switch (step) {
      case Step.Spent(Money amount, Instant end) -> {
        if (end == null || row.rolledTo == null || !row.rolledTo.isAfter(end)) {
          row.settled += amount.nanos();
        }
      }
      case Step.Rolled(Money start, Window window) -> {
        if (row.rolledTo == null || row.rolledTo.isBefore(window.end())) {
          row.settled = start.nanos();
          row.window = window;
          row.rolledTo = window.end();
        }
      }
      case Step.Bounded(Window window) -> {
        String duration = row.window == null ? null : row.window.duration();
        if (window == null ? duration != null : !window.duration().equals(duration)) {
          row.window = window;
          row.rolledTo = null;
        }
      }
      case Step.Put(Money settled) -> row.settled = settled.nanos();
    }
  }

  @Override
  public synchronized OptionalLong checkpoint(long journal) {
    refuseIfDown();
    Long at = checkpoints.get(journal);
    return at == null ? OptionalLong.empty() : OptionalLong.of(at);
  }

  @Override
  public synchronized List<Balance> balances() {
    refuseIfDown();
    List<Balance> all = new ArrayList<>();
    balances.forEach(
        (scope, row) ->
            all.add(new Balance(scope.kind(), scope.id(), Money.ofNanos(row.settled), row.window)));
    return all;
  }

  @Override
  public synchronized List<Learned> estimates(Instant since, int most) {
    refuseIfDown();
    return estimates.values().stream()
        .filter(each -> !each.at().isBefore(since))
        .sorted(Comparator.comparing(Learned::at).reversed())
        .limit(most)
        .toList();
  }

  @Override
  public synchronized void save(List<Learned> learned, Instant oldest) {
    refuseIfDown();
    estimates.values().removeIf(each -> each.at().isBefore(oldest));
    for (Learned each : learned) {
      estimates.merge(
          List.of(each.deployment(), each.model(), each.operation()),
          each,
          (old, next) -> next.calls() > old.calls() ? next : old);
    }
  }

  @Override
  public synchronized List<SpendRow> find(SpendFilter filter) {
    throw new UnsupportedOperationException("no test asks for it");
  }

  @Override
  public synchronized List<Lease> join(long node, Instant now) {
    refuseIfDown();
    nodes.values().removeIf(seen -> seen.isBefore(now.minus(LIFETIME)));
    leases.values().forEach(held -> held.keySet().retainAll(nodes.keySet()));
    nodes.put(node, now);
    List<Lease> own = new ArrayList<>();
    leases.forEach(
        (scope, held) -> {
          if (held.containsKey(node)) {
            own.add(new Lease(scope.kind(), scope.id(), held.get(node).nanos()));
          }
        });
    loseAnswer();
    return own;
  }

  @Override
  public synchronized boolean seen(long node, Instant now) {
    refuseIfDown();
    Instant before = nodes.get(node);
    if (before == null || before.isBefore(now.minus(LIFETIME))) {
      return false;
    }
    nodes.put(node, now);
    return true;
  }

  @Override
  public synchronized List<Grant> grant(long node, Instant now, List<Wish> wishes) {
    refuseIfDown();
    List<Grant> grants = wishes.stream().map(wish -> grant(node, now, wish)).toList();
    loseAnswer();
    return grants;
  }

  private Grant grant(long node, Instant now, Wish wish) {
    Entries.Charged scope = new Entries.Charged(wish.kind(), wish.id());
    Map<Long, Held> held = leases.computeIfAbsent(scope, _ -> new HashMap<>());
    long others = 0;
    boolean othersWhole = false;
    boolean alive =
        nodes.entrySet().stream()
            .anyMatch(
                it -> it.getKey() != node && it.getValue().isAfter(now.minus(LeaseStore.ALIVE)));
    for (Map.Entry<Long, Held> each : held.entrySet()) {
      Instant seen = nodes.get(each.getKey());
      if (each.getKey() != node && seen != null && seen.isAfter(now.minus(LIFETIME))) {
        others += Math.max(0, each.getValue().nanos());
        othersWhole |= each.getValue().whole();
      }
    }
    long own = held.containsKey(node) ? held.get(node).nanos() : 0;
    long settled = balances.computeIfAbsent(scope, _ -> new Row()).settled;
    Grant grant =
        new LeaseRule(settled, own, others, othersWhole, alive).grant(wish.limit(), wish.nanos());
    held.put(node, new Held(grant.leased(), grant.whole()));
    long missing = wish.nanos() - (grant.leased() - Math.max(0, own));
    if (!grant.whole() && missing > 0) {
      ledgers.forEach(
          (other, ledger) -> {
            if (other != node) {
              ledger.demanded(wish.kind(), wish.id(), missing);
            }
          });
    }
    return grant;
  }

  @Override
  public synchronized void giveBack(long node, List<Lease> returned) {
    refuseIfDown();
    for (Lease lease : returned) {
      Entries.Charged scope = new Entries.Charged(lease.kind(), lease.id());
      leases
          .getOrDefault(scope, new HashMap<>())
          .computeIfPresent(node, (_, held) -> new Held(held.nanos() - lease.nanos(), false));
      ledgers.forEach(
          (other, ledger) -> {
            if (other != node) {
              ledger.freed(lease.kind(), lease.id());
            }
          });
    }
    loseAnswer();
  }

  @Override
  public synchronized void leave(long node) {
    refuseIfDown();
    nodes.remove(node);
    leases.values().forEach(held -> held.remove(node));
  }

  @Override
  public synchronized int count(SpendFilter filter) {
    throw new UnsupportedOperationException("no test asks for it");
  }

  private void refuseIfDown() {
    if (down) {
      throw new IllegalStateException("the store is down");
    }
  }

  private void loseAnswer() {
    if (answersLost) {
      throw new IllegalStateException("connection lost after commit");
    }
  }
}
