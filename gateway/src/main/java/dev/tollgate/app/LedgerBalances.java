package dev.tollgate.app;

import dev.tollgate.admin.Balances;
import dev.tollgate.ledger.Ledger;
import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;

/**
 * The ledger's balances of keys, as the management API sees them.
 *
 * @param ledger who knows
 */
record LedgerBalances(Ledger ledger) implements Balances {
  @Override
  public Money settled(String keyHash) {
    return ledger.spent(keyHash);
  }

  @Override
  public void set(String keyHash, Money spent) {
    ledger.setSpent(Scope.Kind.KEY, keyHash, spent);
  }
}
