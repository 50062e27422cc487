package dev.tollgate.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.app.TestGateway;
import dev.tollgate.ledger.SpendRow;
import dev.tollgate.model.Money;
import dev.tollgate.pipeline.Bounds;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every operation, whole and streamed, in every way that a call can end: it is settled or voided
 * exactly once, whatever was taken is given back, and the client sees what it should.
 */
class EndingTableTest {
  /** What 12 input and 7 output tokens cost. */
  private static final Money REPORTED = Money.ofNanos(12 * 150 + 7 * 600);

  private static RunningGateway shared;

  /** How a call ends. */
  enum End {
    COMPLETE,
    UNKNOWN_KEY,
    BLOCKED_KEY,
    NO_BUDGET,
    NO_RATE,
    NO_MODEL,
    UNKNOWN_MODEL,
    PROVIDER_REFUSES,
    PROVIDER_HANGS_UP,
    PROVIDER_BREAKS_OFF,
    PROVIDER_FAILS_IN_AN_EVENT,
    CLIENT_LEAVES_WHILE_IT_SENDS,
    CLIENT_LEAVES_BEFORE_THE_FIRST_BYTE,
    CLIENT_LEAVES_IN_MID_STREAM,
    TIMEOUT,
    SILENCE_IN_MID_STREAM,
    SHUTDOWN_BEFORE_THE_FIRST_BYTE,
    SHUTDOWN_IN_MID_STREAM;

    boolean needsStream() {
      return switch (this) {
        case PROVIDER_FAILS_IN_AN_EVENT,
            CLIENT_LEAVES_IN_MID_STREAM,
            SILENCE_IN_MID_STREAM,
            SHUTDOWN_IN_MID_STREAM ->
            true;
        default -> false;
      };
    }
  }

  @BeforeAll
  static void start() {
    shared = RunningGateway.start();
  }

  @AfterAll
  static void stop() {
    shared.close();
  }

  static Stream<Case> cases() {
    List<Case> all = new ArrayList<>();
    for (Shape shape : Shape.values()) {
      for (boolean stream : shape.streams() ? new boolean[] {false, true} : new boolean[] {false}) {
        for (End end : End.values()) {
          if (stream || !end.needsStream()) {
            all.add(new Case(shape, stream, end));
          }
        }
      }
    }
    return all.stream();
  }

