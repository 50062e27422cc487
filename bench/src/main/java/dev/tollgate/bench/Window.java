package dev.tollgate.bench;

import java.time.Duration;

/**
 * How long a load runs: {@code ramp} until everything is open, then {@code length} that is
 * measured.
 */
record Window(Duration ramp, Duration length) {
  /** Told of the window's edges, at the moment of each: {@code begin}, then {@code end}. */
  interface Edges {
    void reached(String edge);
  }
}
