package dev.tollgate.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ledger.Calls;
import dev.tollgate.ledger.Hold;
import dev.tollgate.ledger.Journal;
import dev.tollgate.ledger.JournalSettings;
import dev.tollgate.ledger.Ledger;
import dev.tollgate.ledger.LedgerSettings;
import dev.tollgate.model.Caller;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Two ledgers on one PostgreSQL share budgets. A token costs a nano-dollar. */
@EnabledIfEnvironmentVariable(named = "TOLLGATE_TEST_POSTGRES_URL", matches = "postgres.+")
class PostgresLeaseTest {
  private static final int CLIENTS = 64;
  private static final int ROUNDS = 50;
  private static final Duration ROUND_MAX = Duration.ofSeconds(60);

  @TempDir private Path folder;
  private final InstantSource clock = InstantSource.system();
  private final Random random = new Random();
  private Node one;
  private Node other;

  /** A ledger with all that it needs, as another process would have it. */
  private final class Node implements AutoCloseable {
    final Database database = Database.postgres(System.getenv("TOLLGATE_TEST_POSTGRES_URL"));
    final Notices notices = Objects.requireNonNull(database.notices());
    final Journal journal;
    final Ledger ledger;

    Node(String name) {
      journal = Journal.open(folder.resolve(name), JournalSettings.DEFAULT, clock);
      ledger = new Ledger(journal, new SqlSpendStore(database), clock, LedgerSettings.DEFAULT);
      ledger.start();
      notices.start(
          notice -> {
            switch (notice) {
              case Notice.Demanded(Scope.Kind kind, String id, long nanos) ->
                  ledger.demanded(kind, id, nanos);
              case Notice.Freed(Scope.Kind kind, String id) -> ledger.freed(kind, id);
              case Notice.SpendSet(Scope.Kind kind, String id) -> ledger.outdated(kind, id);
              case Notice.Missed _ -> ledger.missed();
              case Notice.KeyChanged _, Notice.TenantChanged _, Notice.EndpointsChanged _ -> {}
            }
          });
    }

    long settled(String hash) {
      return ledger.spent(hash).nanos();
    }

    @Override
    public void close() {
      notices.close();
      ledger.close();
      journal.close();
      database.close();
    }
  }

  @BeforeEach
  void open() {
    try (Database database = Database.postgres(System.getenv("TOLLGATE_TEST_POSTGRES_URL"))) {
      database.change(
          handle -> {
            handle.execute("delete from budget_lease");
            handle.execute("delete from node");
          });
    }
    one = new Node("one");
    other = new Node("other");
  }

  @AfterEach
  void close() {
    one.close();
    other.close();
  }

