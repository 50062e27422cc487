package dev.tollgate.telemetry;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A value made when it is first asked for. Thread-safe if it does not matter that racing threads
 * make it more than once: each gets an equal one.
 */
final class OnDemand<T> {
  private final Supplier<T> make;
  private volatile @Nullable T value;

  OnDemand(Supplier<T> make) {
    this.make = make;
  }

  T get() {
    T present = value;
    if (present == null) {
      present = make.get();
      value = present;
    }
    return present;
  }
}
