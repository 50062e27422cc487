package dev.tollgate.access;

class MemoryTenantStoreTest extends TenantStoreContract {
  private final MemoryKeyStore keys = new MemoryKeyStore();
  private final MemoryTenantStore tenants = new MemoryTenantStore(keys);

  @Override
  protected TenantStore store() {
    return tenants;
  }

  @Override
  protected KeyStore keys() {
    return keys;
  }
}
