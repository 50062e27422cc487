package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.app.TestGateway;
import dev.tollgate.ledger.SpendRow;
import dev.tollgate.model.Money;
import dev.tollgate.pipeline.Bounds;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketConnectOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Deepgram's WebSockets through the gateway. */
@Timeout(30)
class ListenSocketTest {
  private static final String DEEPGRAM_KEY = "dg-key-fedcba9876543210";
  private static final String LISTEN = "/deepgram/v1/listen?model=nova-3";
  private static final String RAW = LISTEN + "&encoding=linear16&sample_rate=16000";

  /** Of 16 kHz in two bytes. */
  private static final int SECOND_BYTES = 32_000;

  /** What a second costs with nova-3. */
  private static final long SECOND_NANOS = 80_000;

  private static final SocketProvider DEEPGRAM = new SocketProvider();
  private static final SocketClient CLIENT = new SocketClient();

  @RegisterExtension static final RunningGateway gateway = start(Bounds.DEFAULTS);

  private static RunningGateway start(Bounds bounds) {
    FakeProvider other = new FakeProvider();
    return new RunningGateway(
        TestGateway.Setup.of(RunningGateway.config(other))
            .with(Map.of("DEEPGRAM_API_KEY", DEEPGRAM_KEY, "DEEPGRAM_API_BASE", DEEPGRAM.base()))
            .with(bounds),
        other);
  }

  @AfterEach
  void nothingIsLeft() {
    gateway.hasNothingLeft();
    DEEPGRAM.forget();
  }

  @AfterAll
  static void closes() {
    CLIENT.close();
    DEEPGRAM.close();
  }

  /** Says at the end how long it heard, as Deepgram does. */
  private static void hears(String metadata) {
    DEEPGRAM.onText(
        (end, text) -> {
          if (text.contains("CloseStream")) {
            end.text("{\"type\":\"Metadata\"," + metadata + "}");
            end.close(1000, "");
          }
        });
  }

  private static String result(double start, double duration) {
    return "{\"type\":\"Results\",\"channel_index\":[0,1],\"start\":%s,\"duration\":%s}"
        .formatted(start, duration);
  }

