package dev.tollgate.ledger;

import dev.tollgate.model.BudgetDay;
import java.time.Duration;

/**
 * How the ledger decides and writes. Immutable.
 *
 * @param budgetStatus HTTP status of a refusal, {@code
 *     litellm_settings.budget_exceeded_status_code}
 * @param estimatedOutputTokens output tokens held for a call whose client set no cap and whose key
 *     no estimate, {@code default_estimated_output_tokens}
 * @param day where budget windows begin
 * @param rollover {@code litellm_settings.budget_rollover}: what was spent beyond a budget counts
 *     in the next window
 * @param admitUnread admit calls on budgets that could not be read yet ({@code
 *     general_settings.allow_requests_on_db_unavailable}); refused otherwise
 * @param writeInterval longest wait before journal records go to the store, {@code
 *     general_settings.proxy_batch_write_at}
 * @param batchRecords most records in one transaction; so many waiting wake the writer at once
 */
public record LedgerSettings(
    int budgetStatus,
    long estimatedOutputTokens,
    BudgetDay day,
    boolean rollover,
    boolean admitUnread,
    Duration writeInterval,
    int batchRecords) {
  public static final LedgerSettings DEFAULT =
      new LedgerSettings(422, 4096, BudgetDay.UTC, false, false, Duration.ofSeconds(1), 1024);

  public LedgerSettings {
    if (budgetStatus < 400 || budgetStatus > 599) {
      throw new IllegalArgumentException(
          "budget_exceeded_status_code must be from 400 to 599, got " + budgetStatus);
    }
    if (estimatedOutputTokens < 1) {
      throw new IllegalArgumentException(
          "default_estimated_output_tokens must be at least 1, got " + estimatedOutputTokens);
    }
    if (writeInterval.isNegative() || writeInterval.isZero()) {
      throw new IllegalArgumentException(
          "proxy_batch_write_at must be more than zero, got " + writeInterval);
    }
    if (batchRecords < 1) {
      throw new IllegalArgumentException(
          "a batch must have room for a record, got " + batchRecords);
    }
  }
}
