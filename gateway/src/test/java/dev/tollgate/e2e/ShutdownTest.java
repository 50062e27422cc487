package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.app.TestGateway;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a gateway that stops has answered reaches its client. */
class ShutdownTest {
  private static final String PATH = "/v1/chat/completions";

  /** Far more than the kernel takes of an answer whose client does not read. */
  private static final int CHARS = 12 << 20;

  private static RunningGateway start() {
    FakeProvider provider = new FakeProvider();
    String padding = "{\"padding\":\"" + "x".repeat(CHARS) + "\",";
    provider.answers(FakeProvider.whole(200, FakeProvider.WHOLE.replaceFirst("\\{", padding)));
    return new RunningGateway(TestGateway.Setup.of(RunningGateway.config(provider)), provider);
  }

  @Test
  void aWholeAnswerOnItsWayToASlowClientArrives() throws Exception {
    try (RunningGateway gateway = start();
        RawClient client = new RawClient(gateway.port(), 64 << 10)) {
      String key = gateway.key(Terms.open());
      client.post(PATH, key, RunningGateway.chatBody(false));
      CompletableFuture<Void> stopped = stopOnceBooked(gateway, key);
      RawClient.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body()).hasSizeGreaterThan(CHARS).endsWith("}");
      stopped.get(20, TimeUnit.SECONDS);
    }
  }

  /** Vert.x would wait for it, as long as its own close is waited for, where it says "close". */
  @Test
  void aClientThatDoesNotReadIsWaitedForFiveSecondsAtMost() throws Exception {
    try (RunningGateway gateway = start();
        RawClient client = new RawClient(gateway.port(), 64 << 10)) {
      String key = gateway.key(Terms.open());
      client.post(PATH, key, RunningGateway.chatBody(false), "Connection: close");
      CompletableFuture<Void> stopped = stopOnceBooked(gateway, key);
      assertThat(stopped).succeedsWithin(Duration.ofSeconds(8));
    }
  }

  /** The stop is under way when this returns, and has nothing to do but to wait for the client. */
  private static CompletableFuture<Void> stopOnceBooked(RunningGateway gateway, String key) {
    Eventually.so("the call is booked", () -> gateway.rows(key).size() == 1);
    CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> gateway.gateway().stop());
    Eventually.so("the stop is under way", () -> gateway.gateway().isStopping());
    return stopped;
  }
}
