package dev.tollgate.wire.socket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.Quantity;
import dev.tollgate.model.Usage;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How many seconds are charged, by what was sent and what Deepgram says. */
class ListenMeterTest {
  private static SocketMeter meter(String query) {
    return ListenTerms.of(SocketQuery.of(query)).meter();
  }

  private static long millis(Usage usage) {
    Quantity quantity = Objects.requireNonNull(usage.quantity());
    assertThat(quantity.unit()).isEqualTo(Quantity.Unit.SECOND);
    return quantity.amount();
  }

  private static long nanos(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  @ParameterizedTest
  @CsvSource({
    "encoding=linear16&sample_rate=16000, 32000, 1000",
    "encoding=linear16&sample_rate=16000, 1, 1",
    "encoding=linear16&sample_rate=8000&channels=2, 32000, 2000",
    "encoding=linear32&sample_rate=8000, 32000, 1000",
    "encoding=mulaw&sample_rate=8000, 16000, 2000",
    "encoding=alaw&sample_rate=8000&channels=3, 24000, 3000",
    "encoding=opus&sample_rate=48000, 1000, 0",
    "punctuate=true, 1000, 0"
  })
  void soundSaysByItsBytesHowLongItIsWhereTheyAllCountAlike(String query, int bytes, long millis) {
    SocketMeter meter = meter(query);
    if (millis > 0) {
      assertThat(millis(meter.heldWith(true, bytes, nanos(5)))).isEqualTo(millis);
    }
    assertThat(millis(meter.used())).as("not sent yet").isZero();
    meter.sent(true, bytes, nanos(5));
    meter.sent(false, 1_000_000, nanos(9));
    assertThat(millis(meter.used())).isEqualTo(millis);
  }

  @Test
  void otherSoundCountsByTheTimeOverWhichItWasSent() {
    SocketMeter meter = meter("encoding=opus");
    meter.sent(false, 10, nanos(1));
    meter.sent(true, 10, nanos(7_000));
    meter.sent(true, 10, nanos(8_000));
    assertThat(millis(meter.heldWith(true, 1, nanos(9_500)))).isEqualTo(2_500);
    meter.sent(true, 10, nanos(10_000));
    meter.sent(true, 0, nanos(20_000));
    assertThat(millis(meter.used())).isEqualTo(3_000);
  }

  @Test
  void otherSoundIsHeldForByItsBytesUntilAResultTells() {
    SocketMeter meter = meter("");
    meter.sent(true, 10 << 10, nanos(1));
    assertThat(millis(meter.held())).isEqualTo(10_000);
    assertThat(millis(meter.heldWith(true, 1 << 10, nanos(2)))).isEqualTo(11_000);
    assertThat(millis(meter.used())).as("owed").isZero();
    assertThat(meter.isGuessed()).isTrue();
    meter.received("{\"type\":\"Results\",\"start\":0,\"duration\":2}".getBytes(UTF_8));
    assertThat(millis(meter.held())).isEqualTo(2_000);
    assertThat(meter.isGuessed()).isFalse();
    meter.sent(true, 3 << 10, nanos(3));
    meter.received("{\"type\":\"Results\",\"start\":1,\"duration\":1}".getBytes(UTF_8));
    assertThat(millis(meter.held())).as("it reaches no further").isEqualTo(5_000);
    meter.received("{\"type\":\"Metadata\",\"duration\":2.5}".getBytes(UTF_8));
    assertThat(millis(meter.held())).isEqualTo(2_500);
    assertThat(meter("encoding=mulaw&sample_rate=8000").isGuessed()).isFalse();
  }

  @Test
  void whatDeepgramReportsAtTheEndCountsAlone() {
    SocketMeter meter = meter("encoding=mulaw&sample_rate=8000");
    meter.sent(true, 80_000, 0);
    meter.received(
        "{\"type\":\"Results\",\"start\":1,\"duration\":1.5,\"channel_index\":[0,2]}"
            .getBytes(UTF_8));
    assertThat(millis(meter.used())).isEqualTo(20_000);
    meter.received("{\"type\":\"Metadata\",\"duration\":4.25,\"channels\":1}".getBytes(UTF_8));
    assertThat(millis(meter.used())).isEqualTo(4_250);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[1]",
        "{",
        "{\"type\":\"Metadata\",\"duration\":9",
        "{\"type\":[\"Metadata\"],\"duration\":9}",
        "{\"type\":\"Other\",\"duration\":9,\"start\":9}",
        "{\"type\":\"Results\",\"start\":\"9\",\"duration\":[9]}",
        "{\"type\":\"Results\",\"start\":-9,\"duration\":-9,\"channel_index\":{\"a\":9}}",
        "{\"type\":\"Results\",\"start\":1e400,\"duration\":1e400,\"channel_index\":[9,1e400]}"
      })
  void whatIsNoMessageSaysNothing(String text) {
    SocketMeter meter = meter("");
    meter.received(text.getBytes(UTF_8));
    assertThat(millis(meter.used())).isZero();
  }
}
