package dev.tollgate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.FailureException;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request.Controls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ConcurrencyTest {
  private static final int THREADS = 4;
  private static final int CALLS = 5_000;

  @Test
  void callsFromSeveralThreadsNeverPassTheBoundAndLeaveNothingBehind() throws Exception {
    Given given =
        new Given()
            .deployment("m", "a", Given.parallel(2))
            .settings(Changed.defaults().noCooldowns().settings());
    given.use();
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger served = new AtomicInteger();
    together(
        () -> {
          for (int i = 0; i < CALLS; i++) {
            try {
              Plan plan = given.routing.plan("m", Map.of(), Operation.CHAT, Controls.NONE, false);
              most.accumulateAndGet(inside.incrementAndGet(), Math::max);
              inside.decrementAndGet();
              served.incrementAndGet();
              plan.succeeded(plan.first(), Duration.ofMillis(1));
              plan.over();
            } catch (FailureException full) {
              assertThat(full.failure().status()).isEqualTo(429);
            }
          }
        });
    assertThat(most.get()).isBetween(1, 2);
    assertThat(served.get()).isPositive();
    assertThat(given.routing.inFlight("a")).isZero();
  }

  @Test
  void aTableIsSwappedUnderLoad() throws Exception {
    Given given = new Given().deployment("m", "a").wildcard("x/*", "w");
    given.use();
    AtomicInteger names = new AtomicInteger();
    together(
        () -> {
          for (int i = 0; i < CALLS; i++) {
            String model = i % 2 == 0 ? "m" : "x/" + names.incrementAndGet();
            Plan plan = given.routing.plan(model, Map.of(), Operation.CHAT, Controls.NONE, false);
            plan.over();
            if (i % 500 == 0) {
              given.routing.use(given.routing.table());
            }
          }
        });
    assertThat(given.routing.inFlight("a")).isZero();
    assertThat(given.routing.heldNames()).isLessThanOrEqualTo(1_000 + THREADS);
  }

  private static void together(Runnable work) throws Exception {
    try (var pool = Executors.newFixedThreadPool(THREADS)) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        running.add(pool.submit(work));
      }
      for (Future<?> thread : running) {
        thread.get();
      }
    }
  }
}
