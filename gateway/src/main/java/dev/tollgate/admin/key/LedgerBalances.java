package dev.tollgate.admin.key;

import dev.tollgate.ledger.Ledger;
import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import java.util.Set;

/** Balances as the running ledger has them. Thread-safe. */
public final class LedgerBalances implements Balances {
  private final Ledger ledger;

  public LedgerBalances(Ledger ledger) {
    this.ledger = ledger;
  }

  @Override
  public Money settled(Scope.Kind kind, String id) {
    return ledger.balance(kind, Scope.idOf(id)).settled();
  }

  @Override
  public void set(Scope.Kind kind, String id, Money spent) {
    ledger.setSpent(kind, Scope.idOf(id), spent);
  }

  @Override
  public Set<String> known(Scope.Kind kind) {
    return ledger.known(kind);
  }
}