  private static SpendRow onlyRow(String key) {
    Eventually.so("the call has ended", () -> gateway.gateway().underWay() == 0);
    gateway.sumOfRows(key);
    assertThat(gateway.rows(key)).hasSize(1);
    return gateway.rows(key).getFirst();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/deepgram/listen", "/deepgram/v1/listen"})
  void soundGoesThereAndResultsComeBack(String path) {
    hears("\"duration\":12.5,\"channels\":1");
    String key = gateway.key(Terms.open());
    SocketEnd client =
        CLIENT.open(gateway.port(), path + "?encoding=linear16&sample_rate=16000", key);
    client.sound(1_000).sound(24).text("{\"type\":\"KeepAlive\"}").ping("are you there");
    SocketEnd provider = DEEPGRAM.end();
    Eventually.so("the sound arrives", () -> provider.soundBytes() == 1_024);
    Eventually.so("the ping arrives", () -> provider.pings().equals(List.of("are you there")));
    provider.text(result(0, 1.5));
    Eventually.so("the result arrives", () -> client.texts().equals(List.of(result(0, 1.5))));
    client.text("{\"type\":\"CloseStream\"}");
    assertThat(client.code()).isEqualTo(1000);
    assertThat(client.texts().getLast()).contains("Metadata");
    SpendRow row = onlyRow(key);
    assertThat(row.spend()).isEqualTo(Money.ofNanos(12_500 * SECOND_NANOS / 1000));
    assertThat(row.success()).isTrue();
    assertThat(row.callType()).isEqualTo("pass_through_endpoint");
    assertThat(DEEPGRAM.seen().getFirst().uri())
        .isEqualTo("/v1/listen?encoding=linear16&sample_rate=16000&model=nova-3");
  }

  @Test
  void theProviderGetsItsOwnCredentialAndNothingOfTheClients() {
    String key = gateway.key(Terms.open());
    WebSocketConnectOptions options = new WebSocketConnectOptions();
    options
        .setHost("127.0.0.1")
        .setPort(gateway.port())
        .setURI(LISTEN + "&token=theirs&key=theirs");
    options.putHeader("x-litellm-api-key", key).putHeader("Authorization", "Token theirs");
    options.putHeader("Cookie", "a=theirs").putHeader("User-Agent", "theirs");
    options.putHeader("X-Forwarded-For", "theirs").putHeader("Origin", "http://theirs");
    CLIENT.open(options).close(1000, "");
    SocketProvider.Seen seen = DEEPGRAM.seen().getFirst();
    assertThat(seen.headers()).containsEntry("authorization", "Token " + DEEPGRAM_KEY);
    assertThat(seen.toString()).doesNotContain("theirs").doesNotContain(key);
    assertThat(onlyRow(key).spend()).isEqualTo(Money.ZERO);
  }

  @Test
  void aBrowserPutsItsKeyIntoASubprotocol() {
    String key = gateway.key(Terms.open());
    String offered = "openai-insecure-api-key." + key;
    SocketEnd client = CLIENT.openWithSubprotocols(gateway.port(), LISTEN, offered);
    assertThat(client.socket().subProtocol()).isEqualTo(offered);
    assertThat(DEEPGRAM.seen().getFirst().toString()).doesNotContain(key);
    client.close(1000, "");
    assertThat(onlyRow(key).success()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "sk-nobody, 401, /deepgram/listen",
    "'', 401, /deepgram/listen",
    "open, 400, '/deepgram/listen?callback=http://there'",
    "open, 400, '/deepgram/listen?channels=0'",
    "open, 400, '/deepgram/listen?channels=1&channels=9'",
    "open, 400, '/deepgram/listen?model=nova-3&model=nova-2'",
    "open, 400, '/deepgram/listen?MODEL=nova-3'",
    "open, 403, '/deepgram/listen?model=no-such-model'",
    "open, 404, /deepgram/v1/speak",
    "limited, 403, /deepgram/listen",
    "spent, 422, /deepgram/listen",
    "blocked, 401, /deepgram/listen"
  })
  void whoMayNotIsToldByAStatus(String who, int status, String target) {
    String key =
        switch (who) {
          case "open" -> gateway.key(Terms.open());
          case "limited" -> gateway.key(Terms.models("gpt-test"));
          case "spent" -> gateway.key(Terms.budget(Money.ZERO));
          case "blocked" -> gateway.key(Terms.blocked());
          default -> who;
        };
    SocketClient.Refusal refusal = CLIENT.refused(gateway.port(), target, key);
    assertThat(refusal.status()).as(refusal.body()).isEqualTo(status);
    assertThat(DEEPGRAM.seen()).isEmpty();
  }

  @Test
  void aBrokenEscapeIsRefused() throws IOException {
    try (RawClient client = gateway.client()) {
      String request =
          """
          GET /deepgram/listen?model=%zz HTTP/1.1
          Host: gateway
          Connection: keep-alive, Upgrade
          Upgrade: websocket
          Sec-WebSocket-Version: 13
          Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

          """;
      assertThat(client.send(request.replace("\n", "\r\n")).answer().status()).isEqualTo(400);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 1", "Content-Length: 00", "Transfer-Encoding: chunked"})
  void aHandshakeWithABodyIsRefusedAndItsConnectionCloses(String framing) throws IOException {
    try (RawClient client = gateway.client()) {
      client.send(handshake(gateway.key(Terms.open()), framing));
      assertThat(client.answer().status()).isEqualTo(400);
      assertThat(client.isClosedByGateway()).isTrue();
    }
    assertThat(DEEPGRAM.seen()).isEmpty();
  }

  private static String handshake(String key, String header) {
    return """
        GET /deepgram/listen?encoding=linear16&sample_rate=16000 HTTP/1.1
        Host: gateway
        Authorization: Bearer %s
        Connection: keep-alive, Upgrade
        Upgrade: websocket
        Sec-WebSocket-Version: 13
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
        %s

        """
        .formatted(key, header)
        .replace("\n", "\r\n");
  }

  /** A frame of a client, its mask all zero. */
  private static byte[] frame(int opcode, byte[] content) {
    ByteBuffer frame = ByteBuffer.allocate(6 + content.length);
    frame.put((byte) (0x80 | opcode)).put((byte) (0x80 | content.length)).putInt(0).put(content);
    return frame.array();
  }

  @Test
  void aClientThatReadsNothingLosesItsConnectionSoonAfterTheEnd() throws IOException {
    String key = gateway.key(Terms.open());
    try (RawClient client = new RawClient(gateway.port(), 4 << 10)) {
      client.send(handshake(key, "Accept: */*"));
      assertThat(client.head().status()).isEqualTo(101);
      SocketEnd provider = DEEPGRAM.end();
      for (int i = 0; i < 1_000; i++) { // far more than the kernel keeps
        provider.sound(64 << 10);
      }
      assertThat(
              Eventually.within(Duration.ofMillis(500), () -> !provider.socket().writeQueueFull()))
          .isFalse();
      client.send(frame(8, new byte[] {3, (byte) 0xe8}));
      Eventually.so("the call has ended", () -> gateway.gateway().underWay() == 0);
      Eventually.so("it is told that nobody is there", () -> isGone(client));
    }
  }

  /** Whether nobody takes a ping any more. */
  private static boolean isGone(RawClient client) {
    try {
      client.send(frame(9, new byte[0]));
      return false;
    } catch (IOException gone) {
      return true;
    }
  }

  @ParameterizedTest
  @CsvSource({"20, false", "40, true"})
  void manyPingsAtOnceEndIt(int pings, boolean ends) {
    String key = gateway.key(Terms.open());
    SocketEnd client = CLIENT.open(gateway.port(), RAW, key);
    SocketEnd provider = DEEPGRAM.end();
    for (int i = 0; i < pings; i++) {
      client.ping("there?");
    }
    if (ends) {
      assertThat(client.code()).isEqualTo(1008);
      assertThat(client.reason()).contains("pings");
      assertThat(provider.pings().size()).isLessThan(pings);
    } else {
      Eventually.so("all of them arrive", () -> provider.pings().size() == pings);
      client.close(1000, "");
    }
    assertThat(onlyRow(key).success()).isEqualTo(!ends);
  }

  @Test
  void soundThatDoesNotSayHowLongItIsWaitsForResultsWhereMoneyIsShort() throws IOException {
    Money budget = Money.ofNanos(90 * SECOND_NANOS);
    String key =
        gateway.madeKey(
            "{\"max_budget\":%s,\"metadata\":{\"budget_enforcement\":\"strict\"}}"
                .formatted(budget));
    SocketEnd client = CLIENT.open(gateway.port(), LISTEN, key);
    SocketEnd provider = DEEPGRAM.end();
    for (int i = 0; i < 100; i++) {
      client.sound(10 << 10);
    }
    Eventually.so("as much as money is held for", () -> provider.soundBytes() == 90 << 10);
    assertThat(Eventually.within(Duration.ofMillis(300), () -> provider.soundBytes() > 90 << 10))
        .isFalse();
    provider.text(result(0, 5));
    Eventually.so("more, once it is known", () -> provider.soundBytes() == 170 << 10);
    provider.text(result(5, 86));
    assertThat(client.code()).isEqualTo(1008);
    assertThat(client.reason()).contains("Budget");
    assertThat(onlyRow(key).spend()).isEqualTo(Money.ofNanos(91 * SECOND_NANOS));
  }

  @Test
  void aModelWithoutAPriceForStreamsIsRefusedByName() {
    String target = "/deepgram/listen?model=nova-2";
    SocketClient.Refusal refusal =
        CLIENT.refused(gateway.port(), target, gateway.key(Terms.open()));
    assertThat(refusal.status()).isEqualTo(403);
    assertThat(refusal.body()).contains("No streaming price for 'deepgram/streaming/nova-2'");
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 400, 402, 503})
  void whatTheProviderSaysToTheHandshakeIsTheAnswer(int status) {
    DEEPGRAM.refuses(status, "{\"err_msg\":\"bad key " + DEEPGRAM_KEY + "\"}");
    String key = gateway.key(Terms.open());
    SocketClient.Refusal refusal = CLIENT.refused(gateway.port(), LISTEN, key);
    assertThat(refusal.status()).isEqualTo(status < 400 ? 500 : status);
    assertThat(refusal.body()).doesNotContain(DEEPGRAM_KEY);
    assertThat(DEEPGRAM.seen()).hasSize(1);
    assertThat(onlyRow(key).spend()).isEqualTo(Money.ZERO);
  }

  @Test
  void aClientThatBreaksOffPaysForWhatItSentAndTheProviderHearsOfItAtOnce() {
    String key = gateway.key(Terms.open());
    SocketEnd client = CLIENT.open(gateway.port(), RAW, key);
    client.sound(SECOND_BYTES).sound(SECOND_BYTES / 2);
    SocketEnd provider = DEEPGRAM.end();
    Eventually.so("the sound arrives", () -> provider.soundBytes() == SECOND_BYTES * 3 / 2);
    provider.text(result(0, 1));
    Eventually.so("the result arrives", () -> client.texts().size() == 1);
    long left = System.nanoTime();
    client.drop();
    Eventually.so("the provider's end ends", provider::isEnded);
    assertThat(TimeUnit.NANOSECONDS.toMillis(provider.endedNanos() - left)).isLessThan(100);
    SpendRow row = onlyRow(key);
    assertThat(row.spend()).isEqualTo(Money.ofNanos(SECOND_NANOS * 3 / 2));
    assertThat(row.success()).isFalse();
  }

  @Test
  void withoutALastWordTheFurthestResultCounts() {
    String key = gateway.key(Terms.open());
    SocketEnd client = CLIENT.open(gateway.port(), LISTEN, key);
    SocketEnd provider = DEEPGRAM.end();
    provider.text(result(0, 30)).text(result(60, 12.5)).text(result(30, 30));
    Eventually.so("the results arrive", () -> client.texts().size() == 3);
    client.close(1000, "");
    assertThat(provider.code()).isEqualTo(1000);
    assertThat(onlyRow(key).spend()).isEqualTo(Money.ofNanos(72_500 * SECOND_NANOS / 1000));
  }

  @ParameterizedTest
  @CsvSource({
    "'', 1, 80000",
    "&language=multi, 1, 96670",
    "&diarize=true&diarize_model=v1, 1, 113330",
    "&redact=pci&redact=numbers&keyterm=a&detect_entities=true, 1, 163330",
    "&diarize=false&redact=, 1, 80000",
    "&multichannel=true&channels=2, 2, 160000"
  })
  void moreThanWordsCostsMore(String query, int channels, long nanosASecond) {
    hears("\"duration\":60.0,\"channels\":" + channels);
    String key = gateway.key(Terms.open());
    SocketEnd client = CLIENT.open(gateway.port(), LISTEN + query, key);
    client.text("{\"type\":\"CloseStream\"}");
    assertThat(client.code()).isEqualTo(1000);
    assertThat(onlyRow(key).spend()).isEqualTo(Money.ofNanos(60 * nanosASecond));
  }

  @Test
  void theProvidersEndComesWithItsCodeAndWithoutItsKey() {
    String key = gateway.key(Terms.open());
    SocketEnd client = CLIENT.open(gateway.port(), LISTEN, key);
    DEEPGRAM.end().close(4321, "no sound for " + DEEPGRAM_KEY);
    assertThat(client.code()).isEqualTo(4321);
    assertThat(client.reason()).isEqualTo("no sound for ***");
    assertThat(onlyRow(key).success()).isFalse();
  }

  @Test
  void aProviderThatBreaksOffIsAnError() {
    String key = gateway.key(Terms.open());
    SocketEnd client = CLIENT.open(gateway.port(), RAW, key);
    client.sound(SECOND_BYTES);
    SocketEnd provider = DEEPGRAM.end();
    Eventually.so("the sound arrives", () -> provider.soundBytes() == SECOND_BYTES);
    provider.drop();
    assertThat(client.code()).isEqualTo(1011);
    assertThat(onlyRow(key).spend()).isEqualTo(Money.ofNanos(SECOND_NANOS));
  }

  @Test
  void aFrameThatIsTooLargeEndsIt() {
    String key = gateway.key(Terms.open());
    SocketEnd client = CLIENT.open(gateway.port(), RAW, key);
    SocketEnd provider = DEEPGRAM.end();
    int most = 256 << 10;
    client.sound(most);
    Eventually.so("a frame of the largest size arrives", () -> provider.soundBytes() == most);
    client.sound(most + 1);
    assertThat(client.code()).isEqualTo(1009);
    assertThat(onlyRow(key).success()).isFalse();
    assertThat(provider.soundBytes()).isEqualTo(most);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aBudgetThatIsSpentEndsIt(boolean strict) throws IOException {
    long minutes = 3;
    Money budget = Money.ofNanos(minutes * 60 * SECOND_NANOS);
    String key =
        gateway.madeKey(
            "{\"max_budget\":%s,\"metadata\":{%s}}"
                .formatted(budget, strict ? "\"budget_enforcement\":\"strict\"" : ""));
    SocketEnd client = CLIENT.open(gateway.port(), RAW, key);
    for (int second = 0; second < 600 && !client.isEnded(); second += 5) {
      client.sound(5 * SECOND_BYTES);
    }
    assertThat(client.code()).isEqualTo(1008);
    assertThat(client.reason()).contains("Budget");
    Eventually.so("the provider's end ends", DEEPGRAM.end()::isEnded);
    long heard = DEEPGRAM.end().soundBytes() / SECOND_BYTES;
    Money spent = onlyRow(key).spend();
    assertThat(spent.nanos()).isEqualTo(heard * SECOND_NANOS);
    assertThat(heard).isBetween(minutes * 60, minutes * 60 + 60);
    if (strict) { // not a second more
      assertThat(heard).isEqualTo(minutes * 60);
    }
    SocketClient.Refusal refusal = CLIENT.refused(gateway.port(), RAW, key);
    assertThat(refusal.status()).isEqualTo(422);
  }

  @Test
  void anOpenSocketIsACallAtTheSameTime() {
    String key = gateway.key(Terms.parallelRequests(1));
    SocketEnd client = CLIENT.open(gateway.port(), LISTEN, key);
    assertThat(CLIENT.refused(gateway.port(), LISTEN, key).status()).isEqualTo(429);
    client.close(1000, "");
    Eventually.so("the call has ended", () -> gateway.gateway().underWay() == 0);
    CLIENT.open(gateway.port(), LISTEN, key).close(1000, "");
  }

  @Test
  void aKeyThatIsBlockedEndsIt() throws IOException {
    String key = gateway.madeKey("{}");
    SocketEnd client = CLIENT.open(gateway.port(), LISTEN, key);
    gateway.admin("/key/block", "{\"key\":\"%s\"}".formatted(key));
    assertThat(client.code()).isEqualTo(1008);
    onlyRow(key);
  }

  @Test
  void whereNothingIsSentItEnds() {
    Bounds.Sockets usual = Bounds.Sockets.DEFAULTS;
    Bounds.Sockets impatient =
        new Bounds.Sockets(
            1,
            usual.frameBytesMax(),
            usual.providerFrameBytesMax(),
            usual.messageBytesMax(),
            usual.handshakeTimeout(),
            Duration.ofMillis(200),
            usual.totalTimeout());
    try (RunningGateway other = start(Bounds.DEFAULTS.with(impatient))) {
      String key = other.key(Terms.open());
      SocketEnd client = CLIENT.open(other.port(), LISTEN, key);
      assertThat(CLIENT.refused(other.port(), LISTEN, key).status()).isEqualTo(503);
      assertThat(client.code()).isEqualTo(1001);
      assertThat(client.reason()).startsWith("Nothing was sent for");
      other.hasNothingLeft();
      assertThat(other.rows(key)).hasSize(2);
    }
  }

  @Test
  void aGatewayThatStopsEndsItAndBooksIt() {
    Bounds quick = Bounds.DEFAULTS.withDrainTimeout(Duration.ofMillis(100));
    try (RunningGateway other = start(quick)) {
      String key = other.key(Terms.open());
      SocketEnd client = CLIENT.open(other.port(), RAW, key);
      client.sound(SECOND_BYTES);
      SocketEnd provider = DEEPGRAM.end();
      Eventually.so("the sound arrives", () -> provider.soundBytes() == SECOND_BYTES);
      other.gateway().stop();
      assertThat(client.code()).isEqualTo(1012);
      assertThat(provider.code()).isEqualTo(1001);
      assertThat(other.rows(key)).hasSize(1);
      assertThat(other.rows(key).getFirst().spend()).isEqualTo(Money.ofNanos(SECOND_NANOS));
    }
  }

  @Test
  void aClientThatDoesNotReadStopsTheProvider() {
    int frames = 1_000;
    String key = gateway.key(Terms.open());
    SocketEnd client = CLIENT.open(gateway.port(), LISTEN, key);
    client.socket().pause();
    SocketEnd provider = DEEPGRAM.end();
    long[] written = {0};
    for (int i = 0; i < frames; i++) {
      provider
          .socket()
          .writeBinaryMessage(Buffer.buffer(new byte[64 << 10]))
          .onSuccess(_ -> written[0]++);
    }
    assertThat(Eventually.within(Duration.ofMillis(500), () -> written[0] == frames)).isFalse();
    client.socket().resume();
    Eventually.so("all of it arrives", () -> client.soundBytes() == (long) frames * (64 << 10));
    client.close(1000, "");
    assertThat(onlyRow(key).success()).isTrue();
  }
}