  /** One line of the table. */
  record Case(Shape shape, boolean stream, End end) {
    @Override
    public String toString() {
      return shape + (stream ? " as a stream: " : " as a whole: ") + end;
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyCallIsSettledOrVoidedExactlyOnce(Case line) throws Exception {
    switch (line.end()) {
      case SHUTDOWN_BEFORE_THE_FIRST_BYTE, SHUTDOWN_IN_MID_STREAM -> {
        FakeProvider provider = new FakeProvider();
        try (RunningGateway own = new RunningGateway(impatient(provider), provider)) {
          play(own, line);
        }
      }
      default -> {
        play(shared, line);
        aNextCallIsServed(shared, line.shape());
      }
    }
  }

  private static TestGateway.Setup impatient(FakeProvider provider) {
    Bounds usual = Bounds.DEFAULTS;
    return TestGateway.Setup.of(RunningGateway.config(provider))
        .with(
            new Bounds(
                usual.bodyBytesMax(),
                usual.replyBytesMax(),
                usual.errorBytesMax(),
                usual.eventBytesMax(),
                usual.attemptsMax(),
                usual.callsMax(),
                usual.bodyTimeout(),
                usual.stallTimeout(),
                Duration.ofMillis(50)));
  }

  /** Shows that nothing is left over that would stand in the way. */
  private static void aNextCallIsServed(RunningGateway gateway, Shape shape) throws IOException {
    gateway.provider().answers(FakeProvider.whole(200, shape.whole()));
    assertThat(gateway.post(shape.path(), RunningGateway.MASTER, shape.body(false)).status())
        .isEqualTo(200);
  }

  private void play(RunningGateway gateway, Case line) throws Exception {
    gateway.provider().forget();
    switch (line.end()) {
      case COMPLETE -> complete(gateway, line);
      case UNKNOWN_KEY -> refused(gateway, line, "sk-nobody-has-this-one", 401, 0);
      case BLOCKED_KEY -> refused(gateway, line, gateway.key(Terms.blocked()), 401, 0);
      case NO_BUDGET -> refused(gateway, line, gateway.key(Terms.budget(Money.ZERO)), 422, 1);
      case NO_RATE -> refused(gateway, line, gateway.key(Terms.requestsPerMinute(0)), 429, 1);
      case NO_MODEL -> refused(gateway, line, gateway.key(Terms.models("other")), 403, 1);
      case UNKNOWN_MODEL -> unknownModel(gateway, line);
      case PROVIDER_REFUSES -> failsBefore(gateway, line, FakeProvider.failing(503), 503);
      case PROVIDER_HANGS_UP -> failsBefore(gateway, line, FakeProvider.refusing(), 500);
      case PROVIDER_BREAKS_OFF -> breaksOff(gateway, line);
      case PROVIDER_FAILS_IN_AN_EVENT -> failsInAnEvent(gateway, line);
      case CLIENT_LEAVES_WHILE_IT_SENDS -> leavesWhileItSends(gateway, line);
      case CLIENT_LEAVES_BEFORE_THE_FIRST_BYTE -> leavesBefore(gateway, line);
      case CLIENT_LEAVES_IN_MID_STREAM -> leavesInMidStream(gateway, line);
      case TIMEOUT -> timesOut(gateway, line);
      case SILENCE_IN_MID_STREAM -> fallsSilent(gateway, line);
      case SHUTDOWN_BEFORE_THE_FIRST_BYTE -> shutDownBefore(gateway, line);
      case SHUTDOWN_IN_MID_STREAM -> shutDownInMidStream(gateway, line);
    }
    gateway.isAtRest();
  }

  private static void complete(RunningGateway gateway, Case line) throws IOException {
    Shape shape = line.shape();
    String key = gateway.key(Terms.budget(Money.ofNanos(1_000_000_000)));
    gateway
        .provider()
        .answers(
            line.stream()
                ? FakeProvider.stream(FakeProvider.End.WITHOUT_DONE, shape.events())
                : FakeProvider.whole(200, shape.whole()));
    RawClient.Answer answer = gateway.post(shape.path(), key, shape.body(line.stream()));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).contains(shape.sign());
    SpendRow row = theRow(gateway, key);
    assertThat(row.success()).isTrue();
    assertThat(row.stream()).isEqualTo(line.stream());
    assertThat(row.spend()).isEqualTo(shape.outputs() ? REPORTED : Money.ofNanos(12 * 150));
    assertThat(row.counted()).isFalse();
  }

  private static void refused(RunningGateway gateway, Case line, String key, int status, int rows)
      throws IOException {
    gateway.provider().answers(FakeProvider.whole(200, line.shape().whole()));
    RawClient.Answer answer =
        gateway.post(line.shape().path(), key, line.shape().body(line.stream()));
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).contains("\"error\"");
    assertThat(gateway.provider().seen()).isEmpty();
    assertThat(gateway.rows(key)).hasSize(rows).allMatch(row -> row.spend().nanos() == 0);
    assertThat(gateway.sumOfRows(key)).isEqualTo(Money.ZERO);
  }

  private static void unknownModel(RunningGateway gateway, Case line) throws IOException {
    String key = gateway.key(Terms.open());
    String body = line.shape().body(line.stream()).replace("gpt-test", "no-such-model");
    RawClient.Answer answer = gateway.post(line.shape().path(), key, body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(line.shape().unknownStatus());
    assertThat(gateway.provider().seen()).isEmpty();
    failedFree(gateway, key);
  }

  private static void failsBefore(
      RunningGateway gateway, Case line, FakeProvider.Script script, int status)
      throws IOException {
    String key = gateway.key(Terms.open());
    gateway.provider().answers(script);
    RawClient.Answer answer =
        gateway.post(line.shape().path(), key, line.shape().body(line.stream()));
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).contains("\"error\"");
    failedFree(gateway, key);
  }

