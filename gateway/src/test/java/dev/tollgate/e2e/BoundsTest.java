package dev.tollgate.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.app.TestGateway;
import dev.tollgate.ledger.SpendRow;
import dev.tollgate.pipeline.Bounds;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything that a call can take has a bound, and who passes it is told. */
class BoundsTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final int CALLS_MAX = 4;

  @RegisterExtension static final RunningGateway usual = RunningGateway.start();
  @RegisterExtension static final RunningGateway tight = tight();

  private static RunningGateway tight() {
    FakeProvider provider = new FakeProvider();
    return new RunningGateway(
        TestGateway.Setup.of(RunningGateway.config(provider))
            .with(
                new Bounds(
                    64 << 10,
                    256 << 10,
                    1 << 10,
                    32 << 10,
                    20,
                    50_000,
                    Duration.ofMillis(150),
                    Duration.ofMillis(300),
                    Duration.ofSeconds(1)))
            .withCallsMax(CALLS_MAX),
        provider);
  }

  @AfterEach
  void everythingIsGivenBack() {
    usual.isAtRest();
    tight.isAtRest();
  }

  private static String prompt(int characters) {
    return "{\"model\":\"gpt-test\",\"messages\":[{\"role\":\"user\",\"content\":\""
        + "x".repeat(characters)
        + "\"}]}";
  }

  @Test
  void anAnswerThatItsClientDoesNotReadIsDroppedInTheEnd() throws Exception {
    String padding = "{\"padding\":\"" + "x".repeat(24 << 20) + "\",";
    dropsWhatIsNotRead(
        FakeProvider.whole(200, FakeProvider.WHOLE.replaceFirst("\\{", padding)), prompt(1));
  }

  @Test
  void aStreamThatHasEndedAndIsNotReadIsDroppedInTheEnd() throws Exception {
    String large = FakeProvider.chunk("x".repeat(14 << 20));
    dropsWhatIsNotRead(
        FakeProvider.stream(FakeProvider.End.DONE, List.of(large, FakeProvider.lastChunk())),
        RunningGateway.chatBody(true));
  }

  @Test
  void aCallAsksSoOftenAtMostWhateverItsClientWants() throws Exception {
    FakeProvider provider = new FakeProvider();
    Bounds defaults = Bounds.DEFAULTS;
    Bounds twice =
        new Bounds(
            defaults.bodyBytesMax(),
            defaults.replyBytesMax(),
            defaults.errorBytesMax(),
            defaults.eventBytesMax(),
            2,
            defaults.callsMax(),
            defaults.bodyTimeout(),
            defaults.stallTimeout(),
            defaults.drainTimeout());
    try (RunningGateway gateway =
        new RunningGateway(
            TestGateway.Setup.of(RunningGateway.config(provider)).with(twice), provider)) {
      provider.answers(FakeProvider.failing(500));
      assertThat(gateway.chatWith(RunningGateway.MASTER, ",\"num_retries\":5").status())
          .isEqualTo(500);
      assertThat(provider.seen()).hasSize(2);
    }
  }

  private static void dropsWhatIsNotRead(FakeProvider.Script answer, String body) throws Exception {
    FakeProvider provider = new FakeProvider();
    provider.answers(answer);
    try (RunningGateway gateway = RunningGateway.impatient(provider);
        RawClient client = new RawClient(gateway.port(), 4096)) {
      client.post(CHAT, RunningGateway.MASTER, body);
      Eventually.so("the connection is closed", () -> isClosed(client));
      gateway.isAtRest();
    }
  }

  private static boolean isClosed(RawClient client) {
    try {
      client.send("x");
      return false;
    } catch (IOException _) {
      return true;
    }
  }

  @Test
  void aBodyOf32MegabytesPassesAndOneByteMoreIs413() throws Exception {
    int frame = prompt(0).length();
    int most = 32 << 20;
    assertThat(usual.post(CHAT, RunningGateway.MASTER, prompt(most - frame)).status())
        .isEqualTo(200);
    assertThat(usual.provider().seen().getFirst().body().length()).isGreaterThan(most - 100);
    RawClient.Answer answer = usual.post(CHAT, RunningGateway.MASTER, prompt(most - frame + 1));
    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.body()).contains("33554432");
    assertThat(usual.provider().seen()).hasSize(1);
  }

  @Test
  void aClientThatNeverReadsIsGivenUp() throws Exception {
    String key = tight.key(Terms.open());
    try (RawClient client = new RawClient(tight.port(), 64 << 10)) {
      tight.provider().answers(tight.provider().live());
      client.post(CHAT, key, RunningGateway.chatBody(true));
      FakeProvider.Live live = tight.provider().next();
      live.pour("data: " + FakeProvider.chunk("x".repeat(16_000)) + "\n\n", 256L << 20);
      Eventually.so("the provider's request is closed", live::isClosed);
      tight.isAtRest();
      assertThat(tight.rows(key))
          .singleElement()
          .satisfies(row -> assertThat(row.httpStatus()).isEqualTo(499));
    }
  }

  @Test
  void aBodyWithoutALengthIs413WhereItPassesTheBound() throws Exception {
    String chunk = Integer.toHexString(16 << 10) + "\r\n" + " ".repeat(16 << 10) + "\r\n";
    try (RawClient client = tight.client()) {
      client.send(
          "POST "
              + CHAT
              + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
              + RunningGateway.MASTER
              + "\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (int i = 0; i < 6; i++) {
        client.send(chunk);
      }
      assertThat(client.answer().status()).isEqualTo(413);
    }
  }

  @Test
  void aBodyAnnouncedTooLargeIsRefusedBeforeItComes() throws Exception {
    try (RawClient client = usual.client()) {
      client.send(
          "POST "
              + CHAT
              + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
              + RunningGateway.MASTER
              + "\r\nContent-Length: 999999999999\r\n\r\n");
      RawClient.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.headers()).containsEntry("connection", "close");
    }
  }

  @Test
  void aRefusedBodyThatIsStillComingIsNotMetByAReset() throws Exception {
    String body = prompt(4 << 20);
    RawClient.Answer answer = tight.post(CHAT, RunningGateway.MASTER, body);
    assertThat(answer.status()).isEqualTo(413);
    answer = usual.post(CHAT, "sk-nobody", body);
    assertThat(answer.status()).isEqualTo(401);
  }

  @Test
  void aHeaderBlockThatIsTooLargeIs431() throws Exception {
    try (RawClient client = usual.client()) {
      client.post(CHAT, RunningGateway.MASTER, "{}", "X-Big: " + "x".repeat(40_000));
      assertThat(client.answer().status()).isEqualTo(431);
      assertThat(client.isClosedByGateway()).isTrue();
    }
  }

  @Test
  void endlessHeadersAre431() throws Exception {
    try (RawClient client = usual.client()) {
      StringBuilder head = new StringBuilder("GET /health/liveliness HTTP/1.1\r\nHost: a\r\n");
      for (int i = 0; i < 4_000; i++) {
        head.append("X-").append(i).append(": 0123456789\r\n");
      }
      client.send(head.toString());
      assertThat(client.answer().status()).isEqualTo(431);
    }
  }

  @Test
  void aRequestLineThatIsTooLongIs414() throws Exception {
    RawClient.Answer answer = usual.get("/" + "x".repeat(20_000), RunningGateway.MASTER);
    assertThat(answer.status()).isEqualTo(414);
  }

  @Test
  void aBodyThatComesTooSlowlyIs408() throws Exception {
    String key = tight.key(Terms.open());
    try (RawClient client = tight.client()) {
      client.send(
          "POST "
              + CHAT
              + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
              + key
              + "\r\nContent-Length: 100\r\n\r\n{");
      assertThat(client.answer().status()).isEqualTo(408);
    }
    assertThat(tight.rows(key)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {600, 100_000})
  void jsonThatIsTooDeepIs400(int depth) throws Exception {
    String deep = "[".repeat(depth) + "]".repeat(depth);
    for (String body :
        List.of(
            "{\"model\":\"gpt-test\",\"messages\":" + deep + "}",
            "{\"model\":\"gpt-test\",\"messages\":" + RunningGateway.HELLO + ",\"x\":" + deep + "}",
            deep)) {
      assertThat(usual.post(CHAT, RunningGateway.MASTER, body).status()).isEqualTo(400);
    }
    assertThat(usual.provider().seen()).isEmpty();
  }

  @Test
  void anEventOfMoreThan8MegabytesEndsItsStream() throws Exception {
    String key = usual.key(Terms.open());
    usual.provider().answers(usual.provider().live());
    try (RawClient client = usual.client()) {
      client.post(CHAT, key, RunningGateway.chatBody(true));
      FakeProvider.Live live = usual.provider().next();
      live.event(FakeProvider.chunk("Hello"));
      live.text("data: ");
      live.pour("x".repeat(64 << 10), 64 << 20);
      assertThat(client.head().status()).isEqualTo(200);
      assertThat(client.body()).contains("Hello").contains("\"error\"").contains("8388608");
      Eventually.so("the provider's request is closed", live::isClosed);
    }
    SpendRow row = onlyRow(usual, key);
    assertThat(row.success()).isFalse();
    assertThat(row.outputTokens()).isPositive();
  }

  @Test
  void anEndlessFirstEventIsAFailureOfTheProvider() throws Exception {
    String key = tight.key(Terms.open());
    tight.provider().answers(tight.provider().live());
    try (RawClient client = tight.client()) {
      client.post(CHAT, key, RunningGateway.chatBody(true));
      FakeProvider.Live live = tight.provider().next();
      live.pour("x".repeat(8 << 10), 64 << 20);
      assertThat(client.answer().status()).isGreaterThanOrEqualTo(500);
      Eventually.so("the provider's request is closed", live::isClosed);
    }
    assertThat(onlyRow(tight, key).spend().nanos()).isZero();
  }

  @Test
  void anEventWithinTheBoundPasses() throws Exception {
    String text = "y".repeat(30 << 10);
    tight
        .provider()
        .answers(
            FakeProvider.stream(
                FakeProvider.End.DONE,
                List.of(FakeProvider.chunk(text), FakeProvider.lastChunk())));
    assertThat(tight.post(CHAT, RunningGateway.MASTER, RunningGateway.chatBody(true)).body())
        .contains(text);
  }

  @Test
  void aReplyThatIsTooLargeIsAFailureOfTheProvider() throws Exception {
    String key = tight.key(Terms.open());
    tight
        .provider()
        .answers(
            FakeProvider.whole(
                200, FakeProvider.WHOLE.replace("Hello there!", "x".repeat(300 << 10))));
    RawClient.Answer answer = tight.post(CHAT, key, RunningGateway.chatBody(false));
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.body()).contains("262144");
    assertThat(onlyRow(tight, key).spend().nanos()).isZero();
  }

  @Test
  void anEndlessErrorPageIsReadNoFurtherThanNeeded() throws Exception {
    tight.provider().answers(FakeProvider.whole(500, "e".repeat(4 << 20)));
    RawClient.Answer answer =
        tight.post(CHAT, RunningGateway.MASTER, RunningGateway.chatBody(false));
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.body().length()).isLessThan(4_000);
  }

  @Test
  void moreCallsThanTheGatewayTakesAtOnceGet503() throws Exception {
    tight.provider().answers(tight.provider().live());
    List<RawClient> waiting = new ArrayList<>();
    List<FakeProvider.Live> lives = new ArrayList<>();
    try {
      for (int i = 0; i < CALLS_MAX; i++) {
        RawClient client = tight.client();
        waiting.add(client);
        client.post(CHAT, RunningGateway.MASTER, RunningGateway.chatBody(true));
        lives.add(tight.provider().next());
      }
      RawClient.Answer answer =
          tight.post(CHAT, RunningGateway.MASTER, RunningGateway.chatBody(false));
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.headers()).containsKey("retry-after");
      assertThat(tight.get("/health/liveliness", "").status()).isEqualTo(200);
      for (FakeProvider.Live live : lives) {
        live.event(FakeProvider.lastChunk());
        live.event("[DONE]");
        live.end();
      }
      for (RawClient client : waiting) {
        assertThat(client.answer().body()).contains("[DONE]");
      }
    } finally {
      for (RawClient client : waiting) {
        client.leave();
      }
    }
    tight.provider().answers(FakeProvider.whole(200, FakeProvider.WHOLE));
    assertThat(tight.chat(RunningGateway.MASTER).status()).isEqualTo(200);
  }

  @Test
  void moreCallsThanAKeyMayMakeAtOnceGet429() throws Exception {
    String key = usual.key(Terms.parallelRequests(1));
    usual.provider().answers(usual.provider().live());
    try (RawClient first = usual.client()) {
      first.post(CHAT, key, RunningGateway.chatBody(true));
      usual.provider().next();
      RawClient.Answer answer = usual.post(CHAT, key, RunningGateway.chatBody(false));
      assertThat(answer.status()).isEqualTo(429);
      assertThat(answer.headers()).containsEntry("retry-after", "1");
    }
    Eventually.so("the first call has ended", () -> usual.gateway().underWay() == 0);
    usual.provider().answers(FakeProvider.whole(200, FakeProvider.WHOLE));
    assertThat(usual.chat(key).status()).isEqualTo(200);
  }

  @Test
  void aKeyThatIsTooLongIsJustUnknown() throws Exception {
    assertThat(usual.chat("sk-" + "k".repeat(8_000)).status()).isEqualTo(401);
  }

  @Test
  void randomBytesAreAnsweredOrDropped() throws Exception {
    java.util.Random random = new java.util.Random(20261122);
    for (int i = 0; i < 50; i++) {
      byte[] bytes = new byte[1 + random.nextInt(2_000)];
      random.nextBytes(bytes);
      try (RawClient client = usual.client()) {
        client.send(bytes);
        client.finishSending();
        client.isClosedByGateway();
      } catch (IOException _) {
        // closed while we were sending: as good an answer as any
      }
    }
    byte[] whole = RawClient.post(CHAT, RunningGateway.MASTER, prompt(100).getBytes(UTF_8));
    for (int cut = 0; cut < whole.length; cut += 7) {
      try (RawClient client = usual.client()) {
        client.send(java.util.Arrays.copyOf(whole, cut));
      }
    }
    assertThat(usual.chat(RunningGateway.MASTER).status()).isEqualTo(200);
  }

  private static SpendRow onlyRow(RunningGateway gateway, String key) {
    Eventually.so("no call is under way", () -> gateway.gateway().underWay() == 0);
    List<SpendRow> rows = gateway.rows(key);
    assertThat(rows).hasSize(1);
    return rows.getFirst();
  }
}
