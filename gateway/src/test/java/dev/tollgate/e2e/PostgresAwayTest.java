package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.app.TestGateway;
import dev.tollgate.store.Relay;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** What the management API answers while its PostgreSQL is away. */
@EnabledIfEnvironmentVariable(named = "TOLLGATE_TEST_POSTGRES_URL", matches = "postgres.+")
class PostgresAwayTest {
  /** Bodies that are good where the database is there; a path without one is read. */
  private static final Map<String, String> ASKED = new LinkedHashMap<>();

  static {
    ASKED.put("/key/generate", "{}");
    ASKED.put("/key/update", "{\"key\":\"KEY\",\"max_budget\":3}");
    ASKED.put("/key/block", "{\"key\":\"KEY\"}");
    ASKED.put("/key/regenerate", "{\"key\":\"KEY\"}");
    ASKED.put("/key/delete", "{\"keys\":[\"KEY\"]}");
    ASKED.put("/team/new", "{\"team_alias\":\"away\"}");
    ASKED.put("/user/new", "{}");
    ASKED.put("/customer/new", "{\"user_id\":\"away\"}");
    ASKED.put("/organization/new", "{\"organization_alias\":\"away\"}");
    ASKED.put("/budget/new", "{\"max_budget\":1}");
    ASKED.put("/tag/new", "{\"name\":\"away\"}");
    ASKED.put("/spend/logs", "");
    ASKED.put("/global/spend/report?start_date=2026-01-01&end_date=2026-01-31", "");
    ASKED.put("/global/activity?start_date=2026-01-01&end_date=2026-01-31", "");
  }

  @Test
  void whatNeedsTheDatabaseIsRefusedSoonWithA503ThatSaysSo() throws Exception {
    String url = System.getenv("TOLLGATE_TEST_POSTGRES_URL");
    FakeProvider provider = new FakeProvider();
    try (Relay relay = new Relay(url);
        RunningGateway gateway =
            new RunningGateway(
                TestGateway.Setup.of(RunningGateway.config(provider))
                    .with(Map.of("DATABASE_URL", relay.through(url) + "?socket_timeout=2")),
                provider);
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      String key = key(gateway);
      relay.cut();
      assertThat(
              Eventually.within(
                  Duration.ofSeconds(30),
                  () -> ask(gateway, "/health/readiness", "", key).body().contains("Not conn")))
          .as("the gateway knows")
          .isTrue();
      Map<String, Future<RawClient.Answer>> answers = new LinkedHashMap<>();
      long began = System.nanoTime();
      ASKED.forEach(
          (path, body) -> answers.put(path, clients.submit(() -> ask(gateway, path, body, key))));
      for (Map.Entry<String, Future<RawClient.Answer>> answer : answers.entrySet()) {
        isAway(answer.getKey(), answer.getValue().get());
      }
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
      assertThat(gateway.get("/key/info?key=" + key, RunningGateway.MASTER).status())
          .as("what is in memory")
          .isEqualTo(200);
      assertThat(gateway.chat(key).status()).as("calls go on").isEqualTo(200);
      relay.mend();
      assertThat(gateway.get("/key/info?key=" + key, RunningGateway.MASTER).body())
          .as("nothing was changed")
          .contains("\"max_budget\":2")
          .contains("\"blocked\":null");
      assertThat(
              Eventually.within(
                  Duration.ofSeconds(30),
                  () -> ask(gateway, "/spend/logs", "", key).status() == 200))
          .as("it is back")
          .isTrue();
    }
  }

  private static String key(RunningGateway gateway) throws Exception {
    RawClient.Answer made =
        gateway.post("/key/generate", RunningGateway.MASTER, "{\"max_budget\":2}");
    assertThat(made.status()).as(made.body()).isEqualTo(200);
    String key = made.body().replaceFirst("(?s)^.*\"key\":\"(sk-[^\"]+)\".*$", "$1");
    assertThat(gateway.chat(key).status()).isEqualTo(200); // so that it has a lease
    return key;
  }

  private static RawClient.Answer ask(
      RunningGateway gateway, String path, String body, String key) {
    try {
      return body.isEmpty()
          ? gateway.get(path, RunningGateway.MASTER)
          : gateway.post(path, RunningGateway.MASTER, body.replace("KEY", key));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void isAway(String path, RawClient.Answer answer) {
    assertThat(answer.status()).as(path + ": " + answer.body()).isEqualTo(503);
    assertThat(answer.headers().get("retry-after")).as(path).isEqualTo("5");
    assertThat(answer.body())
        .as(path)
        .isEqualTo(
            """
            {"error":{"message":"The database cannot be reached at the moment, and this needs it. \
            Try again in a few seconds.","type":"no_db_connection","param":null,"code":"503"}}""");
  }
}
