package dev.tollgate.ledger;

import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import dev.tollgate.model.BudgetDay;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Money;
import dev.tollgate.model.Price;
import dev.tollgate.model.Pricing;
import dev.tollgate.model.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whatever calls on a key and its team do at the same time, with an administrator who sets what was
 * spent and a window that ends, they see and leave what they would one after the other, in some
 * order; and the journal, played from its start, gives the same balances.
 *
 * <p>The checker stops and resumes the threads that it made itself, and must know all that run: a
 * ledger with its writer, which takes the accounts' locks out of the checker's sight, differs from
 * run to run or stands still for ever. So there is no writer here, the journal is a list, and the
 * leases are there from the start; who needs more of them waits.
 */
public class LedgerLincheckTest {
  private static final int THREADS_MAX = 8;
  private static final long NODE = 1;
  private static final Pricing DEAR = Pricing.of(Price.of("2e-9"), Price.of("2e-9"));
  private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");
  private static final Duration WINDOW = Duration.ofDays(1);
  private static final Scope KEY = scope(Scope.Kind.KEY, 30, false);
  private static final Scope TEAM = scope(Scope.Kind.TEAM, 40, true);

  private final AtomicLong days = new AtomicLong();
  private final Lines journal = new Lines();
  private final Accounts accounts = new Accounts(journal, new Windows(BudgetDay.UTC, false));
  private final Holds holds =
      new Holds(journal, accounts, new Asking(), this::now, LedgerSettings.DEFAULT);

  /** What each thread has under way; nobody else touches it. */
  private final @Nullable Hold[] underWay = new Hold[THREADS_MAX];

  /** Everything is leased to this node when the calls begin. */
  public LedgerLincheckTest() {
    accounts.load(List.of(), new Tail());
    lease(KEY);
    lease(TEAM);
  }

  private void lease(Scope scope) {
    long limit = Objects.requireNonNull(scope.budgetMax()).nanos();
    LeaseStore.Grant grant = new LeaseStore.Grant(limit, 0, true, false);
    Accounts.locked(
        accounts.account(scope.kind(), scope.id()), account -> account.granted(grant, limit, 0));
  }

  private static Scope scope(Scope.Kind kind, long nanos, boolean strict) {
    return new Scope(
        kind,
        "its",
        "its",
        Money.ofNanos(nanos),
        "1d",
        START.plus(WINDOW),
        Scope.Rates.NONE,
        strict);
  }

  private Instant now() {
    return START.plus(WINDOW.multipliedBy(days.get()));
  }

  /** A journal in memory. */
  private static final class Lines implements JournalEnd {
    private final List<byte[]> lines = new ArrayList<>();

    @Override
    public boolean reserve() {
      return true;
    }

    @Override
    public void unreserve() {}

    @Override
    public synchronized long appendReserved(byte[] entry) {
      lines.add(entry);
      return lines.size() - 1L;
    }

    synchronized List<Entries.Entry> entries() {
      List<Entries.Entry> entries = new ArrayList<>();
      for (int i = 0; i < lines.size(); i++) {
        entries.add(Entries.read(lines.get(i), NODE, i));
      }
      return entries;
    }
  }

  /** There is nobody who asks the store while calls go on. */
  private static final class Asking implements Lender {
    @Override
    public boolean isUsable(Instant now) {
      return true;
    }

    @Override
    public boolean isReachable() {
      return true;
    }

    @Override
    public void ask(Waiting waiting) {
      // It is not answered, and has had its say.
    }
  }

  /** What is held and at which cap, or why not. */
  @Operation
  public String hold(
      @Param(gen = ThreadIdGen.class) int thread,
      @Param(gen = IntGen.class, conf = "1:9") int tokens,
      @Param(gen = IntGen.class, conf = "0:2") int who) {
    if (underWay[thread] != null) {
      return "under way";
    }
    List<Scope> scopes =
        switch (who) {
          case 0 -> List.of(KEY, TEAM);
          case 1 -> List.of(TEAM, KEY);
          default -> List.of(TEAM);
        };
    Holds.Size size = new Holds.Size(Calls.NANO, tokens, (long) tokens, tokens, 1);
    try {
      return switch (holds.admit(accounts.of(scopes), size, true, 0)) {
        case Hold hold -> {
          underWay[thread] = hold;
          yield hold.amount() + " " + hold.outputCap();
        }
        case Waiting _ -> "waits";
      };
    } catch (FailureException refused) {
      return why(refused);
    }
  }

  private static String why(FailureException refused) {
    Failure.BudgetExceeded budget = (Failure.BudgetExceeded) refused.failure();
    return budget.message() + " " + budget.retryAfter();
  }

  /** The call goes to a dearer deployment. */
  @Operation
  public String raise(@Param(gen = ThreadIdGen.class) int thread) {
    Hold hold = underWay[thread];
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
    Hold hold = underWay[thread];
    underWay[thread] = null;
    return hold != null && hold.close(Calls.cost(nanos));
  }

  @Operation
  public void setSpent(@Param(gen = IntGen.class, conf = "0:30") int nanos) {
    accounts.setSpent(KEY.kind(), KEY.id(), Money.ofNanos(nanos));
  }

  @Operation
  public void aDayPasses() {
    days.incrementAndGet();
  }

  @Operation
  public String keyStands() {
    return accounts.balance(KEY.kind(), KEY.id()).toString();
  }

  @Operation
  public String teamStands() {
    return accounts.balance(TEAM.kind(), TEAM.id()).toString();
  }

  /** What would be replayed after a crash. */
  @Validate
  public void theJournalAgrees() {
    Tail tail = new Tail();
    int sequence = 0;
    for (Entries.Entry entry : journal.entries()) {
      tail.play(entry, sequence++);
    }
    for (Account replayed : tail.accounts()) {
      Money settled = accounts.balance(replayed.kind, replayed.id).settled();
      if (settled.nanos() != replayed.settledNanos()) {
        throw new AssertionError(
            "%s: %s, but %s nano-dollars in the journal"
                .formatted(replayed.kind, settled, replayed.settledNanos()));
      }
    }
  }

  /** What is pure, or waits for nobody, is taken for one step. */
  private static ModelCheckingOptions modelChecking() {
    return new ModelCheckingOptions()
        .addGuarantee(
            forClasses(
                    Lines.class.getName(),
                    Entries.class.getName(),
                    Calls.class.getName(),
                    Windows.class.getName(),
                    Waiting.class.getName())
                .allMethods()
                .ignore());
  }

  @Test
  void callsTakeEffectOneAfterTheOther() {
    modelChecking()
        .iterations(10)
        .invocationsPerIteration(200)
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
