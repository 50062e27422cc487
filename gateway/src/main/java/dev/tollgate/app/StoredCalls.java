package dev.tollgate.app;

import dev.tollgate.admin.SpendLog;
import dev.tollgate.ledger.Ledger;
import dev.tollgate.ledger.SpendFilter;
import dev.tollgate.ledger.SpendStore;
import java.util.List;

/**
 * The store's calls, as the management API sees them.
 *
 * @param ledger brings in what is still in the journal, so that a call that has ended is there
 * @param store who has them
 */
record StoredCalls(Ledger ledger, SpendStore store) implements SpendLog {
  @Override
  public List<SpendRow> find(Filter filter) {
    ledger.flush();
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
        .map(StoredCalls::row)
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
