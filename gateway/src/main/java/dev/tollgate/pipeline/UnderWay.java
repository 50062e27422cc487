package dev.tollgate.pipeline;

import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The calls under way: their bound, and their end when the gateway shuts down. Thread-safe. */
public final class UnderWay {
  private final Set<Work> calls = ConcurrentHashMap.newKeySet();
  private final AtomicInteger sockets = new AtomicInteger();
  private final int callsMax;
  private volatile boolean closing;

  /** A call. */
  interface Work {
    /** Ends it because the gateway stops; from any thread. */
    void shutDown();
  }

  public UnderWay(int callsMax) {
    this.callsMax = callsMax;
  }

  /**
   * Lets a call in.
   *
   * @throws FailureException {@link Failure.Overloaded} when there is no room or the gateway is
   *     shutting down
   */
  void enter(Work call) {
    if (closing) {
      throw new FailureException(
          new Failure.Overloaded("The gateway is shutting down.", Duration.ofSeconds(5)));
    }
    if (calls.size() >= callsMax) {
      throw new FailureException(
          new Failure.Overloaded(
              "The gateway has " + callsMax + " calls under way, the most it takes at once.",
              Duration.ofSeconds(1)));
    }
    calls.add(call);
  }

  /**
   * Lets a WebSocket be opened; it is a call all the same.
   *
   * @throws FailureException {@link Failure.Overloaded} when there is no room
   */
  void openSocket(int openMax) {
    if (sockets.incrementAndGet() > openMax) {
      sockets.decrementAndGet();
      throw new FailureException(
          new Failure.Overloaded(
              "The gateway has " + openMax + " WebSockets open, the most it takes at once.",
              Duration.ofSeconds(1)));
    }
  }

  void closeSocket() {
    sockets.decrementAndGet();
  }

  void leave(Work call) {
    calls.remove(call);
  }

  public int count() {
    return calls.size();
  }

  public boolean isClosing() {
    return closing;
  }

  /** Refuses new calls from now on. */
  public void close() {
    closing = true;
  }

  /**
   * Waits for the calls under way, then ends those that are left. Blocks; not for an event loop.
   */
  public void drain(Duration patience) throws InterruptedException {
    closing = true;
    waitUntilEmpty(patience);
    for (Work call : calls) {
      call.shutDown();
    }
    waitUntilEmpty(Duration.ofSeconds(2));
  }

  private void waitUntilEmpty(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!calls.isEmpty() && System.nanoTime() - deadline < 0) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }
}
