package dev.tollgate.platform.doctor;

import dev.tollgate.platform.client.CallLimits;
import dev.tollgate.platform.client.OpenAiClient;
import dev.tollgate.platform.client.OpenAiException;
import dev.tollgate.platform.client.OpenAiException.ApiConnection;
import dev.tollgate.platform.doctor.Diagnosis.Report;
import dev.tollgate.platform.settings.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import tools.jackson.databind.JsonNode;

/**
 * Tries what each component needs, from the connection to the model, and says what to change.
 *
 * <p>It asks for {@code /health/liveliness}, {@code /health/readiness} and {@code /models}, which
 * call no model and cost nothing; two components with the same address and key share the answers.
 * Only with {@code calls} is a model called, once for each component, for a few tokens. Nothing is
 * tried twice. Used by one thread.
 */
public final class Doctor {
  private static final long REPLY_BYTES_MAX = 4 << 20;
  private static final Duration CONNECT = Duration.ofSeconds(5);

  private final Settings settings;
  private final Examination examination;
  private final LongSupplier nanos;
  private final Map<String, Answer> answers = new HashMap<>();

  /** A doctor with the system's clock. */
  public Doctor(Settings settings, Examination examination) {
    this(settings, examination, System::nanoTime);
  }

  Doctor(Settings settings, Examination examination, LongSupplier nanos) {
    this.settings = settings;
    this.examination = examination;
    this.nanos = nanos;
  }

  /** What a request brought, and how long that took. */
  private sealed interface Answer {
    record Fine(JsonNode body, Duration took) implements Answer {}

    record Failed(OpenAiException failure) implements Answer {}
  }

  /** Looks at every component, one after the other. */
  public Diagnosis diagnose() {
    var reports = examination.components().stream().map(this::report).toList();
    return new Diagnosis(reports, new Comparison(settings).of(reports));
  }

  private Report report(Component component) {
    var keyless = component.key(settings).isEmpty();
    return new Report(
        component,
        settings.shown(component.address()),
        settings.origin(component.address()).phrase(),
        !keyless,
        settings.origin(component.key()).phrase(),
        checks(component, keyless));
  }

  private List<Check> checks(Component component, boolean keyless) {
    var remedies = new Remedies(settings, component);
    var checks = new ArrayList<Check>();
    boolean reached = health(component, remedies, checks);
    if (keyless) {
      checks.add(remedies.noKey());
    }
    if (keyless || !reached) {
      checks.add(
          Check.skipped("key, models and calls", keyless ? "there is no key" : "not reached"));
      return checks;
    }
    boolean known = models(component, remedies, checks);
    var tried = SmallCall.named(component);
    if (!examination.calls()) {
      checks.add(Check.skipped(tried, "costs a few tokens; ask for it with --calls"));
    } else if (known) {
      call(component, tried, remedies, checks);
    } else {
      checks.add(Check.skipped(tried, "the key does not work"));
    }
    return checks;
  }

  /** Whether something answers there. */
  private boolean health(Component component, Remedies remedies, List<Check> checks) {
    var address = component.address(settings);
    var alive = "GET /health/liveliness";
    if (GatewayRoot.isPublicApi(address)) {
      checks.add(Check.skipped(alive, "this is OpenAI itself, not a gateway"));
      return true;
    }
    var root = GatewayRoot.of(address);
    switch (get(root, "", "/health/liveliness")) {
      case Answer.Fine(var _, var took) -> checks.add(timed(alive, "alive", took));
      case Answer.Failed(ApiConnection failure) -> {
        checks.add(remedies.failed(alive, failure));
        return false;
      }
      case Answer.Failed(OpenAiException.ApiTimeout failure) -> {
        checks.add(remedies.failed(alive, failure));
        return false;
      }
      case Answer.Failed(var failure) -> {
        checks.add(
            Check.note(
                alive, "something answers, but no gateway's health: " + failure.getMessage()));
        return true;
      }
    }
    var ready = "GET /health/readiness";
    switch (get(root, "", "/health/readiness")) {
      case Answer.Fine(var _, var took) -> checks.add(timed(ready, "ready", took));
      case Answer.Failed(var failure) ->
          checks.add(
              Check.failed(
                  ready,
                  "alive, but not ready: " + failure.getMessage(),
                  "look at the gateway's log: its store, or what else it waits for, is down"));
    }
    return true;
  }

  /** Whether the key works. */
  private boolean models(Component component, Remedies remedies, List<Check> checks) {
    var tried = "GET /models with the key";
    return switch (get(component.address(settings), component.key(settings), "/models")) {
      case Answer.Failed(var failure) -> {
        checks.add(remedies.failed(tried, failure));
        yield false;
      }
      case Answer.Fine(var body, var took) -> {
        var names = ModelNames.of(body);
        checks.add(timed(tried, "key accepted, " + names.size() + " models", took));
        for (var model : examination.models(component)) {
          var which = "model " + model;
          checks.add(
              names.has(model)
                  ? Check.ok(which, "listed")
                  : remedies.modelMissing(which, model, names.size()));
        }
        yield true;
      }
    };
  }

  private void call(Component component, String tried, Remedies remedies, List<Check> checks) {
    var timeout = examination.slowCall().multipliedBy(2);
    for (var model : examination.models(component)) {
      var what = tried + " of " + model;
      long from = nanos.getAsLong();
      try (var client = client(component.address(settings), component.key(settings), timeout)) {
        var got = SmallCall.make(component, client, model);
        checks.add(timed(what, got, since(from), examination.slowCall(), "--slow-call-ms"));
      } catch (OpenAiException failure) {
        checks.add(remedies.failed(what, failure));
      }
    }
  }

  /** Each address, key and path is asked once for all components. */
  private Answer get(String address, String key, String path) {
    return answers.computeIfAbsent(
        String.join("\n", address, key, path), _ -> fresh(address, key, path));
  }

  private Answer fresh(String address, String key, String path) {
    long from = nanos.getAsLong();
    try (var client = client(address, key, examination.timeout())) {
      return new Answer.Fine(client.get(path), since(from));
    } catch (OpenAiException failure) {
      return new Answer.Failed(failure);
    }
  }

  private static OpenAiClient client(String address, String key, Duration timeout) {
    return new OpenAiClient(key, address, new CallLimits(CONNECT, timeout, 0, REPLY_BYTES_MAX));
  }

  private Duration since(long from) {
    return Duration.ofNanos(nanos.getAsLong() - from);
  }

  private Check timed(String tried, String got, Duration took) {
    return timed(tried, got, took, examination.slow(), "--slow-ms");
  }

  private static Check timed(String tried, String got, Duration took, Duration limit, String flag) {
    if (took.compareTo(limit) <= 0) {
      return Check.ok(tried, "%s (%d ms)".formatted(got, took.toMillis()));
    }
    return Check.failed(
        tried,
        "%s, but slow: %d ms, more than %d ms".formatted(got, took.toMillis(), limit.toMillis()),
        "the network to the gateway or the gateway's load; or " + flag + " if that is normal here");
  }
}
