package dev.tollgate.telemetry;

import static java.util.Objects.requireNonNull;

import dev.tollgate.model.Caller;
import dev.tollgate.model.Deployment;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Outcome;
import dev.tollgate.telemetry.ExpositionPage.Format;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.ObjDoubleConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The counters and histograms of calls, under LiteLLM's names and labels, and the gateway's own
 * gauges. Thread-safe.
 *
 * <p>Counted and written by hand: with Prometheus' client a page of four hundred keys took ten
 * times as long, for labels made, sorted, checked and escaped anew, and encoded for each line.
 *
 * <p>What differs from LiteLLM, since labels are an attack surface: {@code client_ip} and {@code
 * user_agent} are {@code None} unless {@link ClientLabels} turns them on; a model name that is
 * neither a configured group nor was ever served well is {@code other}; beyond 10,000 combinations
 * what clients chose is {@code other}, and somewhat later everything but the status. There are no
 * {@code _created} series. {@code litellm_overhead_latency_metric} is in seconds. Teams,
 * organisations and service tiers are {@code None} until they exist.
 */
public final class Metrics {
  /** A scrape's answer. */
  @SuppressWarnings("ArrayRecordComponent") // identity is enough: an answer is never compared
  public record Scrape(String contentType, byte[] body) {}

  /** A page and when its making began: it has all that was counted before. */
  private record Page(long begun, Scrape scrape) {}

  private record Attempt(LongAdder requests, LongAdder failures) {}

  private static final int PAGE_BYTES = 64 * 1024;
  private static final int SERIES_MAX = 10_000;
  private static final int NAMES_MAX = 1_000;
  private static final int MODEL_NAMES_MAX = 2_000;

  private final List<Family> families = new CopyOnWriteArrayList<>();
  private final ClientLabels clientLabels;
  private final ModelNames modelNames;
  private final SeriesTable<Series> series;
  private final SeriesTable<Attempt> attempts;
  private final ReentrantLock scraping = new ReentrantLock();
  private @Nullable Page newest;
  private int pageBytes = PAGE_BYTES;
  private final Map<Operation, LongAdder> inFlight = new EnumMap<>(Operation.class);

  public Metrics(ClientLabels clientLabels) {
    this(clientLabels, SERIES_MAX, MODEL_NAMES_MAX);
  }

  Metrics(ClientLabels clientLabels, int seriesMax, int modelNamesMax) {
    this.clientLabels = clientLabels;
    this.modelNames = new ModelNames(modelNamesMax);
    Families ofCalls = new Families(this::expose);
    this.series = new SeriesTable<>(seriesMax, values -> new Series(ofCalls, values));
    this.attempts =
        new SeriesTable<>(
            seriesMax,
            values ->
                new Attempt(
                    ofCalls.deploymentRequests.at(values), ofCalls.deploymentFailures.at(values)));
    for (Operation operation : Operation.values()) {
      inFlight.put(operation, new LongAdder());
    }
    registerInFlight();
    ProcessMetrics.all().forEach(this::expose);
  }

  private synchronized void expose(Family family) {
    for (Family other : families) {
      if (other.name().equals(family.name())) {
        throw new IllegalArgumentException("a second metric of this name: " + family.name());
      }
    }
    families.add(family);
  }

  private void registerInFlight() {
    gauge("litellm_in_flight_requests", "Calls that are being answered", this::inFlight);
    expose(
        new Reading(
            "tollgate_in_flight_calls",
            ExpositionPage.Type.GAUGE,
            "Calls that are being answered, by operation",
            "operation",
            taker ->
                inFlight.forEach(
                    (operation, calls) -> taker.take(operation.word(), (double) calls.sum()))));
  }

  /**
   * Exposes a figure that someone else keeps, read at each scrape.
   *
   * @param name with its unit last, {@code tollgate_held_nanodollars}
   * @throws IllegalArgumentException if the name is taken or not one of Prometheus
   */
  public void gauge(String name, String help, DoubleSupplier value) {
    expose(
        new Reading(
            name,
            ExpositionPage.Type.GAUGE,
            help,
            null,
            taker -> taker.take(null, value.getAsDouble())));
  }

  /**
   * Exposes names as series of value 1, read at each scrape; the first 1,000.
   *
   * @throws IllegalArgumentException if the name is taken or not one of Prometheus
   */
  public void names(String name, String help, String label, Supplier<List<String>> names) {
    expose(
        new Reading(
            name,
            ExpositionPage.Type.GAUGE,
            help,
            label,
            taker -> names.get().stream().limit(NAMES_MAX).forEach(each -> taker.take(each, 1))));
  }

  /**
   * Exposes a count that someone else keeps and that only grows, read at each scrape.
   *
   * @param name without {@code _total}, which the format adds
   * @throws IllegalArgumentException if the name is taken or not one of Prometheus
   */
  public void counter(String name, String help, LongSupplier value) {
    expose(
        new Reading(
            name,
            ExpositionPage.Type.COUNTER,
            help,
            null,
            taker -> taker.take(null, (double) value.getAsLong())));
  }

  /**
   * The same with a count for each value of a label, each value once.
   *
   * @param counts gives each value with its count
   */
  public void counters(
      String name, String help, String label, Consumer<ObjDoubleConsumer<String>> counts) {
    expose(
        new Reading(
            name, ExpositionPage.Type.COUNTER, help, label, taker -> counts.accept(taker::take)));
  }

