package dev.tollgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ledger.Calls;
import dev.tollgate.ledger.Hold;
import dev.tollgate.ledger.Journal;
import dev.tollgate.ledger.JournalSettings;
import dev.tollgate.ledger.Ledger;
import dev.tollgate.ledger.LedgerSettings;
import dev.tollgate.limits.Limits;
import dev.tollgate.limits.LimitsSettings;
import dev.tollgate.limits.Permit;
import dev.tollgate.model.Caller;
import dev.tollgate.model.Money;
import dev.tollgate.model.Outcome;
import dev.tollgate.model.Price;
import dev.tollgate.model.Pricing;
import dev.tollgate.model.Scope;
import dev.tollgate.store.Database;
import dev.tollgate.store.SqlSpendStore;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What money and limits cost a call, in CPU time of the thread that serves it: a wall clock would
 * measure the machine's other work, too. The caller has a key in a team of an organisation, with a
 * user, each with a budget by the month and limits of its own.
 */
@Tag("long")
class MoneyCostTest {
  private static final int ROUNDS = 31;
  private static final int WARM_UP = 10;
  private static final int CALLS = 20_000;
  private static final long NANOS_MAX = 12_000;
  private static final Pricing PRICING = Pricing.of(Price.of("1.5e-07"), Price.of("6e-07"));

  private static final Caller CALLER =
      Calls.caller(
          scope(Scope.Kind.KEY, Calls.HASH),
          scope(Scope.Kind.TEAM_MEMBER, "member"),
          scope(Scope.Kind.TEAM, "team"),
          scope(Scope.Kind.USER, "user"),
          scope(Scope.Kind.ORGANIZATION, "organisation"));

  @TempDir private Path folder;

  private static Scope scope(Scope.Kind kind, String id) {
    return new Scope(
        kind,
        id,
        id,
        Money.ofNanos(Long.MAX_VALUE / 4),
        "30d",
        Instant.parse("2100-01-01T00:00:00Z"),
        new Scope.Rates(Long.MAX_VALUE / 4, Long.MAX_VALUE / 4, 1_000L, null),
        false);
  }

  @Test
  void holdSettleJournalAndLimitsCostACallTwelveMicrosecondsAtMost() {
    JournalSettings settings = new JournalSettings(64 << 20, 1L << 30, Duration.ofSeconds(1));
    InstantSource clock = InstantSource.system();
    try (Database database = Database.sqlite(folder.resolve("tollgate.db"));
        Journal journal = Journal.open(folder.resolve("journal"), settings, clock);
        Ledger ledger =
            new Ledger(journal, new SqlSpendStore(database), clock, LedgerSettings.DEFAULT)) {
      ledger.start();
      Limits limits = new Limits(clock, LimitsSettings.DEFAULT);
      long[] nanos = new long[ROUNDS];
      for (int round = 0; round < ROUNDS; round++) {
        nanos[round] = aCall(ledger, limits);
        ledger.flush(); // the writer has a core of its own, and must not fall behind
      }
      long[] warm = Arrays.copyOfRange(nanos, WARM_UP, ROUNDS);
      Arrays.sort(warm);
      long median = warm[warm.length / 2];
      System.out.printf(
          "limits, hold, settle and journal over five scopes: %,d ns of CPU a call (%,d to %,d)%n",
          median, warm[0], warm[warm.length - 1]);
      assertThat(median).isLessThan(NANOS_MAX);
      assertThat(limits.inFlight()).isZero();
      assertThat(ledger.balance(Scope.Kind.TEAM, "team").settled())
          .isEqualTo(Money.ofNanos(13_500L * CALLS * ROUNDS));
    }
  }

  /** Nano-seconds of one call, on average over many. */
  private static long aCall(Ledger ledger, Limits limits) {
    Outcome outcome = Calls.cost("b6f0a4c2-5f57-4b6e-9a0e-7d6d0c1f1a11", 13_500);
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadCpuTime();
    for (int i = 0; i < CALLS; i++) {
      Permit permit = limits.admit(CALLER, 1_500, () -> false);
      Hold hold = ledger.hold(CALLER, PRICING, 1_000, 500L, 1);
      hold.close(outcome);
      permit.release(18);
    }
    return (threads.getCurrentThreadCpuTime() - before) / CALLS;
  }
}
