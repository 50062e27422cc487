package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.app.TestGateway;
import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Sixty-four clients, each on a connection of its own, race through the assembled gateway for what
 * is enough for so many calls: that many get through, once those that only calls in flight stood in
 * the way of have tried again.
 */
class RaceTest {
  private static final int CLIENTS = 64;
  private static final int CALLS = 40;
  private static final long PRICE = 6_000;

  /** A call so bounded holds 28 tokens of input and 7 of output, and costs 12 and 7. */
  private static final String BODY =
      RunningGateway.chatBody(false).replaceFirst("}$", ",\"max_tokens\":7}");

  private static final int FEW = 3;
  private static final int MANY = 50;

  /** More tries than any client needs; a defect must not make the test run for ever. */
  private static final int TRIES_MAX = 20_000;

  private static final long PAUSE_NANOS = 1_000_000;

  @RegisterExtension static final RunningGateway gateway = start();

  private static RunningGateway start() {
    FakeProvider provider = new FakeProvider();
    String config =
        RunningGateway.config(provider).replace("max_parallel_requests: 8", "timeout: 30");
    return new RunningGateway(TestGateway.Setup.of(config), provider);
  }

  @RepeatedTest(FEW)
  void aBudgetForSoManyCallsLetsThatManyThrough() throws Exception {
    budget();
  }

  @Tag("long")
  @RepeatedTest(MANY)
  void aBudgetForSoManyCallsLetsThatManyThroughEveryTime() throws Exception {
    budget();
  }

  private static void budget() throws Exception {
    String key = gateway.key(Terms.budget(Money.ofNanos(CALLS * PRICE)));
    List<Integer> through = race(List.of(key), RaceTest::mayComeAgain);
    assertThat(through).containsExactly(CALLS);
    assertThat(gateway.sumOfRows(key)).isEqualTo(Money.ofNanos(CALLS * PRICE));
    assertThat(gateway.provider().seen()).hasSize(CALLS);
  }

  @RepeatedTest(FEW)
  void keyAndTeamAndOrganisationHoldTogetherOrNotAtAll() throws Exception {
    budgets();
  }

  @Tag("long")
  @RepeatedTest(MANY)
  void keyAndTeamAndOrganisationHoldTogetherOrNotAtAllEveryTime() throws Exception {
    budgets();
  }

  private static void budgets() throws Exception {
    String name = "race-" + System.nanoTime();
    made("/organization/new", "{\"organization_id\":\"%s\",\"organization_alias\":\"%s\"}", name);
    made("/user/new", "{\"user_id\":\"%s\",\"user_alias\":\"%s\",\"auto_create_key\":false}", name);
    made(
        "/team/new",
        "{\"team_id\":\"%s\",\"organization_id\":\"%s\",\"max_budget\":0.00024}",
        name);
    Money half = Money.ofNanos(CALLS * PRICE / 2);
    String small = gateway.key(Terms.in(name, name, Terms.budget(half)));
    String open = gateway.key(Terms.in(name, name, Terms.open()));
    String poor = gateway.key(Terms.in(name, name, Terms.budget(Money.ZERO)));

    List<Integer> through = race(List.of(small, open, poor), RaceTest::mayComeAgain);

    assertThat(through.get(0)).isLessThanOrEqualTo(CALLS / 2);
    assertThat(through.get(2)).isZero();
    assertThat(through.get(0) + through.get(1)).isEqualTo(CALLS);
    for (int i = 0; i < through.size(); i++) {
      String key = List.of(small, open, poor).get(i);
      assertThat(gateway.sumOfRows(key)).isEqualTo(Money.ofNanos(through.get(i) * PRICE));
    }
    for (Scope.Kind kind : List.of(Scope.Kind.TEAM, Scope.Kind.ORGANIZATION, Scope.Kind.USER)) {
      assertThat(gateway.gateway().settled(kind, name))
          .as("%s", kind)
          .isEqualTo(Money.ofNanos(CALLS * PRICE));
    }
    gateway.isAtRest();
  }

  private static void made(String path, String body, String name) throws IOException {
    RawClient.Answer answer = gateway.post(path, RunningGateway.MASTER, body.formatted(name, name));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
  }

  /** Only calls in flight stand in the way: the money may still be there. */
  private static boolean mayComeAgain(RawClient.Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(422);
    return answer.headers().containsKey("retry-after");
  }

