package dev.tollgate.ledger;

import dev.tollgate.model.Money;
import java.time.LocalDate;

/**
 * What was spent, summed up; a part that was not asked for is empty.
 *
 * @param id whose spend it is
 * @param day the day in UTC; the first day of all where days were not asked for
 * @param keyHash {@code api_key}
 * @param model what the provider was asked for
 * @param group the model group that was asked for
 */
public record DailySum(
    String id,
    LocalDate day,
    String keyHash,
    String model,
    String group,
    String provider,
    Money spend,
    long inputTokens,
    long outputTokens,
    long cachedTokens,
    long cacheWriteTokens,
    long requests,
    long successes) {
  public long totalTokens() {
    return inputTokens + outputTokens;
  }

  public long failures() {
    return requests - successes;
  }
}
