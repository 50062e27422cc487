package dev.tollgate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.LoggingEvent;
import dev.tollgate.model.Outcome;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/** What a call pays for being told of. The bounds are several times what a quiet machine shows. */
@Tag("long")
class TelemetryCostTest {
  private static final int CALLS = 200_000;
  private static final int ROUNDS = 9;

  private final Outcome outcome = Outcomes.call().outcome();

  @Test
  void aLineCostsAFewMicrosecondsAtMost() {
    LogPage page = new LogPage(256 * 1024);
    long line =
        medianNanos(
            () -> {
              page.clear();
              CallLine.write(outcome, page);
            });
    CallLog log = new CallLog(OutputStream.nullOutputStream());
    long written = medianNanos(() -> log.write(outcome));
    log.close();
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    JsonEncoder encoder = new JsonEncoder();
    encoder.setContext(context);
    encoder.start();
    long logback = medianNanos(() -> encoder.encode(event(context)));
    System.out.printf(
        "a line: %d ns, into the log: %d ns (dropped %d of %d), Logback's JsonEncoder: %d ns%n",
        line, written, log.dropped(), (long) CALLS * ROUNDS, logback);
    assertThat(line).isLessThan(6_000);
  }

  @Test
  void countingACallCostsAFewMicrosecondsAtMost() {
    Metrics metrics = new Metrics(ClientLabels.NONE);
    long counted = medianNanos(() -> metrics.observe(outcome));
    Telemetry telemetry =
        new Telemetry(
            new Metrics(ClientLabels.NONE),
            new CallLog(
                OutputStream.nullOutputStream(),
                InstantSource.system(),
                Duration.ofMillis(100),
                256 * 1024));
    long whole =
        medianNanos(
            () -> {
              telemetry.started(outcome.operation());
              telemetry.ended(outcome);
            });
    System.out.printf("metrics: %d ns, all of telemetry: %d ns%n", counted, whole);
    assertThat(counted).isLessThan(8_000);
  }

  @Test
  void aScrapeOfManySeriesStaysBounded() {
    Metrics metrics = new Metrics(new ClientLabels(true, true, true));
    for (int i = 0; i < 20_000; i++) {
      metrics.observe(Outcomes.call().endUser("user-" + i).outcome());
    }
    long start = System.nanoTime();
    int bytes = metrics.scrape(null).body().length;
    System.out.printf(
        "a scrape of %d combinations: %d MB in %d ms%n",
        metrics.seriesCount(), bytes >> 20, (System.nanoTime() - start) / 1_000_000);
    assertThat(metrics.seriesCount()).isLessThanOrEqualTo(12_501);
  }

  @Test
  void aScrapeOfHundredsOfKeysTakesFewMilliseconds() {
    Metrics metrics = new Metrics(ClientLabels.NONE);
    for (int i = 0; i < 400; i++) {
      metrics.observe(Outcomes.call().key("key-" + i).outcome());
    }
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long[] rounds = new long[100];
    int bytes = 0;
    for (int round = 0; round < rounds.length; round++) {
      long start = threads.getCurrentThreadCpuTime();
      bytes = metrics.scrape("application/openmetrics-text").body().length;
      rounds[round] = threads.getCurrentThreadCpuTime() - start;
    }
    Arrays.sort(rounds, 20, rounds.length);
    long median = rounds[60] / 1_000;
    System.out.printf(
        "a scrape of 400 keys: %d KB in %d us, the first %d us%n",
        bytes >> 10, median, rounds[0] / 1_000);
    assertThat(median).isLessThan(60_000);
  }

  /** The same fields as an event of SLF4J's fluent API carries them. */
  private LoggingEvent event(LoggerContext context) {
    LoggingEvent event =
        new LoggingEvent("c", context.getLogger("calls"), Level.INFO, "call", null, null);
    Object[] fields = {
      "call_id",
      outcome.callId(),
      "ending",
      outcome.ending(),
      "operation",
      outcome.operation(),
      "route",
      outcome.route(),
      "model",
      outcome.requestedModel(),
      "model_group",
      "gpt-4o",
      "deployment",
      "id-of-gpt-4o",
      "provider",
      "openai",
      "provider_model",
      "gpt-4o-2024-08-06",
      "stream",
      outcome.stream(),
      "status",
      outcome.status(),
      "input_tokens",
      1200,
      "output_tokens",
      350,
      "cached_tokens",
      100,
      "reasoning_tokens",
      40,
      "cost",
      outcome.cost(),
      "key_hash",
      "88dc28d0f030",
      "key_alias",
      "billing-team",
      "user",
      "alice",
      "end_user",
      outcome.endUser(),
      "tags",
      outcome.tags(),
      "session_id",
      outcome.sessionId(),
      "attempts",
      1,
      "fallbacks",
      0,
      "duration_ms",
      1234.567,
      "upstream_ms",
      1234.0,
      "overhead_ms",
      0.567,
      "first_event_ms",
      310.0,
      "response_id",
      outcome.responseId(),
      "client",
      outcome.clientAddress(),
      "user_agent",
      outcome.userAgent()
    };
    for (int i = 0; i < fields.length; i += 2) {
      event.addKeyValuePair(new KeyValuePair((String) fields[i], fields[i + 1]));
    }
    return event;
  }

  /** CPU time, not time: the machine may be busy. */
  private static long medianNanos(Runnable call) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long[] rounds = new long[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      long start = threads.getCurrentThreadCpuTime();
      for (int i = 0; i < CALLS; i++) {
        call.run();
      }
      rounds[round] = (threads.getCurrentThreadCpuTime() - start) / CALLS;
    }
    Arrays.sort(rounds);
    return rounds[ROUNDS / 2];
  }
}
