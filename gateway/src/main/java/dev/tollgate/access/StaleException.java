package dev.tollgate.access;

/** Another writer came first; to be tried again from what it left. It has no stack trace. */
public final class StaleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StaleException(Tenant.Ref ref) {
    super("another writer has changed the " + ref.kind().word(), null, false, false);
  }
}
