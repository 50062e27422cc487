package dev.tollgate.admin;

import dev.tollgate.ledger.SpendFilter;
import dev.tollgate.ledger.SpendStore;
import java.util.List;

/** The calls that the ledger has brought into its store. Thread-safe. */
public final class StoredSpend implements SpendLog {
  private final SpendStore store;

  public StoredSpend(SpendStore store) {
    this.store = store;
  }

  @Override
  public List<SpendRow> find(Filter filter) {
    return store
        .find(
            new SpendFilter(
                filter.requestId(),
                filter.keyHash(),
                filter.userId(),
                filter.from(),
                filter.to(),
                filter.limit()))
        .stream()
        .map(StoredSpend::row)
        .toList();
  }

  private static SpendRow row(dev.tollgate.ledger.SpendRow row) {
    return new SpendRow(
        row.requestId(),
        row.callId(),
        row.callType(),
        row.keyHash(),
        row.spend(),
        row.inputTokens(),
        row.outputTokens(),
        row.cachedTokens(),
        row.reasoningTokens(),
        row.started(),
        row.ended(),
        row.firstEvent(),
        row.model(),
        row.modelId(),
        row.modelGroup(),
        row.provider(),
        row.apiBase(),
        row.userId(),
        row.endUser(),
        row.success(),
        row.httpStatus(),
        row.failureType(),
        row.tags(),
        row.clientAddress(),
        row.sessionId(),
        row.attempts(),
        row.fallbacks());
  }
}
