package dev.tollgate.admin.key;

import dev.tollgate.access.VirtualKey;
import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import java.util.Set;

/** What keys and tenants have spent; the ledger knows. Thread-safe. */
public interface Balances {
  /** Settled in the running budget window; zero for one that nobody knows. */
  Money settled(Scope.Kind kind, String id);

  /** Makes {@code spent} what was spent in the running window. */
  void set(Scope.Kind kind, String id, Money spent);

  /** Ids of those of a kind that ever spent. */
  Set<String> known(Scope.Kind kind);

  /** What a key has settled in its running window. */
  default Money settled(VirtualKey key) {
    return settled(Scope.Kind.KEY, key.account());
  }
}
