package dev.tollgate.store;

import dev.tollgate.access.Tenant;
import dev.tollgate.model.Scope;

/** What a node tells the others that share its database. */
public sealed interface Notice {
  /** A key was made, changed or deleted. */
  record KeyChanged(String hash) implements Notice {}

  /** A tenant was made, changed or deleted. */
  record TenantChanged(Tenant.Ref ref) implements Notice {}

  /** What is spent of a scope was set. */
  record SpendSet(Scope.Kind kind, String id) implements Notice {}

  /** A node needs so much more of a scope's money, in nano-dollars. */
  record Demanded(Scope.Kind kind, String id, long nanos) implements Notice {}

  /** A node gave back some of a scope's money. */
  record Freed(Scope.Kind kind, String id) implements Notice {}

  /** An endpoint of the operator's was made, changed or deleted. */
  record EndpointsChanged() implements Notice {}

  /** Notices may have been missed: anything may have changed. */
  record Missed() implements Notice {}
}