  void started(Operation operation) {
    calls(operation).increment();
  }

  void ended(Operation operation) {
    calls(operation).decrement();
  }

  private LongAdder calls(Operation operation) {
    return requireNonNull(inFlight.get(operation));
  }

  private double inFlight() {
    long sum = 0;
    for (LongAdder one : inFlight.values()) {
      sum += one.sum();
    }
    return (double) sum;
  }

  /** Counts one ended call. */
  void observe(Outcome outcome) {
    Deployment deployment = outcome.deployment();
    LabelValues.Builder labels = new LabelValues.Builder();
    caller(labels, outcome.caller());
    deployment(labels, outcome.requestedModel(), deployment, outcome.ok());
    if (outcome.fallbacks() > 0 && deployment != null) {
      labels.set(Label.FALLBACK_MODEL, deployment.group());
    }
    Failure failure = outcome.failure();
    if (failure != null) {
      failure(labels, failure, deployment);
    }
    labels.set(Label.ROUTE, outcome.route());
    labels.set(Label.STATUS_CODE, status(outcome.status()));
    if (clientLabels.endUser()) {
      labels.set(Label.END_USER, outcome.endUser());
    }
    if (clientLabels.clientIp()) {
      labels.set(Label.CLIENT_IP, outcome.clientAddress());
    }
    if (clientLabels.userAgent()) {
      labels.set(Label.USER_AGENT, outcome.userAgent());
    }
    series.find(labels.build()).observe(outcome);
  }

  /** Counts an attempt that failed and was followed by another. */
  void attemptFailed(
      @Nullable Caller caller,
      @Nullable String requestedModel,
      Deployment deployment,
      Failure failure) {
    LabelValues.Builder labels = new LabelValues.Builder();
    caller(labels, caller);
    deployment(labels, requestedModel, deployment, false);
    failure(labels, failure, deployment);
    Attempt attempt = attempts.find(labels.build());
    attempt.requests().increment();
    attempt.failures().increment();
  }

  private static void caller(LabelValues.Builder labels, @Nullable Caller caller) {
    if (caller != null) {
      labels
          .set(Label.HASHED_API_KEY, caller.keyHash())
          .set(Label.API_KEY_ALIAS, caller.keyAlias())
          .set(Label.USER, caller.userId());
    }
  }

  private void deployment(
      LabelValues.Builder labels,
      @Nullable String requestedModel,
      @Nullable Deployment deployment,
      boolean served) {
    String requested = modelNames.label(requestedModel, deployment, served);
    labels.set(Label.REQUESTED_MODEL, requested);
    if (deployment != null) {
      // Behind a wildcard the provider's model is the client's text as well.
      String model = requested.equals(LabelValues.OTHER) ? requested : deployment.model();
      labels
          .set(Label.MODEL, model)
          .set(Label.LITELLM_MODEL_NAME, model)
          .set(Label.MODEL_GROUP, deployment.group())
          .set(Label.MODEL_ID, deployment.id())
          .set(Label.API_PROVIDER, deployment.provider())
          .set(Label.API_BASE, withoutQuery(deployment.apiBase()));
    }
  }

  private static void failure(
      LabelValues.Builder labels, Failure failure, @Nullable Deployment deployment) {
    labels
        .set(Label.EXCEPTION_STATUS, status(failure.status()))
        .set(
            Label.EXCEPTION_CLASS,
            FailureClass.name(failure, deployment == null ? null : deployment.provider()));
  }

  /** A provider may answer with any number; those outside of HTTP share one label. */
  private static String status(int status) {
    return status >= 100 && status < 600 ? Integer.toString(status) : LabelValues.OTHER;
  }

  /** Some providers take their key there. */
  private static String withoutQuery(String address) {
    int query = address.indexOf('?');
    return query < 0 ? address : address.substring(0, query);
  }

  long seriesCount() {
    return series.size() + attempts.size();
  }

  /**
   * All metrics as text. Takes some milliseconds: not for an event loop. Whoever asks while a page
   * is being made waits, and all who wait get the next one: however many ask, one core makes one
   * page at a time.
   *
   * @param accept the scraper's {@code accept} header, which chooses between Prometheus' text
   *     format (default) and OpenMetrics
   */
  public Scrape scrape(@Nullable String accept) {
    Format format = Format.of(accept);
    long asked = System.nanoTime();
    scraping.lock();
    try {
      Page page = newest;
      if (page == null
          || page.begun() - asked < 0
          || !page.scrape().contentType().equals(format.contentType())) {
        page = new Page(System.nanoTime(), scrape(format));
      }
      // Kept for those who wait, and for nobody else: it may have megabytes.
      newest = scraping.hasQueuedThreads() ? page : null;
      return page.scrape();
    } finally {
      scraping.unlock();
    }
  }

  private Scrape scrape(Format format) {
    ExpositionPage page = new ExpositionPage(format, pageBytes);
    families.forEach(family -> family.write(page));
    pageBytes = page.length() + PAGE_BYTES; // so that the next one need not grow
    return new Scrape(format.contentType(), page.finished());
  }
}
