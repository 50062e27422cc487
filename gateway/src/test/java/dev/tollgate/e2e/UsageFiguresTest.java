package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.app.TestGateway;
import dev.tollgate.ledger.SpendRow;
import dev.tollgate.model.Operation.Family;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
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
      if (!stream) {
        return booked(FakeProvider.whole(200, written(served.whole(), figures)));
      }
      return booked(served.pieces().stream().map(piece -> written(piece, figures)).toList());
    }

    /** Sends it to a provider that streams so. */
    SpendRow booked(List<String> pieces) throws IOException {
      return booked(
          FakeProvider.pieces(
              FakeProvider.End.WITHOUT_DONE,
              pair.served().type(),
              pieces.stream().map(Buffer::buffer).toList()));
    }

    private SpendRow booked(FakeProvider.Script answer) throws IOException {
      gateway.provider().answers(answer);
      String key = gateway.key(Terms.open());
      try (RawClient client = gateway.client()) {
        client.send(pair.asked().bytes(pair.model(), stream, key)).answer().ok();
      }
      Eventually.so("the call is booked", () -> !gateway.rows(key).isEmpty());
      return gateway.rows(key).getFirst();
    }

    static String written(Buffer answer, String figures) {
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

  static Stream<Line> linesWithFiguresMoreThanOnce() {
    return lines()
        .filter(Line::stream)
        .filter(
            line ->
                switch (line.pair().served().operation()) {
                  case CHAT, COMPLETION, MESSAGES, GENERATE_CONTENT -> true;
                  default -> false;
                });
  }

  /** Anthropic's figures of the input come at the start, the others' come twice here. */
  @ParameterizedTest
  @MethodSource("linesWithFiguresMoreThanOnce")
  void zerosThatFollowFiguresTakeNothingBack(Line line) throws IOException {
    List<String> pieces = new ArrayList<>();
    for (Buffer piece : line.pair().served().pieces()) {
      String text = piece.toString();
      pieces.add(text.replace("\"usage\":{\"output", "\"usage\":{\"input_tokens\":0,\"output"));
      if (Pattern.compile(FIGURE).matcher(text).find() && !text.startsWith("event: ")) {
        pieces.add(Line.written(piece, "0").replaceFirst("\"finishReason\":\"STOP\",", ""));
      }
    }
    assertThat(line.booked(pieces).spend()).isEqualTo(line.pair().price());
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
