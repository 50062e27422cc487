package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.access.Keys;
import dev.tollgate.access.VirtualKey;
import dev.tollgate.e2e.EndingTable.Line;
import dev.tollgate.e2e.EndingTable.Pair;
import dev.tollgate.ledger.SpendRow;
import dev.tollgate.model.Money;
import dev.tollgate.model.Operation;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Plays a line of the {@link EndingTable}, and looks at what client, provider and books saw. */
final class EndingPlay {
  private final RunningGateway gateway;
  private final Books books;
  private final Pair pair;
  private final Asked asked;
  private final Served served;
  private final boolean stream;
  private @Nullable String key;

  EndingPlay(RunningGateway gateway, Books books, Pair pair, boolean stream) {
    this.gateway = gateway;
    this.books = books;
    this.pair = pair;
    this.asked = pair.asked();
    this.served = pair.served();
    this.stream = stream;
  }

  static void play(RunningGateway gateway, Books books, Line line) throws Exception {
    new EndingPlay(gateway, books, line.pair(), line.stream()).play(line.end());
  }

  private void play(EndingTable.End end) throws Exception {
    provider().forget();
    switch (end) {
      case COMPLETE -> complete();
      case UNKNOWN_KEY -> refused("sk-nobody-has-this-one", 401, 0);
      case BLOCKED_KEY -> refused(key(Terms.blocked()), 401, 0);
      case NO_BUDGET -> poor(key(Terms.budget(Money.ZERO)));
      case NO_TEAM_BUDGET -> poor(books.keyOfPoorTeam());
      case NO_RATE -> refused(key(Terms.requestsPerMinute(0)), 429, 1);
      case NO_PLACE -> refused(key(Terms.parallelRequests(0)), 429, 1);
      case NO_MODEL -> refused(key(Terms.models("other")), 403, 1);
      case UNKNOWN_MODEL -> unknownModel();
      case PROVIDER_REFUSES -> failsBefore(FakeProvider.failing(503), 503);
      case PROVIDER_HANGS_UP -> failsBefore(FakeProvider.refusing(), 500);
      case PROVIDER_ANSWERS_GARBAGE -> failsBefore(FakeProvider.whole(200, "{\"half\":"), 500);
      case PROVIDER_BREAKS_OFF -> breaksOff();
      case PROVIDER_FAILS_IN_AN_EVENT -> failsInAnEvent();
      case CLIENT_LEAVES_WHILE_IT_SENDS -> leavesWhileItSends();
      case CLIENT_LEAVES_BEFORE_THE_FIRST_BYTE -> leavesBefore();
      case CLIENT_LEAVES_IN_MID_STREAM -> leavesInMidStream();
      case TIMEOUT -> timesOut();
      case SILENCE_IN_MID_STREAM -> fallsSilent();
    }
    gateway.hasNothingLeft();
    if (key != null) {
      books.agree(key);
    }
  }

  private FakeProvider provider() {
    return gateway.provider();
  }

  private String key(VirtualKey.Terms terms) {
    String made = books.key(terms);
    key = made;
    return made;
  }

  private RawClient asks(RawClient client, String withKey, String... headers) throws IOException {
    return client.send(asked.bytes(pair.model(), stream, withKey, books.drawing(headers)));
  }

  private RawClient.Answer answer(String withKey) throws IOException {
    try (RawClient client = gateway.client()) {
      return asks(client, withKey).answer();
    }
  }

  private FakeProvider.Script good() {
    return served.streams() && stream
        ? FakeProvider.pieces(FakeProvider.End.WITHOUT_DONE, served.type(), served.pieces())
        : FakeProvider.whole(200, served.whole().toString());
  }

