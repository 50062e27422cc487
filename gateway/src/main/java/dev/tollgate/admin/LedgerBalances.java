package dev.tollgate.admin;

import dev.tollgate.ledger.Ledger;
import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;

/** Balances as the running ledger has them. Thread-safe. */
public final class LedgerBalances implements Balances {
  private final Ledger ledger;

  public LedgerBalances(Ledger ledger) {
    this.ledger = ledger;
  }

  @Override
  public Money settled(String keyHash) {
    return ledger.spent(keyHash);
  }

  @Override
  public void set(String keyHash, Money spent) {
    ledger.setSpent(Scope.Kind.KEY, keyHash, spent);
  }
}