  private static void breaksOff(RunningGateway gateway, Case line) throws IOException {
    String key = gateway.key(Terms.open());
    Shape shape = line.shape();
    if (!line.stream()) {
      failsBefore(gateway, line, FakeProvider.halfOf(shape.whole()), 500);
      return;
    }
    gateway
        .provider()
        .answers(FakeProvider.stream(FakeProvider.End.CUT, shape.events().subList(0, 2)));
    try (RawClient client = gateway.client()) {
      client.post(shape.path(), key, shape.body(true));
      assertThat(client.head().status()).isEqualTo(200);
      String body = client.body();
      assertThat(body).contains(shape.sign()).contains("\"error\"").doesNotContain("[DONE]");
    }
    failedButPaidFor(gateway, key);
  }

  private static void failsInAnEvent(RunningGateway gateway, Case line) throws IOException {
    String key = gateway.key(Terms.open());
    Shape shape = line.shape();
    List<String> events = new ArrayList<>(shape.events().subList(0, 2));
    events.add("{\"error\":{\"message\":\"the provider fell over\",\"type\":\"server_error\"}}");
    gateway.provider().answers(FakeProvider.stream(FakeProvider.End.HANGING, events));
    try (RawClient client = gateway.client()) {
      client.post(shape.path(), key, shape.body(true));
      assertThat(client.head().status()).isEqualTo(200);
      assertThat(client.body()).contains(shape.sign()).contains("the provider fell over");
    }
    failedButPaidFor(gateway, key);
    Eventually.so("the provider's request is closed", () -> gateway.provider().leftEarly() == 1);
  }

  private static void leavesWhileItSends(RunningGateway gateway, Case line) throws IOException {
    String key = gateway.key(Terms.open());
    try (RawClient client = gateway.client()) {
      byte[] all =
          RawClient.post(
              line.shape().path(), key, line.shape().body(line.stream()).getBytes(UTF_8));
      client.send(Arrays.copyOf(all, all.length - 5));
      Eventually.so("the call is under way", () -> gateway.gateway().underWay() == 1);
    }
    failedFree(gateway, key);
    assertThat(gateway.provider().seen()).isEmpty();
  }

  private static void leavesBefore(RunningGateway gateway, Case line) throws Exception {
    String key = gateway.key(Terms.open());
    gateway.provider().answers(gateway.provider().live());
    try (RawClient client = gateway.client()) {
      client.post(line.shape().path(), key, line.shape().body(line.stream()));
      FakeProvider.Live live = gateway.provider().next();
      client.leave();
      Eventually.so("the provider's request is closed", live::isClosed);
    }
    SpendRow row = theRow(gateway, key);
    assertThat(row.success()).isFalse();
    assertThat(row.httpStatus()).isEqualTo(499);
    assertThat(row.counted()).isTrue();
    assertThat(row.inputTokens()).isPositive();
    assertThat(row.outputTokens()).isZero();
    assertThat(row.spend()).isEqualTo(Money.ofNanos(row.inputTokens() * 150));
  }

  private static void leavesInMidStream(RunningGateway gateway, Case line) throws Exception {
    String key = gateway.key(Terms.open());
    FakeProvider.Live live;
    try (RawClient client = gateway.client()) {
      live = firstEventAt(gateway, client, line, key);
    }
    Eventually.so("the provider's request is closed", live::isClosed);
    SpendRow row = failedButPaidFor(gateway, key);
    assertThat(row.httpStatus()).isEqualTo(499);
  }

