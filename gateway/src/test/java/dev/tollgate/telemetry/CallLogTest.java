package dev.tollgate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.Failure;
import dev.tollgate.model.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class CallLogTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-22T12:23:09Z"));
  private static final Duration NEVER = Duration.ofDays(1);
  private static final int PAGE_BYTES = 64 * 1024;
  private static final String PROMPT = "the merger is on Tuesday";

  private static List<String> linesOf(Outcome... outcomes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (CallLog log = new CallLog(out, CLOCK, NEVER, PAGE_BYTES)) {
      for (Outcome outcome : outcomes) {
        log.write(outcome);
      }
    }
    String text = out.toString(StandardCharsets.UTF_8);
    assertThat(text).endsWith("\n");
    return List.of(text.substring(0, text.length() - 1).split("\n", -1));
  }

  private static JsonNode lineOf(Outcome outcome) {
    return JSON.readTree(linesOf(outcome).getFirst());
  }

  @Test
  void aCallIsOneLineWithEverythingOneWouldAskFor() {
    assertThat(linesOf(Outcomes.call().fallbacks(1).outcome()))
        .containsExactly(
            """
            {"time":"2026-11-22T12:23:05.334Z","level":"INFO","event":"call",\
            "call_id":"3f1b6f0e-6c9c-4a5e-9a30-0a2b0e1c7f55","ending":"complete",\
            "operation":"chat","route":"/v1/chat/completions","model":"gpt-4o",\
            "model_group":"gpt-4o","deployment":"id-of-gpt-4o","provider":"openai",\
            "provider_model":"gpt-4o-2024-08-06","stream":true,"status":200,\
            "input_tokens":1200,"output_tokens":350,"cached_tokens":100,"reasoning_tokens":40,\
            "cost":0.006375001,"key_hash":"88dc28d0f030…","key_alias":"billing-team",\
            "user":"alice","end_user":"customer-7","tags":["team:billing","nightly"],\
            "session_id":"session-1","attempts":1,"fallbacks":1,"duration_ms":1234.567,\
            "upstream_ms":1234.000,"overhead_ms":0.567,"first_event_ms":310.000,\
            "response_id":"chatcmpl-abc","client":"203.0.113.9",\
            "user_agent":"OpenAI/Python 1.97.1"}""");
  }

  @ParameterizedTest
  @EnumSource(Outcome.Ending.class)
  void everyEndingIsLoggedOnce(Outcome.Ending ending) {
    List<String> lines = linesOf(Outcomes.call().ending(ending).outcome());
    assertThat(lines).hasSize(1);
    assertThat(JSON.readTree(lines.getFirst()).get("ending").asString())
        .isEqualToIgnoringCase(ending.name());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 10, -5, 999_999_999, 1_000_000_000, 12_500_000_000L, Long.MAX_VALUE})
  void theCostIsTheExactAmountInPlainDecimal(long nanos) {
    Outcome outcome = Outcomes.call().cost(nanos).outcome();
    assertThat(linesOf(outcome).getFirst()).contains("\"cost\":" + outcome.cost() + ",");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\nb",
        "a\r\n{\"event\":\"call\"}",
        "\",\"cost\":0,\"x\":\"",
        "\\\",\"",
        "\u001b[2Jcleared",
        "\u0000\u007f\u0085\u009b31m",
        "\u2028\u2029\u202e\u2066\u200f\ufeff",
        "lone \ud800 and \udc00",
        "grüße 世界 🙂"
      })
  void whatAClientChoseStaysInsideItsField(String text) {
    List<String> lines =
        linesOf(
            Outcomes.call()
                .callId(text)
                .model(text)
                .endUser(text)
                .tags(List.of(text, text))
                .userAgent(text)
                .outcome());
    assertThat(lines).hasSize(1);
    assertThat(lines.getFirst())
        .doesNotContainPattern("[\\p{Cntrl}\\u0080-\\u009f\\u200b-\\u200f\\u2028-\\u202e\\u2066]");
    JsonNode line = JSON.readTree(lines.getFirst());
    String expected = text.replace('\ud800', '\ufffd').replace('\udc00', '\ufffd');
    if (text.contains("🙂")) {
      expected = text;
    }
    assertThat(line.get("model").asString()).isEqualTo(expected);
    assertThat(line.get("call_id").asString()).isEqualTo(expected);
    assertThat(line.get("user_agent").asString()).isEqualTo(expected);
    assertThat(line.get("tags").get(1).asString()).isEqualTo(expected);
    assertThat(line.get("cost").decimalValue()).isEqualByComparingTo("0.006375001");
    assertThat(line.propertyNames()).doesNotContain("x");
  }

  @Test
  void aLineHasABoundWhateverAClientSends() {
    String huge = "\u0001".repeat(100_000);
    List<String> tags = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      tags.add(huge);
    }
    List<String> lines =
        linesOf(
            Outcomes.call()
                .callId(huge)
                .model(huge)
                .deployment(Outcomes.deployment(huge, huge))
                .endUser(huge)
                .tags(tags)
                .userAgent(huge)
                .clientAddress(huge)
                .failure(new Failure.Internal(huge))
                .outcome());
    assertThat(lines).hasSize(1);
    assertThat(lines.getFirst().getBytes(StandardCharsets.UTF_8).length)
        .isLessThan(LogPage.LINE_BYTES_MAX);
    assertThat(JSON.readTree(lines.getFirst()).get("status").intValue()).isEqualTo(500);
  }

  @Test
  void aUserAgentIsCutAt128Characters() {
    JsonNode line = lineOf(Outcomes.call().userAgent("x".repeat(127) + "🙂tail").outcome());
    assertThat(line.get("user_agent").asString()).isEqualTo("x".repeat(127) + "…");
  }

  @Test
  void noSecretAndNoWordOfAPromptIsLogged() {
    List<String> lines =
        linesOf(
            Outcomes.call().outcome(),
            failed(refusedByProvider()),
            failed(new Failure.UpstreamBroken("cannot read '" + PROMPT + "'", "openai")),
            failed(new Failure.BadRequest("cannot parse '" + PROMPT + "'", "messages")),
            failed(new Failure.UnknownModel(PROMPT)),
            failed(new Failure.NoRoute("no route /sk-client-key", 404, null)),
            failed(new Failure.Unauthenticated("Received=sk-client-key", "auth_error", "None")));
    assertThat(lines).hasSize(7);
    assertThat(String.join("\n", lines))
        .doesNotContain(PROMPT)
        .doesNotContain("sk-client-key")
        .doesNotContain(Outcomes.PROVIDER_KEY)
        .doesNotContain(Outcomes.KEY_HASH);
  }

  @Test
  void aProvidersRefusalIsLoggedByKindAndStatusAndOursByItsMessage() {
    JsonNode theirs = lineOf(failed(refusedByProvider()));
    assertThat(theirs.get("failure").asString()).isEqualTo("upstream_refused");
    assertThat(theirs.get("failure_kind").asString()).isEqualTo("content_policy");
    assertThat(theirs.get("provider_status").intValue()).isEqualTo(400);
    assertThat(theirs.has("failure_message")).isFalse();

    JsonNode ours =
        lineOf(failed(new Failure.BudgetExceeded("Budget has been exceeded!", 429, null)));
    assertThat(ours.get("failure").asString()).isEqualTo("budget_exceeded");
    assertThat(ours.get("failure_message").asString()).isEqualTo("Budget has been exceeded!");
  }

  @Test
  void aCallOfNobodyHasNoKey() {
    JsonNode line =
        lineOf(Outcomes.call().nobody().deployment(null).model(null).uncharged().outcome());
    assertThat(line.propertyNames())
        .doesNotContain("key_hash", "user", "deployment", "provider", "model");
    assertThat(line.get("cost").decimalValue()).isEqualByComparingTo("0");
  }

  @Test
  void aLineIsWrittenWithoutWaitingForMore() throws Exception {
    BlockingQueue<String> written = new LinkedBlockingQueue<>();
    try (CallLog log =
        new CallLog(new QueueSink(written), CLOCK, Duration.ofMillis(1), PAGE_BYTES)) {
      log.write(Outcomes.call().outcome());
      assertThat(written.poll(10, TimeUnit.SECONDS)).contains("\"event\":\"call\"");
    }
  }

  @Test
  void aHalfFullPageIsWrittenAtOnce() throws Exception {
    BlockingQueue<String> written = new LinkedBlockingQueue<>();
    try (CallLog log = new CallLog(new QueueSink(written), CLOCK, NEVER, PAGE_BYTES)) {
      for (int i = 0; i < 60; i++) {
        log.write(Outcomes.call().outcome());
      }
      assertThat(written.poll(10, TimeUnit.SECONDS)).contains("\"event\":\"call\"");
    }
  }

  @Test
  void aSlowSinkCostsLinesAndNeverTime() throws Exception {
    StuckSink sink = new StuckSink();
    int calls = 2_000;
    long dropped;
    try (CallLog log = new CallLog(sink, CLOCK, Duration.ofMillis(1), PAGE_BYTES)) {
      log.write(Outcomes.call().outcome());
      assertThat(sink.entered.await(10, TimeUnit.SECONDS)).isTrue();
      for (int i = 1; i < calls; i++) {
        log.write(Outcomes.call().outcome()); // the sink is stuck: this returns all the same
      }
      dropped = log.dropped();
      assertThat(dropped).isGreaterThan(calls / 2);
      sink.release.countDown();
    }
    List<String> lines = sink.taken.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines)
        .filteredOn(line -> line.contains("\"event\":\"call\""))
        .hasSize((int) (calls - dropped));
    assertThat(lines)
        .filteredOn(line -> line.contains("log_lines_dropped"))
        .containsExactly(
            """
            {"time":"2026-11-22T12:23:09.000Z","level":"WARN","event":"log_lines_dropped",\
            "dropped":%d}"""
                .formatted(dropped));
  }

  @Test
  void aBrokenSinkIsCountedAndALaterLineIsWritten() throws Exception {
    BlockingQueue<String> written = new LinkedBlockingQueue<>();
    CountDownLatch failed = new CountDownLatch(1);
    OutputStream sink =
        new OutputStream() {
          @Override
          public void write(int b) {
            throw new UnsupportedOperationException("only whole pages");
          }

          @Override
          public void write(byte[] bytes, int from, int length) throws IOException {
            if (failed.getCount() > 0) {
              failed.countDown();
              throw new IOException("no space left on device");
            }
            written.add(new String(bytes, from, length, StandardCharsets.UTF_8));
          }
        };
    try (CallLog log = new CallLog(sink, CLOCK, Duration.ofMillis(1), PAGE_BYTES)) {
      log.write(Outcomes.call().outcome());
      assertThat(failed.await(10, TimeUnit.SECONDS)).isTrue();
      log.write(Outcomes.call().callId("later").outcome());
      assertThat(written.poll(10, TimeUnit.SECONDS)).contains("later");
      assertThat(log.dropped()).isEqualTo(1);
    }
  }

  @Test
  void aClosedLogCountsWhatComesLate() {
    CallLog log = new CallLog(OutputStream.nullOutputStream(), CLOCK, NEVER, PAGE_BYTES);
    log.close();
    log.write(Outcomes.call().outcome());
    assertThat(log.dropped()).isEqualTo(1);
  }

  private static Outcome failed(Failure failure) {
    return Outcomes.call().failure(failure).uncharged().outcome();
  }

  private static Failure refusedByProvider() {
    return new Failure.UpstreamRefused(
        "flagged: " + PROMPT,
        400,
        Failure.UpstreamRefused.Kind.CONTENT_POLICY,
        "openai",
        PROMPT,
        PROMPT,
        PROMPT,
        null);
  }

  private static final class QueueSink extends OutputStream {
    private final BlockingQueue<String> written;

    QueueSink(BlockingQueue<String> written) {
      this.written = written;
    }

    @Override
    public void write(int b) {
      throw new UnsupportedOperationException("only whole pages");
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
      written.add(new String(bytes, from, length, StandardCharsets.UTF_8));
    }
  }

  /** Takes nothing until it is released. */
  private static final class StuckSink extends OutputStream {
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();

    @Override
    public void write(int b) {
      throw new UnsupportedOperationException("only whole pages");
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      entered.countDown();
      try {
        release.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      taken.write(bytes, from, length);
    }
  }
}
