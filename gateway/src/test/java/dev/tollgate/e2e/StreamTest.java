package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Events go through as they come: at once, one by one, in order, and no faster than they are read.
 */
class StreamTest {
  private static final String PATH = "/v1/chat/completions";
  private static final String STREAM = RunningGateway.chatBody(true);
  private static final String STREAM_WITH_USAGE =
      STREAM.replace(
          "\"stream\":true", "\"stream\":true,\"stream_options\":{\"include_usage\":true}");

  @RegisterExtension static final RunningGateway gateway = RunningGateway.start();

  @BeforeEach
  void theProviderIsInTheTestsHands() {
    gateway.provider().answers(gateway.provider().live());
  }

  @Test
  void anEventIsAtTheClientBeforeTheProviderSendsTheNext() throws Exception {
    try (RawClient client = gateway.client()) {
      client.post(PATH, RunningGateway.MASTER, STREAM);
      FakeProvider.Live live = gateway.provider().next();
      live.event(FakeProvider.chunk("0"));
      assertThat(client.head().header("content-type")).startsWith("text/event-stream");
      assertThat(client.event()).contains("\"content\":\"0\"");
      for (int i = 1; i < 20; i++) {
        live.event(FakeProvider.chunk("" + i));
        assertThat(client.event()).contains("\"content\":\"" + i + "\"");
      }
      live.event(FakeProvider.lastChunk());
      assertThat(client.event()).contains("\"finish_reason\":\"stop\"");
      live.event("[DONE]");
      assertThat(client.event()).isEqualTo("data: [DONE]\n\n");
      assertThat(client.event()).isNull();
    }
    gateway.isAtRest();
  }

  @Test
  void eventsThatComeTogetherKeepTheirOrderIdsNamesAndComments() throws Exception {
    String sent =
        """
        id: 41
        event: first
        data: {"type":"x","n":1}

        : a comment

        id: 42
        retry: 10
        event: second
        data: {"type":"x",
        data: "n":2}

        data: {"type":"x","n":3}\r
        \r
        """;
    String end =
        Shape.RESPONSES.events().getLast().replace("\"id\":\"resp_1\",", "")
            + "\n\n"; // it is sealed
    try (RawClient client = gateway.client()) {
      client.post("/v1/responses", RunningGateway.MASTER, Shape.RESPONSES.body(true));
      FakeProvider.Live live = gateway.provider().next();
      live.text(sent + end);
      live.end();
      assertThat(client.head().status()).isEqualTo(200);
      assertThat(client.body()).isEqualTo(sent + end);
    }
  }

  @Test
  void anEventThatComesInPiecesGoesOutWhole() throws Exception {
    String event = "data: " + FakeProvider.chunk("in pieces") + "\n\n";
    try (RawClient client = gateway.client()) {
      client.post(PATH, RunningGateway.MASTER, STREAM);
      FakeProvider.Live live = gateway.provider().next();
      live.event(FakeProvider.chunk("first"));
      client.head();
      client.event();
      live.text(event.substring(0, 40));
      live.text(event.substring(40, event.length() - 1));
      assertThat(Eventually.within(Duration.ofMillis(50), () -> hasBytes(client))).isFalse();
      live.text("\n");
      assertThat(client.event()).contains("in pieces");
    }
  }

