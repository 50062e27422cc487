package dev.tollgate.access;

import dev.tollgate.access.Tenant.Kind;
import dev.tollgate.access.Tenant.Ref;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Changes of tenants and keys that are written together, or not at all. It reads what is in memory
 * with its own changes on top. For one thread.
 */
public final class Draft {
  private final Tenants tenants;
  private final Instant now;
  private final String by;
  private final Map<Ref, Entry> entries = new LinkedHashMap<>();
  private final List<VirtualKey> keysMade = new ArrayList<>();
  private final List<String> keysDeleted = new ArrayList<>();

  /** What was there, and what is to be; null for nothing. */
  private record Entry(@Nullable Tenant before, @Nullable Tenant after) {}

  Draft(Tenants tenants, Instant now, String by) {
    this.tenants = tenants;
    this.now = now;
    this.by = by;
  }

  /** The moment of the change, in milliseconds. */
  public Instant now() {
    return now;
  }

  public Optional<Tenant> find(Kind kind, String id) {
    return find(new Ref(kind, id));
  }

  public Optional<Tenant> find(Ref ref) {
    Entry entry = entries.get(ref);
    return entry == null ? tenants.find(ref) : Optional.ofNullable(entry.after());
  }

  /** Those of a kind that fit. */
  public List<Tenant> list(Kind kind, Predicate<Tenant> fits) {
    Stream<Tenant> untouched =
        tenants.list(kind, fits).stream().filter(tenant -> !entries.containsKey(tenant.ref()));
    Stream<Tenant> own =
        entries.values().stream()
            .map(Entry::after)
            .filter(tenant -> tenant != null && tenant.ref().kind() == kind && fits.test(tenant));
    return Stream.concat(untouched, own).toList();
  }

  /** Adds a tenant that is not there. */
  public Tenant make(Ref ref, Tenant.Terms terms) {
    Entry entry = entries.get(ref);
    Tenant before = entry == null ? null : entry.before();
    if (before != null) {
      // Deleted and made again in one step is a change.
      return put(before, before.changed(terms, now, by));
    }
    return put(null, new Tenant(ref, tenants.generation(), terms, now, by, now, by));
  }

  /** Gives a tenant other terms. */
  public Tenant change(Tenant tenant, Tenant.Terms terms) {
    Entry entry = entries.get(tenant.ref());
    if (entry == null) {
      return put(tenant, tenant.changed(terms, now, by));
    }
    Tenant before = entry.before();
    return put(
        before,
        before == null
            ? new Tenant(tenant.ref(), tenant.version(), terms, now, by, now, by)
            : before.changed(terms, now, by));
  }

  public void delete(Tenant tenant) {
    Entry entry = entries.get(tenant.ref());
    if (entry != null && entry.before() == null) {
      entries.remove(tenant.ref());
    } else {
      entries.put(tenant.ref(), new Entry(entry == null ? tenant : entry.before(), null));
    }
  }

  /** Adds a key; whether its name is free shows when the draft is written. */
  public void make(VirtualKey key) {
    keysMade.add(key);
  }

  public void deleteKey(String hash) {
    keysDeleted.add(hash);
  }

  private Tenant put(@Nullable Tenant before, Tenant after) {
    entries.put(after.ref(), new Entry(before, after));
    return after;
  }

  List<Ref> refs() {
    return List.copyOf(entries.keySet());
  }

  TenantStore.Batch batch() {
    List<Tenant> made = new ArrayList<>();
    List<Tenant> changed = new ArrayList<>();
    List<Tenant> deleted = new ArrayList<>();
    for (Entry entry : entries.values()) {
      if (entry.after() == null) {
        if (entry.before() != null) {
          deleted.add(entry.before());
        }
      } else if (entry.before() == null) {
        made.add(entry.after());
      } else {
        changed.add(entry.after());
      }
    }
    return new TenantStore.Batch(
        made, changed, deleted, List.copyOf(keysMade), List.copyOf(keysDeleted), now, by);
  }
}
