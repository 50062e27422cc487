package dev.tollgate.routing;

import dev.tollgate.model.Deployment;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One attempt: which deployment, after which wait, for how long. It holds a place among the
 * deployment's calls in flight until it is released.
 */
public final class Step {
  private final Lane lane;
  private final Duration delay;
  private final boolean fallback;
  private final Duration timeout;
  private final boolean timeoutByClient;
  private final AtomicBoolean released = new AtomicBoolean();

  Step(Lane lane, Duration delay, boolean fallback, Duration timeout, boolean timeoutByClient) {
    this.lane = lane;
    this.delay = delay;
    this.fallback = fallback;
    this.timeout = timeout;
    this.timeoutByClient = timeoutByClient;
  }

  public Deployment deployment() {
    return lane.deployment();
  }

  /** How long to wait before it; mostly nothing. */
  public Duration delay() {
    return delay;
  }

  /** Whether it belongs to another model group than the one that was asked for. */
  public boolean fallback() {
    return fallback;
  }

  /** The longest it may take: the client's, else the deployment's, else the router's. */
  public Duration timeout() {
    return timeout;
  }

  boolean timeoutByClient() {
    return timeoutByClient;
  }

  Lane lane() {
    return lane;
  }

  void release() {
    if (released.compareAndSet(false, true)) {
      lane.places().leave();
    }
  }
}