  /** Starts a stream and returns when the client has its first output. */
  private static FakeProvider.Live firstEventAt(
      RunningGateway gateway, RawClient client, Case line, String key) throws Exception {
    Shape shape = line.shape();
    gateway.provider().answers(gateway.provider().live());
    client.post(shape.path(), key, shape.body(true));
    FakeProvider.Live live = gateway.provider().next();
    live.event(shape.events().getFirst());
    live.event(shape.events().get(1));
    assertThat(client.head().status()).isEqualTo(200);
    String event = client.event();
    while (event != null && !event.contains(shape.sign())) {
      event = client.event();
    }
    assertThat(event).isNotNull();
    return live;
  }

  private static void timesOut(RunningGateway gateway, Case line) throws Exception {
    String key = gateway.key(Terms.open());
    gateway.provider().answers(gateway.provider().live());
    try (RawClient client = gateway.client()) {
      client.post(
          line.shape().path(), key, line.shape().body(line.stream()), "x-litellm-timeout: 0.05");
      FakeProvider.Live live = gateway.provider().next();
      RawClient.Answer answer = client.answer();
      assertThat(answer.status()).as(answer.body()).isEqualTo(408);
      Eventually.so("the provider's request is closed", live::isClosed);
    }
    failedFree(gateway, key);
  }

  private static void fallsSilent(RunningGateway gateway, Case line) throws Exception {
    String key = gateway.key(Terms.open());
    Shape shape = line.shape();
    gateway
        .provider()
        .answers(FakeProvider.stream(FakeProvider.End.HANGING, shape.events().subList(0, 2)));
    try (RawClient client = gateway.client()) {
      client.post(shape.path(), key, shape.body(true), "x-litellm-timeout: 0.2");
      assertThat(client.head().status()).isEqualTo(200);
      assertThat(client.body()).contains(shape.sign()).contains("\"error\"").contains("timed out");
    }
    failedButPaidFor(gateway, key);
    Eventually.so("the provider's request is closed", () -> gateway.provider().leftEarly() == 1);
  }

  private static void shutDownBefore(RunningGateway gateway, Case line) throws Exception {
    String key = gateway.key(Terms.open());
    gateway.provider().answers(gateway.provider().live());
    try (RawClient client = gateway.client()) {
      client.post(line.shape().path(), key, line.shape().body(line.stream()));
      gateway.provider().next();
      gateway.gateway().stop();
      RawClient.Answer answer = client.answer();
      assertThat(answer.status()).as(answer.body()).isEqualTo(503);
      assertThat(answer.headers()).containsKey("retry-after");
    }
    SpendRow row = theRow(gateway, key);
    assertThat(row.success()).isFalse();
    assertThat(row.outputTokens()).isZero();
  }

  private static void shutDownInMidStream(RunningGateway gateway, Case line) throws Exception {
    String key = gateway.key(Terms.open());
    try (RawClient client = gateway.client()) {
      firstEventAt(gateway, client, line, key);
      gateway.gateway().stop();
      assertThat(client.body()).contains("\"error\"").contains("shutting down");
    }
    failedButPaidFor(gateway, key);
  }

  private static SpendRow theRow(RunningGateway gateway, String key) {
    Eventually.so("no call is under way", () -> gateway.gateway().underWay() == 0);
    List<SpendRow> rows = gateway.rows(key);
    assertThat(rows).hasSize(1);
    assertThat(gateway.sumOfRows(key)).isEqualTo(rows.getFirst().spend());
    return rows.getFirst();
  }

  private static void failedFree(RunningGateway gateway, String key) {
    SpendRow row = theRow(gateway, key);
    assertThat(row.success()).isFalse();
    assertThat(row.spend()).isEqualTo(Money.ZERO);
  }

  /** What the client got was counted, and is charged. */
  private static SpendRow failedButPaidFor(RunningGateway gateway, String key) {
    SpendRow row = theRow(gateway, key);
    assertThat(row.success()).isFalse();
    assertThat(row.counted()).isTrue();
    assertThat(row.inputTokens()).isPositive();
    assertThat(row.outputTokens()).isPositive();
    assertThat(row.spend())
        .isEqualTo(Money.ofNanos(row.inputTokens() * 150 + row.outputTokens() * 600));
    return row;
  }
}
