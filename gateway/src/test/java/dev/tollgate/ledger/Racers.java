package dev.tollgate.ledger;

import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;

/** Sixty-four clients that begin at once and call until they are refused for good. */
final class Racers {
  private static final int CLIENTS = 64;

  private Racers() {}

  /**
   * How many calls of each kind get through.
   *
   * @param kinds what each client in turn asks for
   * @param cost of what was held, in nano-dollars
   */
  static List<Integer> race(List<Supplier<Hold>> kinds, LongUnaryOperator cost)
      throws InterruptedException {
    List<AtomicInteger> through = kinds.stream().map(_ -> new AtomicInteger()).toList();
    CountDownLatch start = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      int kind = i % kinds.size();
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    awaited(start);
                    while (isNotRefusedForGood(kinds.get(kind), cost, through.get(kind))) {
                      Thread.onSpinWait();
                    }
                  }));
    }
    start.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    return through.stream().map(AtomicInteger::get).toList();
  }

  private static boolean isNotRefusedForGood(
      Supplier<Hold> kind, LongUnaryOperator cost, AtomicInteger through) {
    try {
      Hold hold = kind.get();
      through.incrementAndGet();
      Thread.onSpinWait();
      hold.close(Calls.cost(cost.applyAsLong(hold.amount().nanos())));
      return true;
    } catch (FailureException refused) {
      return refused.failure() instanceof Failure.BudgetExceeded budget
          && budget.retryAfter() != null;
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
