package dev.tollgate.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Money;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Outcome;
import dev.tollgate.model.Usage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls of a model that answers with 100 tokens and makes twice of a prompt what its bytes say. */
class EstimateKeeperTest {
  private static final Deployment DEPLOYMENT =
      new Deployment(
          "id",
          "group",
          "openai",
          "gpt-4o",
          "openai/gpt-4o",
          "https://api.openai.com/v1",
          Map.of(),
          Map.of(),
          null,
          Deployment.BodyRules.NONE,
          null,
          Deployment.Limits.NONE,
          List.of(),
          null,
          Map.of());

  @TempDir private Path folder;
  private final MovableClock clock = new MovableClock("2026-11-22T12:00:00Z");
  private final MemorySpendStore store = new MemorySpendStore();
  private Node node;

  /** A gateway's ledger over the store. */
  private final class Node implements AutoCloseable {
    final Journal journal;
    final Ledger ledger;

    Node(String name) {
      journal = Journal.open(folder.resolve(name), JournalSettings.DEFAULT, clock);
      ledger = new Ledger(journal, store, clock, LedgerSettings.DEFAULT);
      ledger.start();
    }

    void calls(int times) {
      for (int i = 0; i < times; i++) {
        ledger.estimates().learn(outcome(), Money.ZERO, 10, null, 1);
      }
    }

    long output() {
      return ledger.estimates().output(DEPLOYMENT, Operation.CHAT, 4096);
    }

    @Override
    public void close() {
      ledger.close();
      journal.close();
    }
  }

  private static Outcome outcome() {
    Outcome some = Calls.cost(5);
    return new Outcome(
        some.callId(),
        some.ending(),
        some.operation(),
        some.route(),
        some.caller(),
        some.requestedModel(),
        DEPLOYMENT,
        some.stream(),
        some.status(),
        null,
        new Usage(20, 100, 0, 0, 0, 0, 0, false),
        some.cost(),
        true,
        1,
        0,
        some.started(),
        some.duration(),
        some.upstream(),
        null,
        null,
        null,
        List.of(),
        null,
        some.clientAddress(),
        null);
  }

  @BeforeEach
  void start() {
    node = new Node("one");
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void aRestartKnowsWhatWasLearned() {
    node.calls(Sizes.LEAST);
    node.close();
    node = new Node("one");
    assertThat(node.output()).isBetween(100L, 127L);
    assertThat(node.ledger.estimates().input(DEPLOYMENT, Operation.CHAT, 10)).isBetween(20L, 25L);
  }

  @Test
  void aProcessThatIsKilledLosesAMinute() {
    node.calls(Sizes.LEAST);
    node.ledger.flush();
    assertThat(kept()).isEmpty();
    clock.move(EstimateKeeper.INTERVAL);
    node.ledger.flush();
    assertThat(kept()).hasSize(1);
  }

  @Test
  void fewCallsAreNotKept() {
    node.calls(Sizes.LEAST - 1);
    node.close();
    node = new Node("one");
    assertThat(kept()).isEmpty();
  }

  @Test
  void whatWasLearnedLongAgoIsNotBelieved() {
    node.calls(Sizes.LEAST);
    node.close();
    clock.move(EstimateKeeper.LIFETIME.plus(Duration.ofDays(1)));
    node = new Node("one");
    assertThat(node.output()).isEqualTo(4096);
  }

  @Test
  void aNodeThatKnowsLessLeavesTheRowToTheOther() {
    try (Node other = new Node("other")) {
      other.calls(2 * Sizes.LEAST);
      node.calls(Sizes.LEAST);
    }
    node.close();
    node = new Node("one");
    assertThat(kept().getFirst().calls()).isEqualTo(2 * Sizes.LEAST);
    assertThat(node.output()).isBetween(100L, 127L);
  }

  @Test
  void aStoreThatWasAwayAtTheStartAddsWhatItHas() {
    node.calls(Sizes.LEAST);
    node.close();
    store.down(true);
    node = new Node("one");
    node.calls(1);
    assertThat(node.output()).isEqualTo(4096);
    store.down(false);
    node.ledger.flush();
    assertThat(node.output()).isBetween(100L, 127L);
  }

  private List<EstimateStore.Learned> kept() {
    return store.estimates(Instant.EPOCH, 10);
  }
}