  private String hash() {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static Caller caller(String hash, long budget) {
    return caller(hash, budget, null, null);
  }

  private static Caller caller(
      String hash, long budget, @Nullable String duration, @Nullable Instant resetAt) {
    return Calls.caller(Calls.key(hash, budget, duration, resetAt, false));
  }

  private static Hold hold(Node node, Caller caller, long tokens) {
    return node.ledger.hold(caller, Calls.NANO, tokens, 0L, 1);
  }

  private static Failure.BudgetExceeded refusal(Node node, Caller caller, long tokens) {
    try {
      hold(node, caller, tokens);
    } catch (FailureException refused) {
      return (Failure.BudgetExceeded) refused.failure();
    }
    throw new AssertionError("the call was admitted");
  }

  /** What is on record, and what may still be spent. */
  private long[] record(String hash) {
    one.ledger.flush();
    other.ledger.flush();
    return one.database.write(
        handle ->
            new long[] {
              sum(handle, "select settled_nanos from spend_balance where id = ?", hash),
              sum(handle, "select outstanding_nanos from budget_lease where id = ?", hash)
            });
  }

  private static long sum(org.jdbi.v3.core.Handle handle, String sql, String hash) {
    return handle.createQuery(sql).bind(0, hash).mapTo(Long.class).list().stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  @Test
  void aBudgetForSoManyCallsIsNeverSpentByMoreAndHardlyByFewerOnTwoNodes()
      throws InterruptedException {
    long seed = random.nextLong();
    Random choice = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      int calls = 1 + choice.nextInt(150);
      long estimate = 10L + choice.nextInt(40);
      String hash = hash();
      String what = "seed %d, round %d, %d calls, %d held".formatted(seed, round, calls, estimate);
      assertThat(race(hash, calls, estimate)).as(what).isBetween(calls - 1L, (long) calls);
      long[] record = record(hash);
      assertThat(record[0] + record[1]).as(what).isLessThanOrEqualTo(calls * 10L);
    }
  }

  /** Calls of 10 that hold an estimate, by all clients, until each is refused for good. */
  private long race(String hash, int calls, long estimate) throws InterruptedException {
    AtomicLong admitted = new AtomicLong();
    CountDownLatch start = new CountDownLatch(1);
    List<Thread> clients = new ArrayList<>();
    Instant until = clock.instant().plus(ROUND_MAX);
    for (int i = 0; i < CLIENTS; i++) {
      Node node = i % 2 == 0 ? one : other;
      clients.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    await(start);
                    while (spend(node, caller(hash, calls * 10L), estimate, admitted)
                        && clock.instant().isBefore(until)) {
                      LockSupport.parkNanos(1_000_000);
                    }
                  }));
    }
    start.countDown();
    for (Thread client : clients) {
      client.join();
    }
    return admitted.get();
  }

  private static boolean spend(Node node, Caller caller, long estimate, AtomicLong admitted) {
    try {
      Hold hold = hold(node, caller, estimate);
      admitted.incrementAndGet();
      LockSupport.parkNanos(100_000);
      hold.close(Calls.cost(10));
      return true;
    } catch (FailureException refused) {
      return refused.failure() instanceof Failure.BudgetExceeded budget
          && budget.retryAfter() != null;
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void idleMoneyGoesToTheNodeThatNeedsIt() {
    String hash = hash();
    hold(one, caller(hash, 1_000), 10).close(Calls.cost(10));
    for (int i = 0; i < 9; i++) {
      hold(other, caller(hash, 1_000), 100).close(Calls.cost(100));
    }
    assertThat(other.settled(hash)).isEqualTo(910);
    assertThat(record(hash)[0]).isEqualTo(910);
  }

  @Test
  void moneyThatAnotherNodeHoldsIsRefusedForNowOnly() {
    String hash = hash();
    Hold held = hold(one, caller(hash, 100), 100);
    assertThat(refusal(other, caller(hash, 100), 50).retryAfter()).isNotNull();
    held.close(Calls.cost(40));
    Hold next = hold(other, caller(hash, 100), 50);
    next.close(Calls.cost(50));
    assertThat(record(hash)[0]).isEqualTo(90);
  }

  @Test
  void whatIsSpentOnOneNodeIsRefusedForGoodOnTheOther() {
    String hash = hash();
    hold(one, caller(hash, 100), 100).close(Calls.cost(100));
    one.ledger.flush();
    assertThat(refusal(other, caller(hash, 100), 1).retryAfter()).isNull();
    assertThat(other.settled(hash)).isEqualTo(100);
  }

  @Test
  void aLowerLimitHoldsOnBothNodes() {
    String hash = hash();
    hold(one, caller(hash, 1_000), 10).close(Calls.cost(10));
    hold(other, caller(hash, 1_000), 10).close(Calls.cost(10));
    long admitted = 0;
    for (Node node : List.of(one, other, one, other)) {
      try {
        hold(node, caller(hash, 100), 30).close(Calls.cost(30));
        admitted++;
      } catch (FailureException _) {
        // the others had it
      }
    }
    assertThat(admitted).isBetween(2L, 3L);
    assertThat(record(hash)[0]).isBetween(80L, 110L);
  }

  @Test
  void spendThatIsSetOnOneNodeHoldsOnTheOther() {
    String hash = hash();
    hold(one, caller(hash, 100), 100).close(Calls.cost(100));
    one.ledger.flush();
    refusal(other, caller(hash, 100), 1);
    one.ledger.setSpent(Scope.Kind.KEY, hash, Money.ZERO);
    one.ledger.flush();
    Instant until = clock.instant().plusSeconds(5);
    while (other.settled(hash) != 0 && clock.instant().isBefore(until)) {
      try {
        hold(other, caller(hash, 100), 10).close(Calls.failed());
      } catch (FailureException _) {
        Thread.onSpinWait();
      }
    }
    assertThat(other.settled(hash)).isZero();
  }

  @Test
  void twoNodesThatBeginAWindowBeginItOnce() {
    String hash = hash();
    Instant end = clock.instant().minusSeconds(1);
    Caller caller = caller(hash, 1_000, "1d", end);
    hold(one, caller, 10).close(Calls.cost(10));
    one.ledger.flush();
    hold(other, caller, 10).close(Calls.cost(20));
    other.ledger.flush();
    assertThat(record(hash)[0]).isEqualTo(30);
    hold(one, caller, 900).close(Calls.cost(30));
    assertThat(record(hash)[0]).isEqualTo(60);
    assertThat(one.settled(hash)).isEqualTo(60);
  }
}
