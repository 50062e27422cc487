package dev.tollgate.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.access.VirtualKey;
import dev.tollgate.ledger.Calls;
import dev.tollgate.ledger.Journal;
import dev.tollgate.ledger.JournalSettings;
import dev.tollgate.ledger.Ledger;
import dev.tollgate.ledger.LedgerSettings;
import dev.tollgate.ledger.SpendFilter;
import dev.tollgate.model.Caller;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** What is told of a PostgreSQL that does not answer, and when. */
@EnabledIfEnvironmentVariable(named = "TOLLGATE_TEST_POSTGRES_URL", matches = "postgres.+")
class PostgresOutageTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final String HASH = "0".repeat(64);

  private Relay relay;
  private Database database;

  @BeforeEach
  void open() throws IOException {
    String url = System.getenv("TOLLGATE_TEST_POSTGRES_URL");
    relay = new Relay(url);
    // Without prepared statements, so that the relay can read what is said.
    database = Database.postgres(relay.through(url) + "?socket_timeout=2&pgbouncer=true");
  }

  @AfterEach
  void close() throws IOException {
    relay.close();
    database.close();
  }

  private static void isToldSoon(ThrowingCallable call) {
    long began = System.nanoTime();
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            FailureException.class,
            refused -> {
              assertThat(refused.failure()).isInstanceOf(Failure.NoDatabase.class);
              assertThat(refused.failure().message()).contains("database").doesNotContain("127.0");
              assertThat(refused.failure().status()).isEqualTo(503);
            });
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SOON);
  }

  @Test
  void aServerThatIsGoneIsToldOfWhicheverWayItIsAsked() {
    SqlKeyStore keys = new SqlKeyStore(database);
    assertThat(keys.find(HASH)).isEmpty();
    relay.cut();
    isToldSoon(() -> keys.find(HASH));
    isToldSoon(() -> keys.delete(List.of(HASH), Instant.EPOCH, "test"));
    isToldSoon(() -> keys.each(_ -> {}));
    isToldSoon(() -> new SqlTenantStore(database).all());
    relay.mend();
    assertThat(keys.find(HASH)).isEmpty();
  }

  @Test
  void aServerThatFallsSilentIsNotWaitedForLong() {
    SqlKeyStore keys = new SqlKeyStore(database);
    assertThat(keys.find(HASH)).isEmpty();
    relay.silence();
    isToldSoon(() -> keys.find(HASH));
    isToldSoon(() -> keys.find(HASH));
    relay.mend();
    assertThat(keys.find(HASH)).isEmpty();
  }

  @Test
  void aConnectionThatIsLostInATransactionIsToldOf() {
    isToldSoon(
        () ->
            database.change(
                handle -> {
                  handle.execute("select 1");
                  relay.cut();
                  handle.execute("select 1");
                }));
  }

  private static String fresh() {
    return HexFormat.of().toHexDigits(System.nanoTime()).repeat(4);
  }

  private void writes(String hash) {
    new SqlKeyStore(database)
        .insert(
            new VirtualKey(
                hash,
                "sk-...",
                1,
                VirtualKey.Terms.OPEN,
                Instant.EPOCH,
                "x",
                Instant.EPOCH,
                "x",
                null));
  }

  @Test
  void aCommitWhoseAnswerIsLostIsToldToBeInDoubt() {
    SqlKeyStore keys = new SqlKeyStore(database);
    String hash = fresh();
    relay.loseCommit();
    assertThatThrownBy(() -> writes(hash))
        .isInstanceOfSatisfying(
            FailureException.class,
            refused -> {
              assertThat(refused.failure().status()).isEqualTo(503);
              assertThat(refused.failure().message())
                  .contains("may or may not have been applied", "Read it before you try again");
            });
    assertThat(keys.find(hash)).isPresent();
    assertThat(keys.delete(List.of(hash), Instant.EPOCH, "test")).hasSize(1);
  }

  @Test
  void aNodeReadsAnewWhatItMayHaveWritten() throws InterruptedException {
    String hash = fresh();
    BlockingQueue<Notice> told = new LinkedBlockingQueue<>();
    try (Notices notices = Objects.requireNonNull(database.notices())) {
      notices.start(told::add);
      relay.loseCommit();
      assertThatThrownBy(() -> writes(hash)).isInstanceOf(FailureException.class);
      Notice first = told.poll(20, TimeUnit.SECONDS);
      assertThat(first instanceof Notice.KeyChanged ? told.poll(20, TimeUnit.SECONDS) : first)
          .isInstanceOf(Notice.Missed.class);
    }
    new SqlKeyStore(database).delete(List.of(hash), Instant.EPOCH, "test");
  }

  @Test
  void spendWhoseCommitIsInDoubtIsWrittenOnce(@TempDir Path folder) {
    SqlSpendStore store = new SqlSpendStore(database);
    InstantSource clock = InstantSource.system();
    String key = fresh();
    try (Journal journal = Journal.open(folder, JournalSettings.DEFAULT, clock);
        Ledger ledger = new Ledger(journal, store, clock, LedgerSettings.DEFAULT)) {
      ledger.start();
      Caller caller = Calls.caller(Calls.key(key, null, null, null, false));
      for (int i = 0; i < 3; i++) {
        relay.loseCommit();
        ledger.hold(caller, null, 0, 0L, 1).close(Calls.cost(key + i, 1_000));
        Instant end = Instant.now().plusSeconds(20);
        boolean written = ledger.flushed(Duration.ofSeconds(1));
        while (!written && Instant.now().isBefore(end)) {
          written = ledger.flushed(Duration.ofSeconds(1));
        }
      }
      assertThat(ledger.spent(key).nanos()).isEqualTo(3_000);
      assertThat(store.balances())
          .filteredOn(balance -> balance.id().equals(key))
          .singleElement()
          .satisfies(balance -> assertThat(balance.settled().nanos()).isEqualTo(3_000));
      for (int i = 0; i < 3; i++) {
        assertThat(store.find(new SpendFilter("chatcmpl-" + key + i, null, null, null, null, 10)))
            .hasSize(1);
      }
    }
  }

  @Test
  void whatTheDatabaseRefusesIsNoOutage() {
    assertThatThrownBy(() -> database.read(handle -> handle.execute("select nonsense")))
        .isNotInstanceOf(FailureException.class)
        .hasStackTraceContaining("nonsense");
  }

  @Test
  void aListenerNoticesThatNobodySpeaksAnyMore() throws InterruptedException {
    BlockingQueue<Notice> told = new LinkedBlockingQueue<>();
    try (Notices notices = Objects.requireNonNull(database.notices())) {
      notices.start(told::add);
      relay.silence();
      assertThat(relay.swallowed().await(20, TimeUnit.SECONDS)).isTrue();
      relay.mend();
      assertThat(told.poll(20, TimeUnit.SECONDS)).isInstanceOf(Notice.Missed.class);
    }
  }
}
