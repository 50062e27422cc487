package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.app.TestGateway;
import dev.tollgate.ledger.SpendRow;
import dev.tollgate.model.Operation.Family;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Figures of tokens as providers should not write them, in every dialect. */
class UsageFiguresTest {
  private static final String FIGURE = "(?<=\":)(12|7|19)(?=[,}])";

  @RegisterExtension static final RunningGateway gateway = start();

  private static RunningGateway start() {
    FakeProvider provider = new FakeProvider();
    return new RunningGateway(TestGateway.Setup.of(EndingTable.config(provider, 8)), provider);
  }

  /** A call, and whether its answer is a stream. */
  record Line(EndingTable.Pair pair, boolean stream) {
    /** Sends it to a provider that writes its figures so; the row that was booked. */
    SpendRow booked(String figures) throws IOException {
      Served served = pair.served();
      gateway
          .provider()
          .answers(
              stream
                  ? FakeProvider.pieces(
                      FakeProvider.End.WITHOUT_DONE,
                      served.type(),
                      served.pieces().stream()
                          .map(piece -> Buffer.buffer(written(piece, figures)))
                          .toList())
                  : FakeProvider.whole(200, written(served.whole(), figures)));
      String key = gateway.key(Terms.open());
      try (RawClient client = gateway.client()) {
        client.send(pair.asked().bytes(pair.model(), stream, key)).answer().ok();
      }
      Eventually.so("the call is booked", () -> !gateway.rows(key).isEmpty());
      return gateway.rows(key).getFirst();
    }

    private static String written(Buffer answer, String figures) {
      return answer.toString().replaceAll(FIGURE, figures);
    }

    @Override
    public String toString() {
      return pair + (stream ? " as a stream" : " as a whole");
    }
  }

  /** Not Amazon's frames, whose length and checksum tell of what is in them. */
  static Stream<Line> lines() {
    return EndingTable.somePairs().stream()
        .filter(
            pair ->
                switch (pair.served().operation().family()) {
                  case CHAT, EMBEDDING -> true;
                  case RERANK, MODERATION, IMAGE, AUDIO, COUNT, STORED, PASS_THROUGH -> false;
                })
        .flatMap(pair -> EndingTable.streams(pair).stream().map(stream -> new Line(pair, stream)))
        .filter(line -> !line.stream() || !line.pair().served().type().contains("amazon"));
  }

  @ParameterizedTest
  @MethodSource("lines")
  void figuresThatAreFractionsOrTextsCountAsTheNumbersThatTheyMean(Line line) throws IOException {
    for (String figures : List.of("$1.0", "\"$1\"")) {
      assertThat(line.booked(figures).spend()).as(figures).isEqualTo(line.pair().price());
    }
  }

  @ParameterizedTest
  @MethodSource("lines")
  void whatAProviderSaysIsNothingIsCounted(Line line) throws IOException {
    for (String figures : List.of("0", "null", "{}", "\"many\"")) {
      SpendRow row = line.booked(figures);
      assertThat(row.inputTokens()).as(figures).isBetween(1L, 12L);
      if (line.pair().served().operation().family() == Family.CHAT
          && line.pair().asked() != Asked.RESPONSE_COMPACT) { // its output cannot be read
        assertThat(row.outputTokens()).as(figures).isBetween(1L, 7L);
      }
    }
  }
}
