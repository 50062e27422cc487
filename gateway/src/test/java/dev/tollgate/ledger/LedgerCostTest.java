package dev.tollgate.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.Caller;
import dev.tollgate.model.Outcome;
import dev.tollgate.model.Price;
import dev.tollgate.model.Pricing;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a call costs the request path. */
@Tag("long")
class LedgerCostTest {
  private static final int CALLS = 100_000;

  @TempDir private Path folder;

  @Test
  void holdAndCloseCostFewMicroseconds() {
    JournalSettings settings = new JournalSettings(64 << 20, 1L << 30, Duration.ofSeconds(1));
    SpendStore nowhere = new Forgetful();
    Pricing pricing = Pricing.of(Price.of("1.5e-07"), Price.of("6e-07"));
    Instant reset = Instant.parse("2100-01-01T00:00:00Z");
    Caller caller =
        Calls.caller(
            Calls.key(Calls.HASH, Long.MAX_VALUE / 4, "30d", reset, false),
            Calls.proxy(Long.MAX_VALUE / 4));
    Outcome outcome = Calls.cost("b6f0a4c2-5f57-4b6e-9a0e-7d6d0c1f1a11", 13_500);
    try (Journal journal = Journal.open(folder, settings, InstantSource.system());
        Ledger ledger =
            new Ledger(journal, nowhere, InstantSource.system(), LedgerSettings.DEFAULT)) {
      ledger.start();
      long nanos = 0;
      for (int round = 0; round < 5; round++) {
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        for (int i = 0; i < CALLS; i++) {
          Hold hold = ledger.hold(caller, pricing, 1_000, 500L, 1);
          hold.close(outcome);
        }
        long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
        ledger.flush();
        nanos = cpu / CALLS;
        System.out.printf("hold, close and append: %d ns CPU a call%n", nanos);
      }
      assertThat(nanos).isLessThan(20_000);
    }
  }

  /** Takes everything and keeps nothing. */
  private static final class Forgetful implements SpendStore {
    private volatile OptionalLong checkpoint = OptionalLong.empty();

    @Override
    public void append(Batch batch) {
      checkpoint = OptionalLong.of(batch.to());
    }

    @Override
    public OptionalLong checkpoint(long journal) {
      return checkpoint;
    }

    @Override
    public List<Balance> balances() {
      return List.of();
    }

    @Override
    public List<SpendRow> find(SpendFilter filter) {
      return List.of();
    }

    @Override
    public List<Lease> join(long node, Instant now) {
      return List.of();
    }

    @Override
    public boolean seen(long node, Instant now) {
      return true;
    }

    @Override
    public List<Grant> grant(long node, Instant now, List<Wish> wishes) {
      return wishes.stream().map(wish -> new Grant(wish.limit(), 0, true, false)).toList();
    }

    @Override
    public void giveBack(long node, List<Lease> returned) {}

    @Override
    public void leave(long node) {}

    @Override
    public int count(SpendFilter filter) {
      return 0;
    }
  }
}
