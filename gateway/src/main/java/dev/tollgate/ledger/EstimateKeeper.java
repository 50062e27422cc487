package dev.tollgate.ledger;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what the estimates have learned over a restart, written once a minute: what is lost with a
 * process that is killed is learned again. On the spend writer's thread.
 */
final class EstimateKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(EstimateKeeper.class);
  static final Duration INTERVAL = Duration.ofMinutes(1);

  /** What no call has used for so long says nothing of calls of today. */
  static final Duration LIFETIME = Duration.ofDays(30);

  /** Half of what there is room for, so that a start can always learn something new. */
  private static final int LOADED_MAX = Estimates.MODELS_MAX / 2;

  private final Estimates estimates;
  private final EstimateStore store;
  private final InstantSource clock;
  private Instant due = Instant.MAX;

  EstimateKeeper(Estimates estimates, EstimateStore store, InstantSource clock) {
    this.estimates = estimates;
    this.store = store;
    this.clock = clock;
  }

  void load() {
    Instant now = clock.instant();
    due = now.plus(INTERVAL);
    attempt(() -> estimates.load(store.estimates(now.minus(LIFETIME), LOADED_MAX)));
  }

  /** Saves what has changed, if it is time. */
  void keepUp() {
    if (!clock.instant().isBefore(due)) {
      save();
    }
  }

  void save() {
    Instant now = clock.instant();
    due = now.plus(INTERVAL);
    List<EstimateStore.Learned> changed = estimates.changed(now);
    if (!changed.isEmpty()) {
      attempt(
          () -> {
            store.save(changed, now.minus(LIFETIME));
            estimates.saved(changed);
          });
    }
  }

  /** Money is written whether or not this can be. */
  private static void attempt(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException failed) {
      LOG.warn("estimates are not kept over a restart: {}", failed.toString());
    }
  }
}
