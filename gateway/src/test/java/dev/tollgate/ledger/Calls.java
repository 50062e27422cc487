package dev.tollgate.ledger;

import dev.tollgate.model.Caller;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Money;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Outcome;
import dev.tollgate.model.Price;
import dev.tollgate.model.Pricing;
import dev.tollgate.model.Scope;
import dev.tollgate.model.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Callers and outcomes for tests. */
public final class Calls {
  /** A nano-dollar for each token, in and out. */
  public static final Pricing NANO = Pricing.of(Price.of("1e-9"), Price.of("1e-9"));

  public static final String HASH = "5f".repeat(32);

  private Calls() {}

  public static Scope key(@Nullable Long budgetNanos) {
    return key(HASH, budgetNanos, null, null, false);
  }

  public static Scope strictKey(long budgetNanos) {
    return key(HASH, budgetNanos, null, null, true);
  }

  public static Scope key(
      String hash,
      @Nullable Long budgetNanos,
      @Nullable String duration,
      @Nullable Instant resetAt,
      boolean strict) {
    return new Scope(
        Scope.Kind.KEY,
        hash,
        "sk-...4WJg",
        budgetNanos == null ? null : Money.ofNanos(budgetNanos),
        duration,
        resetAt,
        Scope.Rates.NONE,
        strict);
  }

  public static Scope proxy(@Nullable Long budgetNanos) {
    return new Scope(
        Scope.Kind.PROXY,
        "proxy",
        "proxy",
        budgetNanos == null ? null : Money.ofNanos(budgetNanos),
        null,
        null,
        Scope.Rates.NONE,
        false);
  }

  public static Caller caller(Scope... scopes) {
    return new Caller(
        scopes.length == 0 ? HASH : scopes[0].id(),
        "sk-...4WJg",
        null,
        false,
        Set.of(),
        Map.of(),
        List.of(),
        "ann",
        null,
        List.of(scopes),
        null);
  }

  public static Outcome cost(long nanos) {
    return cost("call-" + nanos, nanos);
  }

  public static Outcome cost(String callId, long nanos) {
    return outcome(callId, nanos, null);
  }

  public static Outcome failed() {
    return outcome("call-failed", 0, new Failure.UpstreamBroken("cut", "openai"));
  }

  public static Outcome outcome(String callId, long nanos, @Nullable Failure failure) {
    return new Outcome(
        callId,
        failure == null ? Outcome.Ending.COMPLETE : Outcome.Ending.UPSTREAM_FAILED,
        Operation.CHAT,
        "/v1/chat/completions",
        caller(key(null)),
        "gpt-4o-mini",
        null,
        true,
        failure == null ? 200 : failure.status(),
        failure,
        new Usage(11, 7, 3, 2, 0, 5, 0, true),
        Money.ofNanos(nanos),
        true,
        2,
        1,
        Instant.parse("2026-11-22T12:00:00.123Z"),
        Duration.ofMillis(456),
        Duration.ofMillis(400),
        Duration.ofMillis(78),
        failure == null ? "chatcmpl-" + callId : null,
        "end-user",
        List.of("red", "blue"),
        "session",
        "192.0.2.7",
        "curl");
  }
}
