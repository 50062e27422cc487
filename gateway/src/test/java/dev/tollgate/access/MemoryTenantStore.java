package dev.tollgate.access;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** A store that forgets everything at the end, for tests; it passes the contract of the others. */
public final class MemoryTenantStore implements TenantStore {
  private final Map<Tenant.Ref, Tenant> rows = new HashMap<>();
  private final Deque<Deleted<Tenant>> gone = new ArrayDeque<>();
  private final MemoryKeyStore keys;

  public MemoryTenantStore(MemoryKeyStore keys) {
    this.keys = keys;
  }

  @Override
  public synchronized List<Tenant> all() {
    return List.copyOf(rows.values());
  }

  @Override
  public synchronized List<Tenant> find(Collection<Tenant.Ref> refs) {
    List<Tenant> found = new ArrayList<>();
    for (Tenant.Ref ref : refs) {
      Tenant row = rows.get(ref);
      if (row != null) {
        found.add(row);
      }
    }
    return found;
  }

  @Override
  public synchronized void apply(Batch batch) {
    Map<Tenant.Ref, Tenant> before = new HashMap<>(rows);
    try {
      for (Tenant made : batch.made()) {
        unless(rows.putIfAbsent(made.ref(), made) != null, made);
      }
      for (Tenant changed : batch.changed()) {
        Tenant old = rows.get(changed.ref());
        unless(old == null || old.version() != changed.version() - 1, changed);
        rows.put(changed.ref(), changed);
      }
      for (Tenant gone : batch.deleted()) {
        Tenant old = rows.remove(gone.ref());
        unless(old == null || old.version() != gone.version(), gone);
      }
      keys.exchange(batch);
      for (Tenant team : batch.deleted()) {
        if (team.ref().kind() == Tenant.Kind.TEAM) {
          gone.addFirst(new Deleted<>(team, batch.now(), batch.by()));
        }
      }
      gone.removeIf(each -> each.at().isBefore(batch.now().minus(Duration.ofDays(365))));
    } catch (StaleException | TakenException refused) {
      rows.clear();
      rows.putAll(before);
      throw refused;
    }
  }

  @Override
  public synchronized List<Deleted<Tenant>> deletedTeams(Predicate<Tenant> fits) {
    return gone.stream().filter(each -> fits.test(each.row())).toList();
  }

  private static void unless(boolean stale, Tenant tenant) {
    if (stale) {
      throw new StaleException(tenant.ref());
    }
  }
}
