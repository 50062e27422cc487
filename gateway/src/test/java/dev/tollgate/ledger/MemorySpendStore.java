package dev.tollgate.ledger;

import dev.tollgate.model.Money;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** A spend store in memory that can be told to fail, before or after it has taken a batch. */
public final class MemorySpendStore implements SpendStore {
  private final Map<Long, Long> checkpoints = new HashMap<>();
  private final Map<Entries.Charged, Balance> balances = new HashMap<>();
  private final List<SpendRow> rows = new ArrayList<>();
  private boolean down;
  private boolean answersLost;

  synchronized void down(boolean value) {
    down = value;
  }

  /** Batches are taken, but the writer never hears of it. */
  synchronized void answersLost(boolean value) {
    answersLost = value;
  }

  synchronized List<SpendRow> rows() {
    return List.copyOf(rows);
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
      Entries.Charged key = new Entries.Charged(change.kind(), change.id());
      Balance before =
          balances.getOrDefault(key, new Balance(change.kind(), change.id(), Money.ZERO, null));
      Reset set = change.set();
      Money base = set == null ? before.settled() : set.settled();
      Window window = set == null ? before.window() : set.window();
      balances.put(key, new Balance(change.kind(), change.id(), base.plus(change.added()), window));
    }
    if (answersLost) {
      throw new IllegalStateException("connection lost after commit");
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
    return List.copyOf(balances.values());
  }

  @Override
  public synchronized List<SpendRow> find(SpendFilter filter) {
    throw new UnsupportedOperationException("no test asks for it");
  }

  private void refuseIfDown() {
    if (down) {
      throw new IllegalStateException("the store is down");
    }
  }
}
