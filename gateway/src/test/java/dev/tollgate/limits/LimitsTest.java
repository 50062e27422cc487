package dev.tollgate.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Scope;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LimitsTest {
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-22T12:12:16.500Z"));
  private final InstantSource clock = now::get;
  private final Limits limits = new Limits(clock, LimitsSettings.DEFAULT);

  private void move(Duration by) {
    now.updateAndGet(before -> before.plus(by));
  }

  private static Scope scope(
      String id, @Nullable Long requests, @Nullable Long tokens, @Nullable Long parallel) {
    return new Scope(
        Scope.Kind.KEY,
        id,
        id,
        null,
        null,
        null,
        new Scope.Rates(requests, tokens, parallel),
        false);
  }

  private static Scope proxy(Long requests) {
    return new Scope(
        Scope.Kind.PROXY,
        "proxy",
        "proxy",
        null,
        null,
        null,
        new Scope.Rates(requests, null, null),
        false);
  }

  private Failure.RateLimited refused(Scope scope, long tokens) {
    try {
      limits.admit(List.of(scope), tokens);
    } catch (FailureException e) {
      return (Failure.RateLimited) e.failure();
    }
    throw new AssertionError("the call was admitted");
  }

  private static Scope dynamic(boolean requests, boolean tokens) {
    return scope("dynamic", null, null, null)
        .at(new Scope.Rates(1L, 100L, null, null, requests, tokens));
  }

  private void admit(Scope scope, long tokens, boolean failing) {
    limits.admit(List.of(scope), tokens, () -> failing).release(tokens);
  }

  @Test
  void aDynamicLimitIsKeptToOnlyWhileTheModelFails() {
    Scope scope = dynamic(true, true);
    for (int i = 0; i < 5; i++) {
      admit(scope, 100, false);
    }
    assertThatThrownBy(() -> admit(scope, 1, true)).hasMessageContaining("Limit type: requests");
    admit(scope, 1, false);
  }

  @Test
  void whoWentBeyondADynamicLimitWaitsForTheEndOfTheWindow() {
    Scope scope = dynamic(true, true);
    admit(scope, 0, false);
    admit(scope, 0, false);
    move(Duration.ofSeconds(59));
    assertThatThrownBy(() -> admit(scope, 0, true)).isInstanceOf(FailureException.class);
    move(Duration.ofSeconds(1));
    admit(scope, 0, true);
    assertThatThrownBy(() -> admit(scope, 0, true)).isInstanceOf(FailureException.class);
  }

  @Test
  void aDynamicLimitLeavesTheOtherOnesAlone() {
    Scope requests = dynamic(true, false);
    admit(requests, 100, false);
    assertThatThrownBy(() -> admit(requests, 1, false)).hasMessageContaining("Limit type: tokens");
    move(Duration.ofMinutes(1));
    Scope tokens = dynamic(false, true);
    admit(tokens, 1_000, false);
    assertThatThrownBy(() -> admit(tokens, 1, false)).hasMessageContaining("Limit type: requests");
  }

  @Test
  void aSpentBudgetSlowsAnyway() {
    Scope.Rates slowed = dynamic(true, true).rates().slowed(BigDecimal.ONE);
    assertThat(slowed).isEqualTo(new Scope.Rates(1L, 100L, null, null, false, false));
  }

  @Test
  void theRefusalIsLiteLlmsWithTheTrueEndOfTheWindow() {
    Scope scope = scope("868d80", 1L, null, null);
    limits.admit(List.of(scope), 0).release(0);
    move(Duration.ofSeconds(20));
    assertThat(refused(scope, 0))
        .isEqualTo(
            new Failure.RateLimited(
                "Rate limit exceeded for api_key: 868d80. Limit type: requests. Current limit: 1,"
                    + " Remaining: 0. Limit resets at: 2026-11-22 12:13:16 UTC",
                "requests",
                Duration.ofSeconds(40),
                Instant.parse("2026-11-22T12:13:16.500Z")));
  }

  @Test
  void aWindowStartsAtItsFirstRequestAndEndsAfterSixtySeconds() {
    Scope scope = scope("a", 2L, null, null);
    limits.admit(List.of(scope), 0);
    move(Duration.ofSeconds(59));
    limits.admit(List.of(scope), 0);
    assertThat(refused(scope, 0).retryAfter()).isEqualTo(Duration.ofSeconds(1));
    move(Duration.ofSeconds(1));
    limits.admit(List.of(scope), 0);
    limits.admit(List.of(scope), 0);
    refused(scope, 0);
  }

  @Test
  void tokensAreReservedThenCorrected() {
    Scope scope = scope("a", null, 100L, null);
    Permit first = limits.admit(List.of(scope), 60);
    Failure.RateLimited refused = refused(scope, 60);
    assertThat(refused.limitType()).isEqualTo("tokens");
    assertThat(refused.message()).contains("Current limit: 100, Remaining: 40.");
    first.release(30);
    Permit second = limits.admit(List.of(scope), 60);
    second.release(80);
    assertThat(refused(scope, 1).message()).contains("Remaining: 0.");
  }

  @Test
  void aFailedCallGivesItsTokensBack() {
    Scope scope = scope("a", null, 100L, null);
    limits.admit(List.of(scope), 100).release(0);
    limits.admit(List.of(scope), 100);
  }

  @Test
  void aCallLargerThanTheLimitHasAnEmptyWindowToItself() {
    Scope scope = scope("a", null, 100L, null);
    Permit large = limits.admit(List.of(scope), 5_000);
    refused(scope, 1);
    large.release(10);
    assertThat(refused(scope, 5_000).limitType()).isEqualTo("tokens");
    limits.admit(List.of(scope), 90);
  }

  @Test
  void tokensOfACallThatOutlastsItsWindowDoNotCountInTheNext() {
    Scope scope = scope("a", null, 100L, null);
    Permit slow = limits.admit(List.of(scope), 100);
    move(Duration.ofSeconds(61));
    Permit next = limits.admit(List.of(scope), 50);
    slow.release(1_000);
    next.release(50);
    limits.admit(List.of(scope), 50);
  }

  @Test
  void callsAtTheSameTimeAreCounted() {
    Scope scope = scope("a", null, null, 1L);
    Permit first = limits.admit(List.of(scope), 0);
    Failure.RateLimited refused = refused(scope, 0);
    assertThat(refused.limitType()).isEqualTo("max_parallel_requests");
    assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(1));
    assertThat(first.release(0)).isTrue();
    assertThat(first.release(0)).isFalse();
    Permit second = limits.admit(List.of(scope), 0);
    refused(scope, 0);
    second.release(0);
  }

  @Test
  void aRefusalByOneScopeCountsInNone() {
    Scope wide = scope("a", 1L, 10L, 1L);
    limits.admit(List.of(proxy(1L)), 0).release(0);
    assertThatThrownBy(() -> limits.admit(List.of(wide, proxy(1L)), 10))
        .hasMessageStartingWith("Rate limit exceeded for proxy: proxy. Limit type: requests.");
    limits.admit(List.of(wide), 10);
    assertThat(limits.inFlight()).isEqualTo(1);
  }

  @Test
  void theFirstScopeWithoutRoomIsNamedWhicheverWasCountedFirst() {
    Scope key = scope("a", 1L, null, null);
    limits.admit(List.of(proxy(1L)), 0).release(0);
    Permit permit = limits.admit(List.of(key), 0);
    assertThatThrownBy(() -> limits.admit(List.of(key, proxy(1L)), 0))
        .hasMessageStartingWith("Rate limit exceeded for api_key: a.");
    permit.release(0);
    move(Duration.ofSeconds(60));
    assertThat(limits.admit(List.of(key, proxy(1L)), 0).headers().getFirst().name())
        .isEqualTo("x-ratelimit-api_key-remaining-requests");
  }

  @Test
  void theClientSeesWhatIsLeft() {
    Permit permit = limits.admit(List.of(scope("a", 100L, 1_000L, null)), 251);
    assertThat(permit.headers())
        .containsExactlyInAnyOrder(
            new Permit.Header("x-ratelimit-api_key-limit-requests", "100"),
            new Permit.Header("x-ratelimit-api_key-limit-tokens", "1000"),
            new Permit.Header("x-ratelimit-api_key-remaining-requests", "99"),
            new Permit.Header("x-ratelimit-api_key-remaining-tokens", "749"));
    assertThat(limits.admit(List.of(scope("b", null, null, 5L)), 0).headers()).isEmpty();
  }

  @Test
  void theWholeProxyIsBounded() {
    Limits bounded = new Limits(clock, new LimitsSettings(2L, Duration.ofMinutes(5)));
    Permit first = bounded.admit(List.of(), 0);
    bounded.admit(List.of(), 0);
    assertThatThrownBy(() -> bounded.admit(List.of(), 0))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("global_max_parallel_requests");
    first.release(0);
    bounded.admit(List.of(), 0);
  }

  @Test
  void countersOfThoseWhoWentQuietAreLetGo() {
    for (int i = 0; i < 1_000; i++) {
      limits.admit(List.of(scope("key" + i, 5L, null, null)), 0).release(0);
    }
    Permit busy = limits.admit(List.of(scope("busy", 5L, null, 1L)), 0);
    assertThat(limits.size()).isEqualTo(1_001);
    move(Duration.ofMinutes(6));
    limits.sweep(clock.millis());
    assertThat(limits.size()).isEqualTo(1);
    refused(scope("busy", 5L, null, 1L), 0);
    busy.release(0);
    limits.admit(List.of(scope("busy", 5L, null, 1L)), 0);
  }

  @Test
  void sixtyFourThreadsNeverPassALimit() throws InterruptedException {
    Scope narrow = scope("narrow", 1_000L, null, 7L);
    List<Scope> oneWay = List.of(narrow, proxy(5_000L));
    List<Scope> other = List.of(proxy(5_000L), narrow);
    AtomicInteger atOnce = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger admitted = new AtomicInteger();
    CountDownLatch start = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      List<Scope> scopes = i % 2 == 0 ? oneWay : other;
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    awaited(start);
                    while (more(scopes, atOnce, most, admitted)) {
                      Thread.onSpinWait();
                    }
                  }));
    }
    start.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(admitted.get()).isEqualTo(1_000);
    assertThat(most.get()).isBetween(1, 7);
    assertThat(limits.inFlight()).isZero();
  }

  private boolean more(
      List<Scope> scopes, AtomicInteger atOnce, AtomicInteger most, AtomicInteger admitted) {
    try {
      Permit permit = limits.admit(scopes, 1);
      most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
      admitted.incrementAndGet();
      Thread.onSpinWait();
      atOnce.decrementAndGet();
      permit.release(1);
      return true;
    } catch (FailureException e) {
      return e.failure() instanceof Failure.RateLimited refused
          && refused.limitType().equals("max_parallel_requests");
    }
  }

  private static void awaited(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
