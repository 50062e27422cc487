package dev.tollgate.access;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Where tenants are kept for good. Thread-safe; every method blocks. */
public interface TenantStore {
  /** All tenants, in no order. */
  List<Tenant> all();

  /** Those of these that are there. */
  List<Tenant> find(Collection<Tenant.Ref> refs);

  /**
   * Writes all of it or nothing.
   *
   * @throws StaleException if a tenant that is to be made is there, or one that is to be changed or
   *     deleted is gone or at another version
   * @throws TakenException if a key's hash or alias is there already
   */
  void apply(Batch batch);

  /** The same as {@link KeyStore#deleted} of teams. */
  List<Deleted<Tenant>> deletedTeams(Predicate<Tenant> fits);

  /**
   * Changes that belong together.
   *
   * @param made tenants that must not be there yet
   * @param changed tenants, each replacing the version before its own
   * @param deleted tenants as they must be
   * @param keysMade keys to add
   * @param keysDeleted hashes of keys to remove, those that are there
   */
  record Batch(
      List<Tenant> made,
      List<Tenant> changed,
      List<Tenant> deleted,
      List<VirtualKey> keysMade,
      List<String> keysDeleted,
      Instant now,
      String by) {
    /** Where the spend of the keys to add is counted: keys to remove that have it only change. */
    public Set<String> accountsKept() {
      return keysMade.stream().map(VirtualKey::account).collect(Collectors.toSet());
    }

    boolean isEmpty() {
      return made.isEmpty()
          && changed.isEmpty()
          && deleted.isEmpty()
          && keysMade.isEmpty()
          && keysDeleted.isEmpty();
    }
  }
}
