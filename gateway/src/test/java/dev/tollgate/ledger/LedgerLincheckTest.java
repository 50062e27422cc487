package dev.tollgate.ledger;

import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import dev.tollgate.model.Caller;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Money;
import dev.tollgate.model.Price;
import dev.tollgate.model.Pricing;
import dev.tollgate.model.Scope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
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
 * Whatever calls on a key and its team do at the same time, with an administrator who sets what was
 * spent and a window that ends, they see and leave what they would one after the other, in some
 * order. Each object of the test has accounts of its own in one ledger, because a ledger has
 * threads.
 */
public class LedgerLincheckTest {
  private static final int THREADS_MAX = 8;
  private static final Pricing DEAR = Pricing.of(Price.of("2e-9"), Price.of("2e-9"));
  private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");
  private static final Duration WINDOW = Duration.ofDays(1);
  private static final AtomicLong OBJECTS = new AtomicLong();

  /** Days since the start, of the object that is at work. */
  private static volatile AtomicLong today = new AtomicLong();

  private static final Ledger LEDGER = ledger();

  private final String id = Long.toString(OBJECTS.incrementAndGet());
  private final Scope key = scope(Scope.Kind.KEY, 30, false);
  private final Scope team = scope(Scope.Kind.TEAM, 40, true);
  private final AtomicLong days = new AtomicLong();

  /** What each thread has under way; nobody else touches it. */
  private final @Nullable Hold[] holds = new Hold[THREADS_MAX];

  private static Ledger ledger() {
    try {
      Path folder = Files.createTempDirectory("tollgate-lincheck");
      folder.toFile().deleteOnExit();
      JournalSettings settings = new JournalSettings(64 << 20, 1L << 30, Duration.ofSeconds(1));
      Journal journal = Journal.open(folder, settings, () -> START);
      Ledger ledger =
          new Ledger(
              journal, new MemorySpendStore(), LedgerLincheckTest::now, LedgerSettings.DEFAULT);
      ledger.start();
      return ledger;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Scope scope(Scope.Kind kind, long nanos, boolean strict) {
    return new Scope(
        kind, id, id, Money.ofNanos(nanos), "1d", START.plus(WINDOW), Scope.Rates.NONE, strict);
  }

  private static Instant now() {
    return START.plus(WINDOW.multipliedBy(today.get()));
  }

  private Caller caller() {
    return Calls.caller(key, team);
  }

  /** What is held and at which cap, or why not. */
  @Operation
  public String hold(
      @Param(gen = ThreadIdGen.class) int thread,
      @Param(gen = IntGen.class, conf = "1:9") int tokens) {
    today = days;
    if (holds[thread] != null) {
      return "under way";
    }
    try {
      Hold hold = LEDGER.hold(caller(), Calls.NANO, tokens, (long) tokens, 1);
      holds[thread] = hold;
      return hold.amount() + " " + hold.outputCap();
    } catch (FailureException refused) {
      return why(refused);
    }
  }

  private String why(FailureException refused) {
    Failure.BudgetExceeded budget = (Failure.BudgetExceeded) refused.failure();
    return budget.message().replace(id, "") + " " + budget.retryAfter();
  }

  /** The call goes to a dearer deployment. */
  @Operation
  public String raise(@Param(gen = ThreadIdGen.class) int thread) {
    today = days;
    Hold hold = holds[thread];
    if (hold == null) {
      return "none";
    }
    try {
      hold.move(List.of(), DEAR);
      return hold.amount().toString();
    } catch (FailureException refused) {
      return why(refused);
    }
  }

  /** The call ends; for nothing if it failed. */
  @Operation
  public boolean close(
      @Param(gen = ThreadIdGen.class) int thread,
      @Param(gen = IntGen.class, conf = "0:9") int nanos) {
    today = days;
    Hold hold = holds[thread];
    holds[thread] = null;
    return hold != null && hold.close(Calls.cost(nanos));
  }

  @Operation
  public void setSpent(@Param(gen = IntGen.class, conf = "0:30") int nanos) {
    today = days;
    LEDGER.setSpent(Scope.Kind.KEY, id, Money.ofNanos(nanos));
  }

  @Operation
  public void aDayPasses() {
    today = days;
    days.incrementAndGet();
  }

  @Operation
  public String keyStands() {
    today = days;
    return LEDGER.balance(Scope.Kind.KEY, id).toString();
  }

  @Operation
  public String teamStands() {
    today = days;
    return LEDGER.balance(Scope.Kind.TEAM, id).toString();
  }

  /** The journal has a lock and threads of its own: it is taken for one step. */
  private static ModelCheckingOptions modelChecking() {
    return new ModelCheckingOptions()
        .addGuarantee(
            forClasses(Journal.class.getName(), Entries.class.getName(), Calls.class.getName())
                .allMethods()
                .ignore());
  }

  @Test
  void callsTakeEffectOneAfterTheOther() {
    modelChecking()
        .iterations(10)
        .invocationsPerIteration(300)
        .threads(2)
        .actorsPerThread(3)
        .check(LedgerLincheckTest.class);
  }

  @Tag("long")
  @Test
  void manyCallsTakeEffectOneAfterTheOther() {
    modelChecking()
        .iterations(50)
        .invocationsPerIteration(1_000)
        .threads(3)
        .actorsPerThread(3)
        .check(LedgerLincheckTest.class);
    new StressOptions()
        .iterations(50)
        .invocationsPerIteration(1_000)
        .threads(3)
        .actorsPerThread(4)
        .check(LedgerLincheckTest.class);
  }
}