  private void complete() throws IOException {
    key(Terms.budget(Money.ofNanos(1_000_000_000)));
    provider().answers(good());
    RawClient.Answer answer = answer(theKey());
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).contains(asked.sign());
    wasServedAsTheLineSays();
    SpendRow row = theRow();
    assertThat(row.success()).isTrue();
    assertThat(row.stream()).isEqualTo(stream && !asked.alwaysStreams());
    assertThat(row.spend()).isEqualTo(pair.price());
    assertThat(row.counted()).isEqualTo(pair.counted());
  }

  /** The bridge of the line was really crossed. */
  private void wasServedAsTheLineSays() {
    assertThat(provider().seen()).hasSize(1);
    String uri = provider().seen().getFirst().uri().replaceFirst("\\?.*", "");
    assertThat(uri.replace("-stream", "").replace("-with-response", ""))
        .as("what the provider was asked")
        .endsWith(served.place());
  }

  private void refused(String withKey, int status, int rows) throws IOException {
    provider().answers(good());
    RawClient.Answer answer = answer(withKey);
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).contains("\"message\"");
    assertThat(provider().seen()).isEmpty();
    assertThat(gateway.rows(withKey)).hasSize(rows).allMatch(row -> row.spend().nanos() == 0);
    assertThat(gateway.sumOfRows(withKey)).isEqualTo(Money.ZERO);
  }

  /** What costs nothing passes a spent budget. */
  private void poor(String withKey) throws IOException {
    if (!asked.operation().free()) {
      refused(withKey, 422, 1);
      return;
    }
    provider().answers(good());
    assertThat(answer(withKey).status()).isEqualTo(200);
    assertThat(gateway.sumOfRows(withKey)).isEqualTo(Money.ZERO);
  }

  private void unknownModel() throws IOException {
    key(Terms.open());
    try (RawClient client = gateway.client()) {
      RawClient.Answer answer =
          client.send(asked.bytes("no-such-model", stream, theKey())).answer();
      // Without a credential for all models there is none for one that nobody configured.
      int status = asked == Asked.PASS_THROUGH ? 401 : 400;
      assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    }
    assertThat(provider().seen()).isEmpty();
    failedFree();
  }

  private void failsBefore(FakeProvider.Script script, int status) throws IOException {
    key(Terms.open());
    provider().answers(script);
    RawClient.Answer answer = answer(theKey());
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).contains("\"message\"");
    failedFree();
  }

  private void breaksOff() throws IOException {
    if (!stream) {
      failsBefore(FakeProvider.halfOf(served.whole().toString()), 500);
      return;
    }
    key(Terms.open());
    provider().answers(FakeProvider.pieces(FakeProvider.End.CUT, served.type(), served.opening()));
    beginsAndFails("");
  }

  /** The client, which has had its first output, is told that the call failed. */
  void endsInFailure(RawClient client, String words) throws IOException {
    String sign = asked.failureSign();
    if (sign == null) {
      assertThatThrownBy(client::body).isInstanceOf(IOException.class);
    } else {
      assertThat(client.body()).contains(sign).contains(words);
    }
  }

  /** The client's answer begins and then breaks off. */
  private void beginsAndFails(String words, String... headers) throws IOException {
    try (RawClient client = gateway.client()) {
      asks(client, theKey(), headers);
      assertThat(client.head().status()).isEqualTo(200);
      client.until(asked.openingSign());
      endsInFailure(client, words);
    }
    failedButPaidFor();
  }

  private void failsInAnEvent() throws IOException {
    key(Terms.open());
    List<Buffer> pieces = new ArrayList<>(served.opening());
    pieces.add(Objects.requireNonNull(served.fault()));
    provider().answers(FakeProvider.pieces(FakeProvider.End.HANGING, served.type(), pieces));
    beginsAndFails("the provider fell over");
    Eventually.so("the provider's request is closed", () -> provider().leftEarly() == 1);
  }

  private void leavesWhileItSends() throws IOException {
    key(Terms.open());
    try (RawClient client = gateway.client()) {
      byte[] all = asked.bytes(pair.model(), stream, theKey());
      client.send(Arrays.copyOf(all, all.length - 5));
      Eventually.so("the call is under way", () -> gateway.gateway().underWay() == 1);
    }
    failedFree();
    assertThat(provider().seen()).isEmpty();
  }

  private void leavesBefore() throws Exception {
    key(Terms.budget(Money.ofNanos(1_000_000_000)));
    try (RawClient client = gateway.client()) {
      FakeProvider.Live live = untilTheProviderIsAsked(client);
      isHeld();
      client.leave();
      Eventually.so("the provider's request is closed", live::isClosed);
    }
    SpendRow row = theRow();
    assertThat(row.httpStatus()).isEqualTo(499);
    ourSideLeft(row);
  }

  FakeProvider.Live untilTheProviderIsAsked(RawClient client) throws Exception {
    provider().answers(provider().live(stream ? served.type() : "application/json"));
    asks(client, theKey());
    return provider().next();
  }

  /** While a call is under way its budget is the limit less settled less held. */
  private void isHeld() {
    String hash = Keys.hashOf(theKey());
    Money held = gateway.gateway().held(hash);
    assertThat(gateway.gateway().spent(hash)).isEqualTo(Money.ZERO);
    if (asked.streams()) {
      assertThat(held.nanos()).as("held").isPositive();
    }
  }

  /** The prompt alone is owed by one who leaves while the provider is at work. */
  void ourSideLeft(SpendRow row) {
    assertThat(row.success()).isFalse();
    assertThat(row.counted()).isTrue();
    long drawn = asked.operation().family() == Operation.Family.IMAGE ? 4_160 : 0;
    assertThat(row.outputTokens()).isEqualTo(drawn);
    if (asked.streams()) {
      assertThat(row.inputTokens()).isPositive();
    }
    long beside =
        switch (asked.operation()) {
          case SPEECH -> 5 * 15_000; // characters
          case RERANK -> 2_000_000;
          default -> drawn * 600;
        };
    assertThat(row.spend().nanos())
        .isEqualTo(asked.operation().free() ? 0 : row.inputTokens() * 150 + beside);
  }

  private void leavesInMidStream() throws Exception {
    key(Terms.open());
    FakeProvider.Live live;
    try (RawClient client = gateway.client()) {
      live = untilTheFirstOutput(client);
    }
    Eventually.so("the provider's request is closed", live::isClosed);
    assertThat(failedButPaidFor().httpStatus()).isEqualTo(499);
  }

  /** Starts a stream and returns when the client has its first output. */
  FakeProvider.Live untilTheFirstOutput(RawClient client) throws Exception {
    FakeProvider.Live live = untilTheProviderIsAsked(client);
    served.opening().forEach(live::bytes);
    assertThat(client.head().status()).isEqualTo(200);
    client.until(asked.openingSign());
    return live;
  }

  private void timesOut() throws Exception {
    key(Terms.open());
    provider().answers(provider().live("application/json"));
    try (RawClient client = gateway.client()) {
      asks(client, theKey(), "x-litellm-timeout: 0.05");
      FakeProvider.Live live = provider().next();
      RawClient.Answer answer = client.answer();
      assertThat(answer.status()).as(answer.body()).isEqualTo(408);
      Eventually.so("the provider's request is closed", live::isClosed);
    }
    failedFree();
  }

  private void fallsSilent() throws Exception {
    key(Terms.open());
    provider()
        .answers(FakeProvider.pieces(FakeProvider.End.HANGING, served.type(), served.opening()));
    beginsAndFails("timed out", "x-litellm-timeout: 0.3");
    Eventually.so("the provider's request is closed", () -> provider().leftEarly() == 1);
  }

  String theKey() {
    return Objects.requireNonNull(key, "no key was made");
  }

  void ownKey() {
    key(Terms.open());
  }

  SpendRow theRow() {
    Eventually.so("no call is under way", () -> gateway.gateway().underWay() == 0);
    List<SpendRow> rows = gateway.rows(theKey());
    assertThat(rows).hasSize(1);
    assertThat(gateway.sumOfRows(theKey())).isEqualTo(rows.getFirst().spend());
    return rows.getFirst();
  }

  private void failedFree() {
    SpendRow row = theRow();
    assertThat(row.success()).isFalse();
    assertThat(row.spend()).isEqualTo(Money.ZERO);
  }

  /** What the client got was counted, and is charged. */
  SpendRow failedButPaidFor() {
    SpendRow row = theRow();
    assertThat(row.success()).isFalse();
    assertThat(row.counted()).isTrue();
    if (served.operation() == Operation.SPEECH) {
      assertThat(row.spend()).isEqualTo(pair.price());
      return row;
    }
    assertThat(row.inputTokens()).isPositive();
    assertThat(row.outputTokens()).as("tokens of what the client got").isGreaterThan(1);
    assertThat(row.spend())
        .isEqualTo(Money.ofNanos(row.inputTokens() * 150 + row.outputTokens() * 600));
    return row;
  }
}
