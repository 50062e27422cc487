package dev.tollgate.admin;

import dev.tollgate.model.Money;

/** What keys have spent; the ledger knows. Thread-safe. */
public interface Balances {
  /** Settled in the running budget window; zero for a key that nobody knows. */
  Money settled(String keyHash);

  /** Settled ever. */
  default Money total(String keyHash) {
    return settled(keyHash);
  }

  /** Makes {@code spent} what the key has spent in the running window. */
  void set(String keyHash, Money spent);
}
