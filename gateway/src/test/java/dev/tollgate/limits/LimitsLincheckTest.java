package dev.tollgate.limits;

import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Scope;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whatever calls on a key and its team do at the same time, they see and leave what they would one
 * after the other, in some order.
 */
public class LimitsLincheckTest {
  private static final int THREADS_MAX = 8;
  private static final Scope KEY = scope(Scope.Kind.KEY, 3, 10, 2);
  private static final Scope TEAM = scope(Scope.Kind.TEAM, 4, 12, 3);

  private final AtomicLong now = new AtomicLong(1_000_000);
  private final Limits limits =
      new Limits(() -> Instant.ofEpochMilli(now.get()), LimitsSettings.DEFAULT);

  /** What each thread has been let in with; nobody else touches it. */
  private final @Nullable Permit[] permits = new Permit[THREADS_MAX];

  private static Scope scope(Scope.Kind kind, long requests, long tokens, long parallel) {
    return new Scope(
        kind, "its", "its", null, null, null, new Scope.Rates(requests, tokens, parallel), false);
  }

  /** What the client is told. */
  @Operation
  public String admit(
      @Param(gen = ThreadIdGen.class) int thread,
      @Param(gen = IntGen.class, conf = "0:2") int who,
      @Param(gen = IntGen.class, conf = "1:5") int tokens) {
    if (permits[thread] != null) {
      return "under way";
    }
    List<Scope> scopes =
        switch (who) {
          case 0 -> List.of(KEY, TEAM);
          case 1 -> List.of(TEAM, KEY);
          default -> List.of(TEAM);
        };
    try {
      Permit permit = limits.admit(scopes, tokens);
      permits[thread] = permit;
      return permit.headers().stream()
          .filter(header -> header.name().contains("remaining"))
          .map(Permit.Header::value)
          .collect(Collectors.joining(" "));
    } catch (FailureException refused) {
      return ((Failure.RateLimited) refused.failure()).limitType();
    }
  }

  /** How a call ends. */
  @Operation
  public boolean release(
      @Param(gen = ThreadIdGen.class) int thread,
      @Param(gen = IntGen.class, conf = "0:7") int tokens) {
    boolean underWay = permits[thread] != null;
    if (underWay) {
      Objects.requireNonNull(permits[thread]).release(tokens);
      permits[thread] = null;
    }
    return underWay;
  }

  /** The window ends. */
  @Operation
  public void aMinutePasses() {
    now.addAndGet(Scope.Rates.WINDOW.toMillis());
  }

  @Test
  void callsTakeEffectOneAfterTheOther() {
    new ModelCheckingOptions()
        .iterations(3)
        .invocationsPerIteration(100)
        .threads(2)
        .actorsPerThread(3)
        .check(LimitsLincheckTest.class);
  }

  @Tag("long")
  @Test
  void manyCallsTakeEffectOneAfterTheOther() {
    new ModelCheckingOptions()
        .iterations(50)
        .invocationsPerIteration(2_000)
        .threads(3)
        .actorsPerThread(3)
        .check(LimitsLincheckTest.class);
    new StressOptions()
        .iterations(50)
        .invocationsPerIteration(2_000)
        .threads(3)
        .actorsPerThread(4)
        .check(LimitsLincheckTest.class);
  }
}
