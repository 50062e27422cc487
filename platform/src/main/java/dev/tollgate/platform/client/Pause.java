package dev.tollgate.platform.client;

import java.time.Duration;

/** Waits between two attempts; a test only notes how long. */
@FunctionalInterface
interface Pause {
  void hold(Duration duration) throws InterruptedException;
}
