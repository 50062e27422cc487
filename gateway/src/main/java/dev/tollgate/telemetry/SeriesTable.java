package dev.tollgate.telemetry;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The data points of each combination of label values, found by one look-up. Thread-safe.
 *
 * <p>Bounded in two steps: past {@code softMax} entries, what a client chose is no longer told
 * apart; a quarter more and everything falls into one entry per status. Totals stay right in every
 * case.
 */
final class SeriesTable<S> {
  private final int softMax;
  private final int hardMax;
  private final Function<LabelValues, S> make;
  private final ConcurrentHashMap<LabelValues, S> entries = new ConcurrentHashMap<>();

  SeriesTable(int softMax, Function<LabelValues, S> make) {
    this.softMax = softMax;
    this.hardMax = softMax + softMax / 4;
    this.make = make;
  }

  S find(LabelValues values) {
    S found = entries.get(values);
    if (found != null) {
      return found;
    }
    S made = add(values, softMax);
    if (made != null) {
      return made;
    }
    LabelValues reduced = values.withoutClientsChoice();
    found = entries.get(reduced);
    if (found != null) {
      return found;
    }
    made = add(reduced, hardMax);
    return made != null ? made : entries.computeIfAbsent(values.statusOnly(), make);
  }

  /** Null if the table has {@code max} entries; overshot by at most the threads that race here. */
  private @Nullable S add(LabelValues values, int max) {
    return entries.mappingCount() < max ? entries.computeIfAbsent(values, make) : null;
  }

  long size() {
    return entries.mappingCount();
  }
}
