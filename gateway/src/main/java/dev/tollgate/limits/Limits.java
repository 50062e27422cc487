package dev.tollgate.limits;

import dev.tollgate.model.Caller;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Scope;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
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
 * <p>{@code retry-after} and the time of reset say when the window really ends, and for {@code
 * max_parallel_requests}, which no clock frees, one second; LiteLLM always says 60 seconds.
 */
public final class Limits {
  private static final Map<Scope.Kind, Names> NAMES = Names.all();

  private static final DateTimeFormatter RESET =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

  /** Calls between two looks for idle counters. */
  private static final long SWEEP_EVERY = 4096;

  private static final Duration PARALLEL_RETRY = Duration.ofSeconds(1);

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

  /** As {@link #admit(List, long)}, over the caller's scopes. */
  public Permit admit(Caller caller, long tokensEstimate) {
    return admit(caller.scopes(), tokensEstimate);
  }

  /**
   * Lets a call in.
   *
   * @param scopes what it draws on; those without rates cost nothing
   * @param tokensEstimate input estimated and output capped or typical; 0 if unknown
   * @throws FailureException {@link Failure.RateLimited} if one of the scopes has no room, {@link
   *     Failure.Overloaded} if the proxy has none; then nothing is counted anywhere
   */
  public Permit admit(List<Scope> scopes, long tokensEstimate) {
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
      Permit permit = new Admitted(taken(scopes, Math.max(0, tokensEstimate)), true);
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
    return new Admitted(taken(scopes, Math.max(0, tokensEstimate)), false);
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
          check(new Held(scope, counter), 0, now);
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

  private List<Held> taken(List<Scope> scopes, long tokensEstimate) {
    List<Held> held = null;
    for (int i = 0; i < scopes.size(); i++) {
      if (!scopes.get(i).rates().isNone()) {
        held = held == null ? new ArrayList<>(2) : held;
        held.add(new Held(scopes.get(i), counter(scopes.get(i))));
      }
    }
    if (held == null) {
      return List.of();
    }
    sweepNowAndThen();
    List<Held> locked = lockAll(held);
    try {
      long now = clock.millis(); // an earlier one could be of the window before
      for (Held one : held) {
        one.counter.roll(now);
        check(one, tokensEstimate, now);
      }
      for (Held one : held) {
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
  private List<Held> lockAll(List<Held> held) {
    while (true) {
      for (Held one : held) {
        one.counter = one.counter.evicted ? counter(one.scope) : one.counter;
      }
      List<Held> locking = inLockingOrder(held);
      boolean live = true;
      for (Held one : locking) {
        one.counter.lock.lock();
        live &= !one.counter.evicted;
      }
      if (live) {
        return locking;
      }
      unlockAll(locking);
    }
  }

  private static List<Held> inLockingOrder(List<Held> held) {
    if (held.size() < 2) {
      return held;
    }
    List<Held> locking = new ArrayList<>(held);
    locking.sort(Comparator.comparingLong(one -> one.counter.ordinal));
    return locking;
  }

  private Counter counter(Scope scope) {
    return counters.computeIfAbsent(new Key(scope.kind(), scope.id()), _ -> new Counter());
  }

  private static void unlockAll(List<Held> held) {
    for (Held one : held) {
      one.counter.lock.unlock();
    }
  }

  private static void check(Held one, long tokensEstimate, long now) {
    Scope.Rates rates = one.scope.rates();
    Counter counter = one.counter;
    Long requests = rates.requestsPerMinute();
    if (requests != null && counter.requests >= requests) {
      throw refusal(one, "requests", requests, requests - counter.requests, now);
    }
    Long tokens = rates.tokensPerMinute();
    if (tokens != null
        && (counter.tokens >= tokens
            || counter.tokens + Math.min(tokensEstimate, tokens) > tokens)) {
      throw refusal(one, "tokens", tokens, tokens - counter.tokens, now);
    }
    Long daily = rates.tokensPerDay();
    if (daily != null
        && (counter.dayTokens >= daily
            || counter.dayTokens + Math.min(tokensEstimate, daily) > daily)) {
      throw refusal(one, "tokens_per_day", daily, daily - counter.dayTokens, now);
    }
    Long parallel = rates.parallelRequests();
    if (parallel != null && counter.parallel >= parallel) {
      throw refusal(one, "max_parallel_requests", parallel, parallel - counter.parallel, now);
    }
  }

  private static FailureException refusal(
      Held one, String limitType, long limit, long remaining, long now) {
    long millis =
        switch (limitType) {
          case "max_parallel_requests" -> PARALLEL_RETRY.toMillis();
          case "tokens_per_day" -> one.counter.dayEnd() - now;
          default -> one.counter.windowEnd() - now;
        };
    Duration retryAfter = Duration.ofSeconds(Math.max(1, Math.ceilDiv(millis, 1000L)));
    Instant resetAt = Instant.ofEpochMilli(now).plus(retryAfter);
    String message =
        "Rate limit exceeded for "
            + one.scope.kind().word()
            + ": "
            + one.scope.id()
            + ". Limit type: "
            + limitType
            + ". Current limit: "
            + limit
            + ", Remaining: "
            + Math.max(0, remaining)
            + ". Limit resets at: "
            + RESET.format(resetAt);
    return new FailureException(new Failure.RateLimited(message, limitType, retryAfter, resetAt));
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

  /** Names of a kind's headers, made once. */
  private record Names(String requestsLeft, String requests, String tokensLeft, String tokens) {
    static Map<Scope.Kind, Names> all() {
      Map<Scope.Kind, Names> all = new EnumMap<>(Scope.Kind.class);
      for (Scope.Kind kind : Scope.Kind.values()) {
        String prefix = "x-ratelimit-" + kind.word();
        all.put(
            kind,
            new Names(
                prefix + "-remaining-requests",
                prefix + "-limit-requests",
                prefix + "-remaining-tokens",
                prefix + "-limit-tokens"));
      }
      return all;
    }
  }

  /** One scope's share in a permit. */
  private static final class Held {
    final Scope scope;
    Counter counter;
    long windowStart;
    long reserved;
    long day;
    long dayReserved;
    long requestsLeft;
    long tokensLeft;

    Held(Scope scope, Counter counter) {
      this.scope = scope;
      this.counter = counter;
    }

    void take(long tokensEstimate) {
      Scope.Rates rates = scope.rates();
      Long tokens = rates.tokensPerMinute();
      reserved = tokens == null ? 0 : Math.min(tokensEstimate, tokens);
      windowStart = counter.windowStart;
      Long daily = rates.tokensPerDay();
      dayReserved = daily == null ? 0 : Math.min(tokensEstimate, daily);
      day = counter.day;
      counter.dayLimited |= daily != null;
      counter.dayTokens += dayReserved;
      counter.requests++;
      counter.tokens += reserved;
      counter.parallel++;
      Long requests = rates.requestsPerMinute();
      requestsLeft = requests == null ? 0 : Math.max(0, requests - counter.requests);
      tokensLeft = tokens == null ? 0 : Math.max(0, tokens - counter.tokens);
    }

    void giveBack(long tokensUsed) {
      counter.parallel--;
      // What a window has counted ends with it.
      if (counter.windowStart == windowStart) {
        counter.tokens = Math.max(0, counter.tokens + tokensUsed - reserved);
      }
      if (counter.day == day) {
        counter.dayTokens = Math.max(0, counter.dayTokens + tokensUsed - dayReserved);
      }
    }

    void headers(List<Permit.Header> into) {
      Names names = Objects.requireNonNull(NAMES.get(scope.kind()));
      Long requests = scope.rates().requestsPerMinute();
      Long tokens = scope.rates().tokensPerMinute();
      if (requests != null) {
        into.add(new Permit.Header(names.requestsLeft(), Long.toString(requestsLeft)));
        into.add(new Permit.Header(names.requests(), requests.toString()));
      }
      if (tokens != null) {
        into.add(new Permit.Header(names.tokensLeft(), Long.toString(tokensLeft)));
        into.add(new Permit.Header(names.tokens(), tokens.toString()));
      }
    }
  }

  private final class Admitted implements Permit {
    private final List<Held> held;
    private final boolean placed;
    private final AtomicBoolean released = new AtomicBoolean();

    /**
     * @param placed whether it holds a place in the proxy
     */
    Admitted(List<Held> held, boolean placed) {
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
      List<Held> locking = inLockingOrder(held);
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
      for (Held one : held) {
        one.headers(headers);
      }
      return headers;
    }
  }
}
