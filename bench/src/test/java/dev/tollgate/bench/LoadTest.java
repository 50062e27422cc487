package dev.tollgate.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The loads against the upstream, with nothing between them. */
final class LoadTest {
  private static final byte[] BODY = "{}".getBytes(StandardCharsets.US_ASCII);

  private final List<String> edges = new ArrayList<>();
  private Upstream upstream;

  @BeforeEach
  void start() throws IOException {
    upstream = new Upstream(new Pacer.Pace(4, Duration.ofMillis(10)));
    upstream.start();
  }

  @AfterEach
  void stop() throws IOException {
    upstream.close();
  }

  @Test
  void everyStreamThatWasBegunIsAnsweredWithAllItsEvents() throws IOException {
    var target = Target.chat(upstream.streamPort(), BODY, "sk-test");
    var window = new Window(Duration.ofMillis(100), Duration.ofMillis(400));

    String result = new StreamLoad(target, 20, window, edges::add).run();

    assertThat(edges).containsExactly("begin", "end");
    assertThat(result)
        .contains("\"errors\":0,\"cut\":0,\"events_a_stream\":4,\"events_missing\":0}");
    long begun = number(result, "begun");
    assertThat(begun).isGreaterThan(20).isEqualTo(number(result, "answered"));
    assertThat(number(result, "p99")).as("delay in nanoseconds").isBetween(1L, 10_000_000_000L);
  }

  @Test
  void aPacedLoadSendsWhatItsRateSays() throws Exception {
    var target = Target.chat(upstream.wholePort(), BODY, "sk-test");

    String result = new PacedLoad(target, 100, 4).run(Duration.ofMillis(500), edges::add);

    assertThat(edges).containsExactly("begin", "end");
    assertThat(number(result, "count")).isEqualTo(50);
    assertThat(number(result, "errors")).isZero();
  }

  @Test
  void aBodyLargerThanTheReadBufferIsReadToItsEndBeforeTheAnswer() throws Exception {
    var target = Target.chat(upstream.wholePort(), new byte[1_000_000], "sk-test");

    String result = new PacedLoad(target, 20, 2).run(Duration.ofMillis(500), edges::add);

    assertThat(number(result, "count")).isEqualTo(10);
    assertThat(number(result, "errors")).isZero();
  }

  @Test
  void aGatewayThatIsGoneIsAnErrorAndNotAnEndlessLoop() throws Exception {
    var closed = Target.chat(upstream.wholePort(), BODY, "sk-test");
    upstream.close();

    String result = new PacedLoad(closed, 20, 1).run(Duration.ofMillis(500), edges::add);

    assertThat(number(result, "errors")).isEqualTo(3);
  }

  private static long number(String json, String name) {
    String from = json.substring(json.indexOf("\"" + name + "\":") + name.length() + 3);
    return Long.parseLong(from.split("[,}]", 2)[0]);
  }
}
