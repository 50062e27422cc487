package dev.tollgate.access;

import dev.tollgate.access.Tenant.Kind;
import dev.tollgate.access.Tenant.Ref;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All tenants: kept in the store, held in memory. Thread-safe.
 *
 * <p>A change goes to the store first, all of it in one transaction, and then to memory, before its
 * method returns; so a change that was answered holds, and one that failed never shows. No lock is
 * held over the store: each tenant's write names the version that it replaces, and whoever loses
 * against another writer starts again from what that one left.
 */
public final class Tenants {
  /** Losing so often in a row means something else than another writer. */
  private static final int ATTEMPTS_MAX = 100;

  private static final Comparator<Tenant> NEWEST_FIRST =
      Comparator.comparing(Tenant::createdAt).reversed().thenComparing(Tenant::id);

  private final TenantStore store;
  private final Keys keys;
  private final Epoch epoch;
  private final InstantSource clock;
  private final TenantRows rows;
  private final SecureRandom random = new SecureRandom();

  Tenants(TenantStore store, TenantRows rows, Keys keys, Epoch epoch, InstantSource clock) {
    this.store = store;
    this.rows = rows;
    this.keys = keys;
    this.epoch = epoch;
    this.clock = clock;
  }

  public Optional<Tenant> find(Kind kind, String id) {
    return Optional.ofNullable(rows.of(kind).get(id));
  }

  public Optional<Tenant> find(Ref ref) {
    return find(ref.kind(), ref.id());
  }

  /** Those of a kind that fit, newest first. */
  public List<Tenant> list(Kind kind, Predicate<Tenant> fits) {
    return rows.of(kind).all().stream().filter(fits).sorted(NEWEST_FIRST).toList();
  }

  /**
   * Some of those of a kind that fit, newest first.
   *
   * @param skip how many come before
   */
  public Selection<Tenant> page(Kind kind, Predicate<Tenant> fits, long skip, int size) {
    return Selection.of(
        rows.of(kind).all().stream().filter(fits).toArray(Tenant[]::new), NEWEST_FIRST, skip, size);
  }

  /** Teams that are gone and fit, as {@link TenantStore#deletedTeams} has them; blocks. */
  public List<Deleted<Tenant>> deletedTeams(Predicate<Tenant> fits) {
    return store.deletedTeams(fits);
  }

  long generation() {
    return random.nextLong(1L << 30) << Versioned.GENERATION_SHIFT;
  }

  /**
   * Writes what a function drafts. The function is called again if another writer came first, so
   * that it must do nothing but read and draft.
   *
   * @return what the function returned, once it is written
   * @throws TakenException if the secret or the alias of a key is in use; then nothing is written
   */
  public <T> T write(String by, Function<Draft, T> change) {
    keys.awaitRead();
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      Draft draft = new Draft(this, clock.instant().truncatedTo(ChronoUnit.MILLIS), by);
      T result = change.apply(draft);
      TenantStore.Batch batch = draft.batch();
      if (batch.isEmpty()) {
        return result;
      }
      try {
        store.apply(batch);
      } catch (StaleException _) {
        reload(draft.refs());
        continue;
      }
      accept(batch);
      return result;
    }
    throw new IllegalStateException("a change could not be written: others write all the time");
  }

  private void accept(TenantStore.Batch batch) {
    batch.made().forEach(made -> rows.of(made.ref().kind()).made(made.id(), made));
    batch
        .changed()
        .forEach(changed -> rows.of(changed.ref().kind()).changed(changed.id(), changed));
    batch.deleted().forEach(gone -> rows.of(gone.ref().kind()).deleted(gone.id(), gone.version()));
    keys.accept(batch.keysMade(), batch.keysDeleted());
    epoch.next();
    if (!batch.made().isEmpty()) {
      // Another writer may have changed or deleted it before memory had it.
      reload(batch.made().stream().map(Tenant::ref).toList());
    }
  }

  /** Brings a tenant up to what the store has, after another node has changed it. */
  public void refresh(Ref ref) {
    reload(List.of(ref));
  }

  /** The same for all tenants that are not as the store has them. */
  void refresh() {
    Set<Ref> there = new HashSet<>();
    Set<Ref> other = new LinkedHashSet<>();
    for (Tenant row : store.all()) {
      there.add(row.ref());
      Tenant known = rows.get(row.ref().kind(), row.id());
      if (known == null || known.version() != row.version()) {
        other.add(row.ref());
      }
    }
    for (Kind kind : Kind.values()) {
      for (Tenant known : rows.of(kind).all()) {
        if (!there.contains(known.ref())) {
          other.add(known.ref());
        }
      }
    }
    reload(other);
  }

  private void reload(Collection<Ref> refs) {
    Collection<Ref> left = refs;
    for (int attempt = 0; !left.isEmpty() && attempt < ATTEMPTS_MAX; attempt++) {
      left = reloaded(left);
    }
    epoch.next();
  }

  /** Returns those that another writer changed meanwhile. */
  private List<Ref> reloaded(Collection<Ref> refs) {
    Map<Ref, @Nullable Tenant> seen = new HashMap<>();
    refs.forEach(ref -> seen.put(ref, rows.get(ref.kind(), ref.id())));
    Map<Ref, Tenant> found = new HashMap<>();
    store.find(refs).forEach(tenant -> found.put(tenant.ref(), tenant));
    return refs.stream()
        .filter(ref -> !rows.of(ref.kind()).is(ref.id(), seen.get(ref), found.get(ref)))
        .toList();
  }
}
