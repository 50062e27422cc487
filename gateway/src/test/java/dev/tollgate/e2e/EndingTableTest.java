package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.app.TestGateway;
import dev.tollgate.e2e.EndingTable.Line;
import dev.tollgate.e2e.EndingTable.Pair;
import dev.tollgate.http.Endpoints;
import dev.tollgate.ledger.SpendRow;
import dev.tollgate.model.Endpoint;
import dev.tollgate.model.Money;
import dev.tollgate.model.Operation;
import dev.tollgate.pipeline.Bounds;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every operation, whole and streamed, at a provider that has it and at one that has another, in
 * every way that a call can end: it is settled or voided exactly once, whatever was taken is given
 * back, the client sees what it should, and balances, rows and daily sums agree.
 *
 * <p>Each deployment takes one call at a time, so what one line does not give back the next one
 * misses.
 */
class EndingTableTest {
  @RegisterExtension static final RunningGateway shared = start();
  private static Books books;

  private static RunningGateway start() {
    FakeProvider provider = new FakeProvider();
    return new RunningGateway(TestGateway.Setup.of(EndingTable.config(provider, 1)), provider);
  }

  @BeforeAll
  static void open() throws IOException {
    books = new Books(shared);
  }

  @AfterAll
  static void allBooksAgree() {
    shared.isAtRest();
    books.allAgree();
  }

  /** All ends for some bridges; for the others those that come at once. */
  static List<Line> lines() {
    Set<Pair> some = Set.copyOf(EndingTable.somePairs());
    return EndingTable.lines(EndingTable.everyPair()).stream()
        .filter(line -> some.contains(line.pair()) || !line.end().takesTime())
        .toList();
  }

  static List<Line> linesThatTakeTime() {
    return EndingTable.lines(EndingTable.everyPair()).stream()
        .filter(line -> line.end().takesTime())
        .toList();
  }

  @ParameterizedTest
  @MethodSource("lines")
  void everyCallIsSettledOrVoidedExactlyOnce(Line line) throws Exception {
    EndingPlay.play(shared, books, line);
  }

  @Tag("long")
  @ParameterizedTest
  @MethodSource("linesThatTakeTime")
  void everyCallOfASilentProviderIsSettledOrVoidedExactlyOnce(Line line) throws Exception {
    EndingPlay.play(shared, books, line);
  }

  /** Each row of the table of endpoints that makes something, by what it is. */
  private static Map<String, Endpoint> endpoints() {
    Endpoints table = new Endpoints(List.of());
    Map<String, Endpoint> all = new LinkedHashMap<>();
    for (String template : table.listing().keySet()) {
      String path = template.replaceAll("\\{[^}]*}", "openai");
      if (table.find("POST", path) instanceof Endpoints.Match.Spending spending
          && isToldByItsPath(spending.endpoint().operation())) {
        all.put(template, spending.endpoint());
      }
    }
    return all;
  }

  /** What is asked of a stored response and of a provider's own API is not in the template. */
  private static boolean isToldByItsPath(Operation operation) {
    return switch (operation.family()) {
      case STORED, PASS_THROUGH -> false;
      case CHAT, EMBEDDING, RERANK, MODERATION, IMAGE, AUDIO, COUNT -> true;
    };
  }

