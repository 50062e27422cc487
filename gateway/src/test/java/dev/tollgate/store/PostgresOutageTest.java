package dev.tollgate.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
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
    database = Database.postgres(relay.through(url) + "?socket_timeout=2");
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
