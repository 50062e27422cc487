package dev.tollgate.access;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A store that forgets everything at the end, for tests; it passes the contract of the others. */
public final class MemoryKeyStore implements KeyStore {
  private final Map<String, VirtualKey> rows = new HashMap<>();
  private final Deque<Deleted<KeyRow>> gone = new ArrayDeque<>();
  private Consumer<Consumer<List<KeyRow>>> beforeEach = _ -> {};
  private @Nullable RuntimeException broken;

  /** Every later call fails with this; null for none. */
  public synchronized void breakWith(@Nullable RuntimeException failure) {
    broken = failure;
  }

  public synchronized List<VirtualKey> all() {
    check();
    return List.copyOf(rows.values());
  }

  /** What happens when all keys are asked for, before they are handed over. */
  void beforeEach(Consumer<Consumer<List<KeyRow>>> first) {
    beforeEach = first;
  }

  @Override
  public void each(Consumer<List<KeyRow>> taker) {
    beforeEach.accept(taker);
    taker.accept(all().stream().map(KeyRow::of).toList());
  }

  @Override
  public synchronized Optional<VirtualKey> find(String hash) {
    check();
    return Optional.ofNullable(rows.get(hash));
  }

  @Override
  public synchronized void insert(VirtualKey key) {
    check();
    if (rows.containsKey(key.hash())) {
      throw new TakenException(TakenException.Field.KEY);
    }
    checkAlias(key);
    rows.put(key.hash(), key);
  }

  @Override
  public synchronized boolean replace(VirtualKey key, long versionBefore) {
    check();
    VirtualKey old = rows.get(key.hash());
    if (old == null || old.version() != versionBefore) {
      return false;
    }
    checkAlias(key);
    rows.put(key.hash(), key);
    return true;
  }

  @Override
  public synchronized Map<String, Long> delete(Collection<String> hashes, Instant now, String by) {
    check();
    Map<String, Long> deleted = new HashMap<>();
    for (String hash : hashes) {
      VirtualKey old = rows.remove(hash);
      if (old != null) {
        deleted.put(hash, old.version());
        gone.addFirst(new Deleted<>(KeyRow.of(old), now, by));
      }
    }
    gone.removeIf(each -> each.at().isBefore(now.minus(Duration.ofDays(365))));
    return deleted;
  }

  @Override
  public synchronized List<Deleted<KeyRow>> deleted(Predicate<KeyRow> fits) {
    check();
    return gone.stream().filter(each -> fits.test(each.row())).toList();
  }

  /** Adds and removes keys, all or none. */
  synchronized void exchange(TenantStore.Batch batch) {
    Map<String, VirtualKey> before = new HashMap<>(rows);
    try {
      batch.keysDeleted().forEach(rows::remove);
      batch.keysMade().forEach(this::insert);
      for (String hash : batch.keysDeleted()) {
        VirtualKey old = before.get(hash);
        if (old != null && !batch.accountsKept().contains(old.account())) {
          gone.addFirst(new Deleted<>(KeyRow.of(old), batch.now(), batch.by()));
        }
      }
    } catch (TakenException taken) {
      rows.clear();
      rows.putAll(before);
      throw taken;
    }
  }

  private void check() {
    if (broken != null) {
      throw broken;
    }
  }

  private void checkAlias(VirtualKey key) {
    String alias = key.terms().alias();
    for (VirtualKey other : rows.values()) {
      if (alias != null
          && alias.equals(other.terms().alias())
          && !other.hash().equals(key.hash())) {
        throw new TakenException(TakenException.Field.ALIAS);
      }
    }
  }
}
