package dev.tollgate.access;

import dev.tollgate.access.Tenant.Kind;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** All tenants, in memory. Thread-safe. */
final class TenantRows {
  private final Map<Kind, Rows<String, Tenant>> byKind = new EnumMap<>(Kind.class);

  TenantRows(Iterable<Tenant> all) {
    for (Kind kind : Kind.values()) {
      byKind.put(kind, new Rows<>());
    }
    for (Tenant tenant : all) {
      of(tenant.ref().kind()).made(tenant.id(), tenant);
    }
  }

  Rows<String, Tenant> of(Kind kind) {
    return Objects.requireNonNull(byKind.get(kind));
  }

  @Nullable Tenant get(Kind kind, @Nullable String id) {
    return id == null ? null : of(kind).get(id);
  }
}