  @Test
  void theTableHasEveryOperationThatAnEndpointAsks() {
    Set<Operation> asked = new HashSet<>(Set.of(Operation.PASS_THROUGH));
    endpoints().values().forEach(endpoint -> asked.add(endpoint.operation()));
    assertThat(Stream.of(Asked.values()).map(Asked::operation))
        .containsExactlyInAnyOrderElementsOf(asked);
    Set<Operation> served = new HashSet<>();
    EndingTable.somePairs().forEach(pair -> served.add(pair.served().operation()));
    assertThat(served)
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(Operation.values())
                .filter(
                    operation -> isToldByItsPath(operation) || operation == Operation.PASS_THROUGH)
                .toList());
  }

  @Test
  void everyAddressOfAnOperationIsPaidForAlike() throws IOException {
    for (Map.Entry<String, Endpoint> row : endpoints().entrySet()) {
      Endpoint endpoint = row.getValue();
      Asked asked = Asked.of(endpoint.operation()).orElseThrow();
      Pair pair = new Pair(asked, Served.of(asked.operation()));
      boolean stream = endpoint.pathStream() || asked.alwaysStreams();
      String key = books.key(Terms.budget(Money.ofNanos(1_000_000_000)));
      Served served = pair.served();
      shared
          .provider()
          .answers(
              stream
                  ? FakeProvider.pieces(
                      FakeProvider.End.WITHOUT_DONE, served.type(), served.pieces())
                  : FakeProvider.whole(200, served.whole().toString()));
      try (RawClient client = shared.client()) {
        client.send(asked.at(row.getKey(), pair.model(), stream, key, books.drawing()));
        RawClient.Answer answer = client.answer();
        assertThat(answer.status()).as("%s: %s", row.getKey(), answer.body()).isEqualTo(200);
      }
      shared.hasNothingLeft();
      assertThat(books.agree(key)).as(row.getKey()).isEqualTo(pair.price());
    }
  }

  @Test
  void tokensThatTheGatewayCountsItselfCostNothing() throws IOException {
    shared.provider().forget();
    for (String model : List.of("openai", "gemini", "converse", "cohere", "ollama")) {
      String key = books.key(Terms.budget(Money.ZERO));
      try (RawClient client = shared.client()) {
        client.send(Asked.COUNT_TOKENS.bytes(model, false, key));
        assertThat(client.answer().body()).contains("input_tokens");
      }
      assertThat(books.agree(key)).isEqualTo(Money.ZERO);
    }
    assertThat(shared.provider().seen()).isEmpty();
    shared.hasNothingLeft();
  }

  /** What was made is paid for; whatever happens to it later costs nothing more. */
  @ParameterizedTest
  @EnumSource(
      value = Operation.class,
      names = {"RESPONSE_READ", "RESPONSE_CANCEL", "RESPONSE_INPUT_ITEMS", "RESPONSE_DELETE"})
  void whatIsAskedOfAStoredResponseCostsNothing(Operation operation) throws Exception {
    String key = books.key(Terms.budget(Money.ofNanos(12 * 150 + 7 * 600)));
    String id = aStoredResponse(key);
    Served served = Served.of(operation);
    FakeProvider.Script good = FakeProvider.whole(200, served.whole().toString());
    costsNothing(operation, id, key, good, 200);
    costsNothing(operation, id, key, FakeProvider.failing(503), 503);
    costsNothing(operation, id, key, FakeProvider.refusing(), 500);
    costsNothing(operation, id, key, good, 200);
    shared.provider().answers(shared.provider().live("application/json"));
    try (RawClient client = shared.client()) {
      about(client, operation, id, key);
      shared.provider().next();
    }
    shared.hasNothingLeft();
    assertThat(books.agree(key)).isEqualTo(Money.ofNanos(12 * 150 + 7 * 600));
  }

  private static void costsNothing(
      Operation operation, String id, String key, FakeProvider.Script script, int status)
      throws IOException {
    shared.provider().answers(script);
    try (RawClient client = shared.client()) {
      RawClient.Answer answer = about(client, operation, id, key).answer();
      assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    }
    shared.hasNothingLeft();
    assertThat(books.agree(key)).isEqualTo(Money.ofNanos(12 * 150 + 7 * 600));
  }

  private static String aStoredResponse(String key) throws IOException {
    shared
        .provider()
        .answers(FakeProvider.whole(200, Served.of(Operation.RESPONSES).whole().toString()));
    try (RawClient client = shared.client()) {
      client.send(Asked.RESPONSES.bytes("openai", false, key, books.drawing()));
      return JsonMapper.shared().readTree(client.answer().body()).path("id").asString();
    }
  }

  private static RawClient about(RawClient client, Operation operation, String id, String key)
      throws IOException {
    String path = "/v1" + operation.path().replace("{id}", id);
    return client.send(
        "%s %s HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer %s\r\nContent-Length: 0\r\n\r\n"
            .formatted(operation.method(), path, key));
  }

  /** A call, where it stood when the gateway stopped. */
  private record Cut(EndingPlay play, RawClient client, Pair pair, boolean begun) {}

  /** All of them at once, before their first byte and in mid-stream, and then the end. */
  @Test
  void everyCallUnderWayAtAShutdownIsSettledOnce() throws Exception {
    FakeProvider provider = new FakeProvider();
    TestGateway.Setup setup =
        TestGateway.Setup.of(EndingTable.config(provider, 1000)).with(impatient());
    try (RunningGateway own = new RunningGateway(setup, provider)) {
      Books its = new Books(own);
      List<Cut> cuts = new ArrayList<>();
      for (Pair pair : EndingTable.everyPair()) {
        for (boolean stream : EndingTable.streams(pair)) {
          for (boolean begun : stream ? new boolean[] {false, true} : new boolean[] {false}) {
            EndingPlay play = new EndingPlay(own, its, pair, stream);
            RawClient client = own.client();
            cuts.add(new Cut(play, client, pair, begun));
            play.ownKey();
            if (begun) {
              play.untilTheFirstOutput(client);
            } else {
              play.untilTheProviderIsAsked(client);
            }
          }
        }
      }
      own.gateway().stop();
      for (Cut cut : cuts) {
        wasToldAndBooked(cut, its);
      }
      own.isAtRest();
      its.allAgree();
    }
  }

  private static void wasToldAndBooked(Cut cut, Books its) throws IOException {
    try (RawClient client = cut.client()) {
      if (cut.begun()) {
        cut.play().endsInFailure(client, "shutting down");
        cut.play().failedButPaidFor();
      } else {
        RawClient.Answer answer = client.answer();
        assertThat(answer.status()).as("%s: %s", cut.pair(), answer.body()).isEqualTo(503);
        assertThat(answer.headers()).containsKey("retry-after");
        SpendRow row = cut.play().theRow();
        cut.play().ourSideLeft(row);
      }
      its.agree(cut.play().theKey());
    }
  }

  private static Bounds impatient() {
    return Bounds.DEFAULTS.withDrainTimeout(Duration.ofMillis(50));
  }
}
