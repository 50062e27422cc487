package dev.tollgate.access;

/** The fake of other tests does what the real stores do. */
class MemoryKeyStoreTest extends KeyStoreContract {
  @Override
  protected KeyStore store() {
    return new MemoryKeyStore();
  }
}
