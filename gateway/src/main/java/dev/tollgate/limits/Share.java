package dev.tollgate.limits;

import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Scope;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/** One scope's share in a permit. To be used under the lock of its counter. */
final class Share {
  private static final Map<Scope.Kind, Names> NAMES = Names.all();

  private static final DateTimeFormatter RESET =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

  final Scope scope;
  Counter counter;
  private final boolean lenient;
  private long windowStart;
  private long reserved;
  private long day;
  private long dayReserved;
  private long requestsLeft;
  private long tokensLeft;

  /**
   * @param failing whether dynamic limits are kept to
   */
  Share(Scope scope, Counter counter, BooleanSupplier failing) {
    this.scope = scope;
    this.counter = counter;
    Scope.Rates rates = scope.rates();
    this.lenient = (rates.requestsDynamic() || rates.tokensDynamic()) && !failing.getAsBoolean();
  }

  /**
   * Whether there is room.
   *
   * @throws FailureException {@link Failure.RateLimited} if there is none
   */
  void check(long tokensEstimate, long now) {
    Scope.Rates rates = scope.rates();
    Long requests = rates.requestsPerMinute();
    boolean requestsFree = lenient && rates.requestsDynamic();
    if (requests != null && !requestsFree && counter.requests >= requests) {
      throw refusal("requests", requests, requests - counter.requests, now);
    }
    Long tokens = rates.tokensPerMinute();
    boolean tokensFree = lenient && rates.tokensDynamic();
    if (tokens != null
        && !tokensFree
        && (counter.tokens >= tokens
            || counter.tokens + Math.min(tokensEstimate, tokens) > tokens)) {
      throw refusal("tokens", tokens, tokens - counter.tokens, now);
    }
    Long daily = rates.tokensPerDay();
    if (daily != null
        && (counter.dayTokens >= daily
            || counter.dayTokens + Math.min(tokensEstimate, daily) > daily)) {
      throw refusal("tokens_per_day", daily, daily - counter.dayTokens, now);
    }
    Long parallel = rates.parallelRequests();
    if (parallel != null && counter.parallel >= parallel) {
      throw refusal("max_parallel_requests", parallel, parallel - counter.parallel, now);
    }
  }

  private FailureException refusal(String limitType, long limit, long remaining, long now) {
    long millis =
        switch (limitType) {
          case "max_parallel_requests" -> Limits.PARALLEL_RETRY.toMillis();
          case "tokens_per_day" -> counter.dayEnd() - now;
          default -> counter.windowEnd() - now;
        };
    Duration retryAfter = Duration.ofSeconds(Math.max(1, Math.ceilDiv(millis, 1000L)));
    Instant resetAt = Instant.ofEpochMilli(now).plus(retryAfter);
    String message =
        "Rate limit exceeded for "
            + scope.kind().word()
            + ": "
            + scope.id()
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

  /** Takes the place of a call; to be checked before. */
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

  /** The call has ended. */
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

  /** Adds what is left of it. */
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
}
