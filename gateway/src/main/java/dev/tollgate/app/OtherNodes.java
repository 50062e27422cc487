package dev.tollgate.app;

import dev.tollgate.access.Access;
import dev.tollgate.access.Tenant;
import dev.tollgate.ledger.Ledger;
import dev.tollgate.model.Scope;
import dev.tollgate.store.Notice;
import java.util.function.Consumer;

/** Takes over what other nodes on the same database have changed. */
record OtherNodes(Access access, Ledger ledger, StoredEndpoints endpoints)
    implements Consumer<Notice> {
  @Override
  public void accept(Notice notice) {
    switch (notice) {
      case Notice.KeyChanged(String hash) -> access.keys().refresh(hash);
      case Notice.TenantChanged(Tenant.Ref ref) -> access.tenants().refresh(ref);
      case Notice.SpendSet(Scope.Kind kind, String id) -> ledger.outdated(kind, id);
      case Notice.Demanded(Scope.Kind kind, String id, long nanos) ->
          ledger.demanded(kind, id, nanos);
      case Notice.Freed(Scope.Kind kind, String id) -> ledger.freed(kind, id);
      case Notice.EndpointsChanged _ -> endpoints.refresh();
      case Notice.Missed _ -> {
        access.refresh();
        endpoints.refresh();
        ledger.missed();
      }
    }
  }
}
