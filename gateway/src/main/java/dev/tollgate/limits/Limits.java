package dev.tollgate.limits;

import dev.tollgate.model.Caller;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Scope;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Requests and tokens per minute, tokens per day (UTC) and calls at the same time, over all scopes
 * of a caller, all or none. Thread-safe, without I/O; counts start anew with the process.
 *
 * <p>A window is LiteLLM's: 60 seconds that start at the first request after the last window ended.
 * Tokens are reserved when a call comes in and corrected when it ends, as long as its window still
 * runs. A call is let in while the tokens used and reserved, and what it reserves itself, stay
 * within the limit; a call larger than the limit reserves all of it, so that it waits for an empty
 * window instead of being refused for ever.
 *
 * <p>A dynamic limit is kept to only while the model fails. It counts all the time: who has gone
 * beyond it waits, once the model fails, for the end of the window.
 *
 * <p>{@code retry-after} and the time of reset say when the window really ends, and for {@code
 * max_parallel_requests}, which no clock frees, one second; LiteLLM always says 60 seconds.
 */
public final class Limits {
  /** Calls between two looks for idle counters. */
  private static final long SWEEP_EVERY = 4096;

  static final Duration PARALLEL_RETRY = Duration.ofSeconds(1);

  private final InstantSource clock;
  private final LimitsSettings settings;
  private final Map<Key, Counter> counters = new ConcurrentHashMap<>();
  private final AtomicLong inFlight = new AtomicLong();
  private final AtomicLong sinceSweep = new AtomicLong();
  private final AtomicBoolean sweeping = new AtomicBoolean();

  private record Key(Scope.Kind kind, String id) {}

  public Limits(InstantSource clock, LimitsSettings settings) {
    this.clock = clock;
    this.settings = settings;
  }

  /** As {@link #admit(List, long, BooleanSupplier)}, over the caller's scopes. */
  public Permit admit(Caller caller, long tokensEstimate, BooleanSupplier failing) {
    return admit(caller.scopes(), tokensEstimate, failing);
  }

  /** Lets a call in, over limits that are kept to in any case. */
  public Permit admit(List<Scope> scopes, long tokensEstimate) {
    return admit(scopes, tokensEstimate, () -> true);
  }

  /**
   * Lets a call in.
   *
   * @param scopes what it draws on; those without rates cost nothing
   * @param tokensEstimate input estimated and output capped or typical; 0 if unknown
   * @param failing whether the model that is asked fails at the moment, asked where it matters
   * @throws FailureException {@link Failure.RateLimited} if one of the scopes has no room, {@link
   *     Failure.Overloaded} if the proxy has none; then nothing is counted anywhere
   */
  public Permit admit(List<Scope> scopes, long tokensEstimate, BooleanSupplier failing) {
    Long most = settings.parallelRequestsMax();
    if (inFlight.incrementAndGet() > (most == null ? Long.MAX_VALUE : most)) {
      inFlight.decrementAndGet();
      throw new FailureException(
          new Failure.Overloaded(
              "The proxy serves as many requests at the same time as global_max_parallel_requests"
                  + " allows ("
                  + most
                  + "). Try again in a moment.",
              PARALLEL_RETRY));
    }
    boolean admitted = false;
    try {
      Permit permit = new Admitted(taken(scopes, Math.max(0, tokensEstimate), failing), true);
      admitted = true;
      return permit;
    } finally {
      if (!admitted) {
        inFlight.decrementAndGet();
      }
    }
  }

  /**
   * Lets one attempt of a call to a deployment, which has its place in the proxy already.
   *
   * @throws FailureException {@link Failure.RateLimited} if one of the scopes has no room
   */
  public Permit attempt(List<Scope> scopes, long tokensEstimate) {
    return new Admitted(taken(scopes, Math.max(0, tokensEstimate), () -> true), false);
  }

  /** Why no attempt may go to these scopes now, whatever its size; null if one may. */
  public @Nullable Failure full(List<Scope> scopes) {
    for (Scope scope : scopes) {
      Counter counter =
          scope.rates().isNone() ? null : counters.get(new Key(scope.kind(), scope.id()));
      if (counter != null) {
        counter.lock.lock();
        try {
          long now = clock.millis();
          counter.roll(now);
          new Share(scope, counter, () -> true).check(0, now);
        } catch (FailureException full) {
          return full.failure();
        } finally {
          counter.lock.unlock();
        }
      }
    }
    return null;
  }

