package dev.tollgate.ledger;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A call that holds nothing yet, because a lease has too little for it and the store was asked for
 * more. It waits for a bounded time. Thread-safe.
 */
public final class Waiting implements Admission {
  private final List<Need> needs;
  private final long deadline;
  private final LongFunction<Admission> retry;
  private final CompletableFuture<@Nullable Void> answered;
  private volatile boolean hopeless;

  /**
   * Money that is missing.
   *
   * @param limit of the scope
   * @param nanos what the call wants to hold
   */
  record Need(Account account, long limit, long nanos) {}

  /**
   * @param deadline when it is over, on the clock of {@link System#nanoTime}
   * @param retry tries to hold again, until that moment
   */
  Waiting(List<Need> needs, long deadline, LongFunction<Admission> retry) {
    this.needs = needs;
    this.deadline = deadline;
    this.retry = retry;
    this.answered =
        new CompletableFuture<@Nullable Void>()
            .completeOnTimeout(null, deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  /** Runs something, on any thread and not for long, once it is worth while to try again. */
  @SuppressWarnings("FutureReturnValueIgnored") // what it runs looks after its own failures
  public void whenAnswered(Runnable then) {
    answered.thenRun(then);
  }

  /**
   * Tries again.
   *
   * @throws dev.tollgate.model.FailureException as {@link Ledger#admit} does
   */
  public Admission again() {
    return retry.apply(hopeless ? System.nanoTime() : deadline);
  }

  /** The same, once it is worth while; blocks. */
  Admission awaited() {
    answered.join();
    return again();
  }

  List<Need> needs() {
    return needs;
  }

  boolean isOver() {
    return answered.isDone();
  }

  void answer() {
    answered.complete(null);
  }

  /** Nobody can give more. */
  void giveUp() {
    hopeless = true;
    answered.complete(null);
  }
}