  private static boolean hasBytes(RawClient client) {
    try {
      return client.hasBytes();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void usageIsAskedForAndTakenOutAgainForAClientThatDidNotAsk() throws Exception {
    gateway
        .provider()
        .answers(FakeProvider.stream(FakeProvider.End.WITHOUT_DONE, Shape.CHAT.events()));
    RawClient.Answer answer = gateway.post(PATH, RunningGateway.MASTER, STREAM);
    assertThat(answer.body()).doesNotContain("usage").endsWith("data: [DONE]\n\n");
    assertThat(gateway.provider().seen().getFirst().body()).contains("\"include_usage\":true");
  }

  @Test
  void usageGoesToAClientThatAsked() throws Exception {
    gateway
        .provider()
        .answers(FakeProvider.stream(FakeProvider.End.WITHOUT_DONE, Shape.CHAT.events()));
    RawClient.Answer answer = gateway.post(PATH, RunningGateway.MASTER, STREAM_WITH_USAGE);
    assertThat(answer.body()).containsOnlyOnce("\"usage\":{\"prompt_tokens\":12");
    assertThat(answer.body()).endsWith("data: [DONE]\n\n").containsOnlyOnce("[DONE]");
  }

  @Test
  void theEndMarkIsMadeUpForAProviderThatSendsNone() throws Exception {
    gateway
        .provider()
        .answers(
            FakeProvider.stream(
                FakeProvider.End.WITHOUT_DONE,
                List.of(FakeProvider.chunk("Hello"), FakeProvider.lastChunk())));
    RawClient.Answer answer = gateway.post(PATH, RunningGateway.MASTER, STREAM);
    assertThat(answer.body()).endsWith("data: [DONE]\n\n").containsOnlyOnce("[DONE]");
  }

  @Test
  void aProviderThatFailsBeforeItsFirstEventGivesAStatus() throws Exception {
    try (RawClient client = gateway.client()) {
      client.post(PATH, RunningGateway.MASTER, STREAM);
      FakeProvider.Live live = gateway.provider().next();
      live.text(": thinking\n\n");
      live.event("{\"error\":{\"message\":\"no room\",\"type\":\"server_error\",\"code\":503}}");
      RawClient.Answer answer = client.answer();
      assertThat(answer.status()).isGreaterThanOrEqualTo(500);
      assertThat(answer.headers().get("content-type")).isEqualTo("application/json");
      assertThat(answer.body()).contains("no room");
    }
  }

  @Test
  void aSlowClientSlowsTheProviderDown() throws Exception {
    String event = "data: " + FakeProvider.chunk("x".repeat(16_000)) + "\n\n";
    long all = 256L << 20;
    try (RawClient client = new RawClient(gateway.port(), 64 << 10)) {
      client.post(PATH, RunningGateway.MASTER, STREAM);
      FakeProvider.Live live = gateway.provider().next();
      live.pour(event, all);
      Eventually.so("the provider has to wait", () -> isStalled(live));
      long inFlight = live.written();
      System.out.printf("bytes in flight to a client that does not read: %,d%n", inFlight);
      assertThat(inFlight).isLessThan(32L << 20);
      client.head();
      for (int i = 0; i < 2_000; i++) {
        assertThat(client.event())
            .hasSize(event.length() - "real-model".length() + "gpt-test".length());
      }
      assertThat(live.written()).isGreaterThan(2_000L * 16_000);
    }
    gateway.isAtRest();
  }

  @Test
  void aSlowClientIsNotTakenForASilentProvider() throws Exception {
    String event = "data: " + FakeProvider.chunk("x".repeat(16_000)) + "\n\n";
    try (RawClient client = new RawClient(gateway.port(), 64 << 10)) {
      client.post(PATH, RunningGateway.MASTER, STREAM, "x-litellm-timeout: 0.3");
      FakeProvider.Live live = gateway.provider().next();
      live.pour(event, 256L << 20);
      Eventually.so("the provider has to wait", () -> isStalled(live));
      assertThat(Eventually.within(Duration.ofMillis(900), live::isClosed))
          .as("given up, after three times as long as a provider may be silent")
          .isFalse();
      client.head();
      for (int i = 0; i < 2_000; i++) {
        assertThat(client.event()).doesNotContain("\"error\"");
      }
    }
    gateway.isAtRest();
  }

  private static boolean isStalled(FakeProvider.Live live) {
    long before = live.written();
    return live.isFull()
        && !Eventually.within(Duration.ofMillis(150), () -> live.written() != before);
  }

  @Test
  void aClientThatLeavesStopsTheProviderAtOnce() throws Exception {
    List<Long> millis = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      try (RawClient client = gateway.client()) {
        client.post(PATH, RunningGateway.MASTER, STREAM);
        FakeProvider.Live live = gateway.provider().next();
        live.event(FakeProvider.chunk("Hello"));
        client.head();
        client.event();
        long left = System.nanoTime();
        client.leave();
        Eventually.so("the provider's request is closed", live::isClosed);
        millis.add(TimeUnit.NANOSECONDS.toMillis(live.closedNanos() - left));
      }
    }
    millis.removeFirst(); // which loads classes
    System.out.println("from a client's leaving to the provider's seeing it, ms: " + millis);
    assertThat(millis).allMatch(one -> one < 500);
  }

  @Test
  void aClientThatLeavesWhileItIsSlowStopsTheProviderToo() throws Exception {
    String event = "data: " + FakeProvider.chunk("x".repeat(16_000)) + "\n\n";
    FakeProvider.Live live;
    try (RawClient client = new RawClient(gateway.port(), 64 << 10)) {
      client.post(PATH, RunningGateway.MASTER, STREAM);
      live = gateway.provider().next();
      live.pour(event, 256L << 20);
      FakeProvider.Live stalled = live;
      Eventually.so("the provider has to wait", () -> isStalled(stalled));
    }
    Eventually.so("the provider's request is closed", live::isClosed);
    gateway.isAtRest();
  }

  @Test
  void theConnectionToTheProviderIsUsedAgainAfterAStream() throws Exception {
    try (RawClient client = gateway.client()) {
      for (int i = 0; i < 6; i++) {
        boolean done = i % 2 == 0;
        gateway
            .provider()
            .answers(
                FakeProvider.stream(
                    done ? FakeProvider.End.DONE : FakeProvider.End.WITHOUT_DONE,
                    List.of(FakeProvider.chunk("Hello"), FakeProvider.lastChunk())));
        client.post(PATH, RunningGateway.MASTER, STREAM);
        assertThat(client.answer().body()).contains("Hello");
      }
    }
    assertThat(gateway.provider().seen()).extracting(FakeProvider.Seen::connection).hasSize(6);
    assertThat(gateway.provider().seen().stream().map(FakeProvider.Seen::connection).distinct())
        .hasSize(1);
  }

  @Test
  void aClientOfHttp10GetsAStreamUpToTheConnectionsEnd() throws Exception {
    gateway
        .provider()
        .answers(FakeProvider.stream(FakeProvider.End.WITHOUT_DONE, Shape.CHAT.events()));
    try (RawClient client = gateway.client()) {
      client.send(
          "POST "
              + PATH
              + " HTTP/1.0\r\nAuthorization: Bearer "
              + RunningGateway.MASTER
              + "\r\nContent-Length: "
              + STREAM.length()
              + "\r\n\r\n"
              + STREAM);
      RawClient.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.headers()).doesNotContainKey("transfer-encoding");
      assertThat(answer.body()).endsWith("data: [DONE]\n\n");
    }
  }
}
