package dev.tollgate.telemetry;

import dev.tollgate.model.Deployment;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Which model names may stand in a label. A client can name any model, and behind a wildcard every
 * name reaches a deployment; a name counts as known once it is a configured group or was served
 * well. Thread-safe; holds a bounded number of names and never forgets one.
 */
final class ModelNames {
  private static final int NAME_LENGTH_MAX = 256;

  private final int namesMax;
  private final Set<String> known = ConcurrentHashMap.newKeySet();
  private final AtomicInteger places = new AtomicInteger();

  ModelNames(int namesMax) {
    this.namesMax = namesMax;
  }

  /** The name itself if it is known, {@link LabelValues#OTHER} if it is not. */
  String label(@Nullable String requested, @Nullable Deployment deployment, boolean served) {
    if (requested == null) {
      return LabelValues.NONE;
    }
    if (known.contains(requested)) {
      return requested;
    }
    boolean trusted = deployment != null && (served || deployment.group().equals(requested));
    return trusted && requested.length() <= NAME_LENGTH_MAX && admit(requested)
        ? requested
        : LabelValues.OTHER;
  }

  private boolean admit(String name) {
    if (places.get() >= namesMax) {
      return false;
    }
    if (places.incrementAndGet() > namesMax) {
      places.decrementAndGet();
      return false;
    }
    if (!known.add(name)) {
      places.decrementAndGet();
    }
    return true;
  }
}
