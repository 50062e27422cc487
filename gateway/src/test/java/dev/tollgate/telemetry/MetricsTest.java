package dev.tollgate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsTest {
  private static final String CALLS = "litellm_proxy_total_requests_metric_total";
  private static final String FAILED = "litellm_proxy_failed_requests_metric_total";
  private static final Failure RATE_LIMITED_BY_PROVIDER =
      new Failure.UpstreamRefused(
          "slow down",
          429,
          Failure.UpstreamRefused.Kind.GENERAL,
          "openai",
          null,
          null,
          null,
          Duration.ofSeconds(1));

  private final Metrics metrics = new Metrics(ClientLabels.NONE);

  private static Exposition scrape(Metrics metrics) {
    Metrics.Scrape scrape = metrics.scrape(null);
    assertThat(scrape.contentType()).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
    return Exposition.parse(new String(scrape.body(), StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @EnumSource(Outcome.Ending.class)
  void everyEndingIsCountedOnceAndNothingStaysInFlight(Outcome.Ending ending) {
    try (CallLog log = new CallLog(OutputStream.nullOutputStream())) {
      Telemetry telemetry = new Telemetry(metrics, log);
      telemetry.started(Operation.CHAT);
      telemetry.started(Operation.EMBEDDING);
      assertThat(scrape(metrics).sum("litellm_in_flight_requests")).isEqualTo(2);
      telemetry.ended(Outcomes.call().ending(ending).outcome());
      Exposition after = scrape(metrics);
      assertThat(after.sum("litellm_in_flight_requests")).isEqualTo(1);
      assertThat(after.sum("tollgate_in_flight_calls")).isEqualTo(1);
      assertThat(after.sum(CALLS)).isEqualTo(1);
      assertThat(after.sum("tollgate_dropped_log_lines_total")).isZero();
    }
  }

  @Test
  void aGoodCallMovesEachOfItsCountersAndHistogramsOnce() {
    metrics.observe(Outcomes.call().outcome());
    Exposition after = scrape(metrics);
    for (String counter :
        new String[] {
          CALLS,
          "litellm_requests_metric_total",
          "litellm_deployment_total_requests_total",
          "litellm_deployment_success_responses_total",
          "litellm_request_total_latency_metric_count",
          "litellm_llm_api_latency_metric_count",
          "litellm_llm_api_time_to_first_token_metric_count",
          "litellm_overhead_latency_metric_count",
          "litellm_deployment_latency_per_output_token_count"
        }) {
      assertThat(after.sum(counter)).as(counter).isEqualTo(1);
    }
    assertThat(after.sum("litellm_total_tokens_metric_total")).isEqualTo(1550);
    assertThat(after.sum("litellm_input_tokens_metric_total")).isEqualTo(1200);
    assertThat(after.sum("litellm_output_tokens_metric_total")).isEqualTo(350);
    assertThat(after.sum("litellm_spend_metric_total")).isEqualTo(0.006375001);
    assertThat(after.named(FAILED)).isEmpty();
    assertThat(after.named("litellm_deployment_failure_responses_total")).isEmpty();
    assertThat(after.named("tollgate_unpriced_calls_total")).isEmpty();
  }

  @Test
  void aProvidersFailureIsTheDeploymentsAndAClientsLeavingIsNot() {
    metrics.observe(Outcomes.call().failure(RATE_LIMITED_BY_PROVIDER).uncharged().outcome());
    metrics.observe(Outcomes.call().failure(new Failure.ClientGone()).outcome());
    Exposition after = scrape(metrics);
    assertThat(after.sum(CALLS)).isEqualTo(2);
    assertThat(after.sum(FAILED)).isEqualTo(2);
    assertThat(after.sum("litellm_deployment_total_requests_total")).isEqualTo(2);
    assertThat(after.named("litellm_deployment_failure_responses_total"))
        .singleElement()
        .satisfies(
            sample ->
                assertThat(sample.labels())
                    .containsEntry("exception_status", "429")
                    .containsEntry("exception_class", "Openai.RateLimitError"));
    assertThat(after.named("litellm_requests_metric_total")).isEmpty();
    // What the client got before it left is paid for.
    assertThat(after.sum("litellm_spend_metric_total")).isEqualTo(0.006375001);
  }

  @Test
  void anAttemptThatWasRetriedIsCountedAtItsDeployment() {
    Deployment first = Outcomes.deployment("gpt-4o", "gpt-4o-eu");
    metrics.attemptFailed(Outcomes.CALLER, "gpt-4o", first, RATE_LIMITED_BY_PROVIDER);
    metrics.observe(Outcomes.call().outcome());
    Exposition after = scrape(metrics);
    assertThat(after.sum("litellm_deployment_total_requests_total")).isEqualTo(2);
    assertThat(after.sum("litellm_deployment_failure_responses_total")).isEqualTo(1);
    assertThat(after.sum("litellm_deployment_success_responses_total")).isEqualTo(1);
    assertThat(after.sum(CALLS)).isEqualTo(1);
  }

  @Test
  void aFallbackIsCountedByHowItEnded() {
    metrics.observe(Outcomes.call().model("asked").fallbacks(1).outcome());
    metrics.observe(
        Outcomes.call().model("asked").fallbacks(2).failure(RATE_LIMITED_BY_PROVIDER).outcome());
    Exposition after = scrape(metrics);
    assertThat(after.named("litellm_deployment_successful_fallbacks_total"))
        .singleElement()
        .satisfies(
            sample ->
                assertThat(sample.labels())
                    .containsEntry("requested_model", "asked")
                    .containsEntry("fallback_model", "gpt-4o"));
    assertThat(after.sum("litellm_deployment_failed_fallbacks_total")).isEqualTo(1);
  }

  @Test
  void aCallWithoutAPriceIsCountedByItsModel() {
    metrics.observe(Outcomes.call().unpriced().outcome());
    assertThat(scrape(metrics).named("tollgate_unpriced_calls_total"))
        .containsExactly(
            new Exposition.Sample(
                "tollgate_unpriced_calls_total", Map.of("model", "gpt-4o-2024-08-06"), 1));
  }

  @Test
  void spendIsSummedExactly() {
    for (int i = 0; i < 10; i++) {
      metrics.observe(Outcomes.call().cost(100_000_000).outcome());
    }
    String text = new String(metrics.scrape(null).body(), StandardCharsets.UTF_8);
    // Ten times 0.1 as floating point is 0.9999999999999999.
    assertThat(text).containsPattern("litellm_spend_metric_total\\{[^}]*} 1\\.0\n");
  }

  @Test
  void whatAClientChoosesIsNoLabelByDefault() {
    metrics.observe(Outcomes.call().outcome());
    assertThat(scrape(metrics).named(CALLS).getFirst().labels())
        .containsEntry("client_ip", "None")
        .containsEntry("user_agent", "None")
        .containsEntry("end_user", "None");

    Metrics all = new Metrics(new ClientLabels(true, true, true));
    all.observe(Outcomes.call().userAgent("a\"b\\c\nd").outcome());
    assertThat(scrape(all).named(CALLS).getFirst().labels())
        .containsEntry("client_ip", "203.0.113.9")
        .containsEntry("user_agent", "a\\\"b\\\\c\\nd")
        .containsEntry("end_user", "customer-7");
    assertThat(scrape(all).named("litellm_request_total_latency_metric_count").getFirst().labels())
        .containsEntry("end_user", "None");
  }

  @Test
  void noSecretIsInALabel() {
    metrics.observe(Outcomes.call().outcome());
    assertThat(new String(metrics.scrape(null).body(), StandardCharsets.UTF_8))
        .contains("api_base=\"https://api.openai.com/v1\"")
        .doesNotContain(Outcomes.PROVIDER_KEY);
  }

  @Test
  void aModelThatNobodyServedIsNoLabel() {
    for (int i = 0; i < 100; i++) {
      metrics.observe(
          Outcomes.call()
              .model("made-up-" + i)
              .deployment(null)
              .uncharged()
              .failure(new Failure.UnknownModel("no such model"))
              .outcome());
      // A wildcard passes every name on to the provider, which refuses it.
      metrics.observe(
          Outcomes.call()
              .model("openai/made-up-" + i)
              .deployment(Outcomes.deployment("openai/*", "made-up-" + i))
              .uncharged()
              .failure(RATE_LIMITED_BY_PROVIDER)
              .outcome());
    }
    Exposition after = scrape(metrics);
    assertThat(after.sum(CALLS)).isEqualTo(200);
    assertThat(after.named(CALLS)).hasSize(2);
    assertThat(after.named("litellm_deployment_failure_responses_total"))
        .singleElement()
        .satisfies(
            sample -> assertThat(sample.labels()).containsEntry("litellm_model_name", "other"));
  }

  @Test
  void modelNamesThatWereServedAreBoundedToo() {
    Metrics small = new Metrics(ClientLabels.NONE, 1_000, 5);
    for (int i = 0; i < 50; i++) {
      small.observe(
          Outcomes.call().model("m" + i).deployment(Outcomes.deployment("*", "m" + i)).outcome());
    }
    assertThat(scrape(small).named(CALLS)).hasSize(6);
    assertThat(scrape(small).sum(CALLS)).isEqualTo(50);
  }

  @Test
  void seriesAreBoundedAndTotalsStayRight() {
    Metrics small = new Metrics(new ClientLabels(true, true, true), 100, 10);
    for (int i = 0; i < 5_000; i++) {
      small.observe(
          Outcomes.call()
              .userAgent("agent-" + i)
              .endUser("user-" + i)
              .clientAddress("198.51.100." + i)
              .outcome());
    }
    for (int i = 0; i < 5_000; i++) {
      small.observe(Outcomes.call().deployment(Outcomes.deployment("group-" + i, "m")).outcome());
    }
    assertThat(small.seriesCount()).isLessThanOrEqualTo(126);
    Exposition after = scrape(small);
    assertThat(after.named(CALLS)).hasSizeLessThanOrEqualTo(126);
    assertThat(after.sum(CALLS)).isEqualTo(10_000);
    assertThat(after.named(CALLS))
        .anySatisfy(
            sample ->
                assertThat(sample.labels())
                    .containsEntry("user_agent", "other")
                    .containsEntry("user", "alice"));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 99, 600, 1_000_000})
  void aStatusThatIsNoneIsNoLabel(int status) {
    metrics.observe(Outcomes.call().status(status).outcome());
    assertThat(scrape(metrics).named(CALLS).getFirst().labels())
        .containsEntry("status_code", "other");
  }

  @Test
  void figuresOfOthersAreReadAtEachScrape() {
    double[] held = {1_500};
    metrics.gauge("tollgate_held_nanodollars", "Held by calls in flight", () -> held[0]);
    assertThat(scrape(metrics).sum("tollgate_held_nanodollars")).isEqualTo(1_500);
    held[0] = 0;
    assertThat(scrape(metrics).sum("tollgate_held_nanodollars")).isZero();
  }

  @Test
  void latenciesStopTellingCallersApartBeforeThePageIsTooLarge() {
    Histograms histogram =
        new Histograms("seconds", "help", 4, Label.HASHED_API_KEY, Label.MODEL, Label.STATUS_CODE);
    for (int i = 0; i < 100; i++) {
      LabelValues.Builder values =
          new LabelValues.Builder()
              .set(Label.HASHED_API_KEY, "key-" + i)
              .set(Label.MODEL, "model-" + i);
      histogram.at(values.build()).observe(1_000_000);
    }
    Exposition page = Exposition.parse(page(histogram));
    assertThat(page.named("seconds_count")).hasSize(6);
    assertThat(page.sum("seconds_count")).isEqualTo(100);
    assertThat(page.named("seconds_count"))
        .anySatisfy(sample -> assertThat(sample.labels()).containsEntry("model", "model-3"))
        .anySatisfy(
            sample ->
                assertThat(sample.labels())
                    .containsEntry("hashed_api_key", "other")
                    .containsEntry("model", "model-4"));
  }

  private static String page(Family family) {
    ExpositionPage page = new ExpositionPage(ExpositionPage.Format.PROMETHEUS, 1);
    family.write(page);
    return new String(page.finished(), StandardCharsets.UTF_8);
  }

  @Test
  void latenciesFallIntoTheFirstBoundThatTheyKeepTo() {
    Histograms histogram = new Histograms("seconds", "help", 4, Label.MODEL);
    Histograms.Point point = histogram.at(new LabelValues.Builder().build());
    for (long nanos : new long[] {-1, 0, 5_000_000, 5_000_001, 600_000_000_000L, Long.MAX_VALUE}) {
      point.observe(Math.min(nanos, 600_000_000_001L));
    }
    assertThat(page(histogram))
        .contains("seconds_bucket{model=\"None\",le=\"0.005\"} 3\n")
        .contains("seconds_bucket{model=\"None\",le=\"0.01\"} 4\n")
        .contains("seconds_bucket{model=\"None\",le=\"420.0\"} 4\n")
        .contains("seconds_bucket{model=\"None\",le=\"600.0\"} 5\n")
        .contains("seconds_bucket{model=\"None\",le=\"+Inf\"} 6\n")
        .contains("seconds_count{model=\"None\"} 6\n")
        .contains("seconds_sum{model=\"None\"} 1200.010000002\n");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.0",
    "1, 0.000000001",
    "-1500000000, -1.5",
    "1000000000, 1.0",
    "9223372036854775807, 9223372036.854775807"
  })
  void billionthsAreWrittenExactly(long nanos, String text) {
    Counters counters = new Counters("c", "help", true, Label.MODEL);
    counters.at(new LabelValues.Builder().build()).add(nanos);
    assertThat(page(counters)).endsWith("c_total{model=\"None\"} " + text + "\n");
  }

  @Test
  void aLabelMayHaveAnyText() {
    Counters counters = new Counters("c", "help", false, Label.USER);
    counters.at(new LabelValues.Builder().set(Label.USER, "a\\\"\nü🎉\"\n").build()).add(3);
    assertThat(page(counters)).endsWith("c_total{user=\"a\\\\\\\"\\nü🎉\\\"\\n\"} 3.0\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tollgate_permits", "with space", "ü", "", "9"})
  void aNameIsOneOfPrometheusAndThereOnce(String name) {
    metrics.gauge("tollgate_permits", "first", () -> 1);
    assertThatThrownBy(() -> metrics.gauge(name, "second", () -> 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void openMetricsIsSpokenToWhoAsksForIt() {
    metrics.observe(Outcomes.call().outcome());
    Metrics.Scrape scrape = metrics.scrape("application/openmetrics-text;version=1.0.0");
    assertThat(scrape.contentType()).startsWith("application/openmetrics-text");
    assertThat(new String(scrape.body(), StandardCharsets.UTF_8))
        .endsWith("# EOF\n")
        .contains("# TYPE litellm_spend_metric counter\n# HELP litellm_spend_metric ")
        .contains("litellm_spend_metric_total{");
  }

  @Test
  void namesLabelsAndBucketsAreThoseOfTheReference() throws IOException {
    Path file = Path.of("../../shared/reference/litellm/examples/metrics.http");
    assumeTrue(Files.exists(file), "the reference ../shared/reference is not here");
    // The recording's last line is cut off: only whole samples count.
    String recorded =
        Files.readAllLines(file).stream()
            .filter(line -> line.matches("litellm_\\w+(_total|_bucket|_sum|_count)\\{.*} \\S+"))
            .collect(Collectors.joining("\n"));
    metrics.observe(Outcomes.call().outcome());
    metrics.observe(Outcomes.call().failure(RATE_LIMITED_BY_PROVIDER).outcome());
    Exposition ours = scrape(metrics);
    Exposition theirs = Exposition.parse(recorded);
    assertThat(names(theirs.samples().stream())).hasSizeGreaterThanOrEqualTo(3);
    for (String name : names(theirs.samples().stream())) {
      assertThat(ours.named(name)).as(name).isNotEmpty();
      assertThat(ours.named(name).getFirst().labels().keySet())
          .as(name)
          .isEqualTo(theirs.named(name).getFirst().labels().keySet());
    }
    String bucket = "litellm_request_total_latency_metric_bucket";
    assertThat(bounds(ours, bucket)).isEqualTo(bounds(theirs, bucket));
  }

  private static Set<String> names(Stream<Exposition.Sample> samples) {
    return samples.map(Exposition.Sample::name).collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> bounds(Exposition exposition, String name) {
    return new TreeSet<>(
        new ArrayList<>(
            exposition.named(name).stream().map(sample -> sample.labels().get("le")).toList()));
  }

  @Test
  void thoseWhoWaitForAPageShareTheNextOne() throws InterruptedException {
    Metrics metrics = new Metrics(ClientLabels.NONE);
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch allWait = new CountDownLatch(1);
    AtomicInteger made = new AtomicInteger();
    metrics.gauge(
        "slow",
        "Read once a page",
        () -> {
          made.incrementAndGet();
          first.countDown();
          try {
            allWait.await();
          } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
          }
          return made.get();
        });
    List<Thread> scrapers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      scrapers.add(
          Thread.ofPlatform().start(() -> assertThat(metrics.scrape(null).body()).isNotEmpty()));
      first.await();
    }
    while (!scrapers.stream()
        .skip(1)
        .allMatch(scraper -> scraper.getState() == Thread.State.WAITING)) {
      Thread.onSpinWait();
    }
    allWait.countDown();
    for (Thread scraper : scrapers) {
      scraper.join();
    }
    assertThat(made).hasValue(2);
    assertThat(new String(metrics.scrape(null).body(), StandardCharsets.UTF_8))
        .contains("slow 3.0");
  }
}
