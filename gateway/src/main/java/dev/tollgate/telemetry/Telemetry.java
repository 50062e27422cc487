package dev.tollgate.telemetry;

import dev.tollgate.model.Caller;
import dev.tollgate.model.Deployment;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Outcome;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes one {@link Outcome} for each call. Thread-safe; never blocks, never throws. */
public final class Telemetry {
  private static final Logger LOG = LoggerFactory.getLogger(Telemetry.class);

  private final Metrics metrics;
  private final CallLog log;
  private final AtomicLong failures = new AtomicLong();

  public Telemetry(Metrics metrics, CallLog log) {
    this.metrics = metrics;
    this.log = log;
    metrics.counter(
        "tollgate_dropped_log_lines",
        "Lines of the call log that were never written",
        log::dropped);
    metrics.counter(
        "tollgate_telemetry_failures", "Outcomes that could not be recorded whole", failures::get);
  }

  /** A call was taken up; {@link #ended} follows exactly once. */
  public void started(Operation operation) {
    metrics.started(operation);
  }

  /**
   * A deployment failed and the call goes on with another attempt. The last attempt of a call is
   * not told here: {@link #ended} counts it.
   *
   * @param requestedModel the model as the client named it
   */
  public void attemptFailed(
      @Nullable Caller caller,
      @Nullable String requestedModel,
      Deployment deployment,
      Failure failure) {
    record(() -> metrics.attemptFailed(caller, requestedModel, deployment, failure));
  }

  /** The call ended, however it did. Exactly once for each {@link #started}. */
  public void ended(Outcome outcome) {
    metrics.ended(outcome.operation());
    record(() -> metrics.observe(outcome));
    record(() -> log.write(outcome));
  }

  private void record(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      // The money is settled and the client has its answer: a bug here may not undo either.
      if (failures.getAndIncrement() == 0) {
        LOG.error("An outcome could not be recorded; further failures are only counted", e);
      }
    }
  }
}