  /** Calls that have not ended. */
  public long inFlight() {
    return inFlight.get();
  }

  /** Scopes that are counted at the moment. */
  public int size() {
    return counters.size();
  }

  private List<Share> taken(List<Scope> scopes, long tokensEstimate, BooleanSupplier failing) {
    List<Share> held = null;
    for (int i = 0; i < scopes.size(); i++) {
      if (!scopes.get(i).rates().isNone()) {
        held = held == null ? new ArrayList<>(2) : held;
        held.add(new Share(scopes.get(i), counter(scopes.get(i)), failing));
      }
    }
    if (held == null) {
      return List.of();
    }
    sweepNowAndThen();
    List<Share> locked = lockAll(held);
    try {
      long now = clock.millis(); // an earlier one could be of the window before
      for (Share one : held) {
        one.counter.roll(now);
        one.check(tokensEstimate, now);
      }
      for (Share one : held) {
        one.take(tokensEstimate);
      }
    } finally {
      unlockAll(locked);
    }
    return held;
  }

  /**
   * Locks the counters, all of them live, in the order of their ordinals; the checks keep to the
   * order of the scopes.
   *
   * @return what was locked
   */
  private List<Share> lockAll(List<Share> held) {
    while (true) {
      for (Share one : held) {
        one.counter = one.counter.evicted ? counter(one.scope) : one.counter;
      }
      List<Share> locking = inLockingOrder(held);
      boolean live = true;
      for (Share one : locking) {
        one.counter.lock.lock();
        live &= !one.counter.evicted;
      }
      if (live) {
        return locking;
      }
      unlockAll(locking);
    }
  }

  private static List<Share> inLockingOrder(List<Share> held) {
    if (held.size() < 2) {
      return held;
    }
    List<Share> locking = new ArrayList<>(held);
    locking.sort(Comparator.comparingLong(one -> one.counter.ordinal));
    return locking;
  }

  private Counter counter(Scope scope) {
    return counters.computeIfAbsent(new Key(scope.kind(), scope.id()), _ -> new Counter());
  }

  private static void unlockAll(List<Share> held) {
    for (Share one : held) {
      one.counter.lock.unlock();
    }
  }

  private void sweepNowAndThen() {
    if (sinceSweep.incrementAndGet() < SWEEP_EVERY || !sweeping.compareAndSet(false, true)) {
      return;
    }
    try {
      sinceSweep.set(0);
      sweep(clock.millis());
    } finally {
      sweeping.set(false);
    }
  }

  /** Takes out the counters of callers who have gone quiet. */
  void sweep(long now) {
    long idleMillis = settings.idle().toMillis();
    counters.values().removeIf(counter -> counter.evictedWhenIdle(now, idleMillis));
  }

  private final class Admitted implements Permit {
    private final List<Share> held;
    private final boolean placed;
    private final AtomicBoolean released = new AtomicBoolean();

    /**
     * @param placed whether it holds a place in the proxy
     */
    Admitted(List<Share> held, boolean placed) {
      this.held = held;
      this.placed = placed;
    }

    @Override
    public boolean release(long tokensUsed) {
      if (!released.compareAndSet(false, true)) {
        return false;
      }
      if (placed) {
        inFlight.decrementAndGet();
      }
      // All at once: nobody sees a place free in one scope and still taken in the other.
      List<Share> locking = inLockingOrder(held);
      locking.forEach(one -> one.counter.lock.lock());
      try {
        locking.forEach(one -> one.giveBack(Math.max(0, tokensUsed)));
      } finally {
        unlockAll(locking);
      }
      return true;
    }

    @Override
    public List<Header> headers() {
      if (held.isEmpty()) {
        return List.of();
      }
      List<Header> headers = new ArrayList<>(4);
      for (Share one : held) {
        one.headers(headers);
      }
      return headers;
    }
  }
}