  @RepeatedTest(FEW)
  void soManyRequestsAMinuteAreServed() throws Exception {
    rate();
  }

  @Tag("long")
  @RepeatedTest(MANY)
  void soManyRequestsAMinuteAreServedEveryTime() throws Exception {
    rate();
  }

  private static void rate() throws Exception {
    String key = gateway.key(Terms.requestsPerMinute(CALLS));
    List<Integer> through =
        race(
            List.of(key),
            refused -> {
              assertThat(refused.status()).as(refused.body()).isEqualTo(429);
              return false;
            });
    assertThat(through).containsExactly(CALLS);
  }

  @RepeatedTest(FEW)
  void soManyCallsAtTheSameTimeAreServed() throws Exception {
    parallel();
  }

  @Tag("long")
  @RepeatedTest(MANY)
  void soManyCallsAtTheSameTimeAreServedEveryTime() throws Exception {
    parallel();
  }

  /**
   * The provider takes its time, so that places are fought for, and more of it until all were once
   * taken; a call that got one has had it.
   */
  private static void parallel() throws Exception {
    int places = 5;
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    FakeProvider.Script answer = FakeProvider.whole(200, FakeProvider.WHOLE);
    gateway
        .provider()
        .answers(
            (request, seen) -> {
              int ever = most.accumulateAndGet(now.incrementAndGet(), Math::max);
              gateway
                  .provider()
                  .vertx()
                  .setTimer(
                      ever < places ? 500 : 2,
                      _ -> {
                        now.decrementAndGet();
                        answer.answer(request, seen);
                      });
            });
    String key = gateway.key(Terms.parallelRequests(places));
    AtomicInteger served = new AtomicInteger();
    race(
        List.of(key),
        refused -> {
          assertThat(refused.status()).as(refused.body()).isEqualTo(429);
          return served.get() < CALLS;
        },
        () -> served.incrementAndGet() < CALLS);
    assertThat(served.get()).isGreaterThanOrEqualTo(CALLS);
    assertThat(most.get()).isEqualTo(places);
    gateway.isAtRest();
  }

  /** Some have left when their turn comes to be asked, some when the provider was asked already. */
  @RepeatedTest(FEW)
  void clientsThatLeaveAsSoonAsTheyHaveAskedAreBookedOnce() throws Exception {
    gateway.provider().answers(FakeProvider.whole(200, FakeProvider.WHOLE));
    String key = gateway.key(Terms.open());
    List<RawClient> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(gateway.client());
    }
    for (RawClient client : clients) {
      client.post("/v1/chat/completions", key, BODY);
      client.leave();
    }
    Eventually.so("each has a row", () -> gateway.rows(key).size() == CLIENTS);
    gateway.sumOfRows(key);
    gateway.isAtRest();
  }

  /** Whether who was refused tries again. */
  private interface Patience {
    boolean triesAgain(RawClient.Answer refused);
  }

  private interface Appetite {
    boolean wantsMore();
  }

  private static List<Integer> race(List<String> keys, Patience patience) throws Exception {
    return race(keys, patience, () -> true);
  }

  /** How many calls of each key get through. */
  private static List<Integer> race(List<String> keys, Patience patience, Appetite appetite)
      throws Exception {
    List<AtomicInteger> through = keys.stream().map(_ -> new AtomicInteger()).toList();
    List<Throwable> failed = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch start = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      int who = i % keys.size();
      threads.add(
          Thread.ofPlatform()
              .uncaughtExceptionHandler((_, why) -> failed.add(why))
              .start(() -> client(start, keys.get(who), through.get(who), patience, appetite)));
    }
    start.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failed).isEmpty();
    return through.stream().map(AtomicInteger::get).toList();
  }

  private static void client(
      CountDownLatch start,
      String key,
      AtomicInteger through,
      Patience patience,
      Appetite appetite) {
    try (RawClient client = gateway.client()) {
      start.await();
      for (int tries = 0; tries < TRIES_MAX; tries++) {
        client.post("/v1/chat/completions", key, BODY);
        RawClient.Answer answer = client.answer();
        boolean again;
        if (answer.status() == 200) {
          through.incrementAndGet();
          again = appetite.wantsMore();
        } else {
          again = patience.triesAgain(answer);
          LockSupport.parkNanos(PAUSE_NANOS);
        }
        if (!again) {
          return;
        }
      }
      throw new AssertionError("still neither served nor refused for good");
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
