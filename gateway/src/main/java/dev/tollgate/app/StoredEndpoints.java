package dev.tollgate.app;

import dev.tollgate.admin.KeptEndpoints;
import dev.tollgate.admin.form.Json;
import dev.tollgate.config.ConfigException;
import dev.tollgate.config.PassThroughEndpoint;
import dev.tollgate.config.Position;
import dev.tollgate.model.Secret;
import dev.tollgate.pipeline.Sealing;
import dev.tollgate.provider.OwnEndpoint;
import dev.tollgate.store.SqlEndpointStore;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The operator's own endpoints that were made through the API, sealed in the database and held here
 * as they are. Thread-safe: whoever has changed something reads all of it anew, and the newest
 * reading counts.
 */
final class StoredEndpoints implements KeptEndpoints {
  private static final Logger LOG = LoggerFactory.getLogger(StoredEndpoints.class);
  private static final String CONFIGURED = "the configuration has an endpoint there";
  private static final int ENDPOINTS_MAX = 1_000;
  private static final int HEADERS_MAX = 100;
  private static final BigDecimal SECONDS_MAX = BigDecimal.valueOf(86_400);
  private static final BigDecimal DOLLARS_MAX = BigDecimal.valueOf(1_000_000);

  private final SqlEndpointStore store;
  private final Sealing sealing;
  private final AtomicLong readings = new AtomicLong();
  private @Nullable LiveModels models;
  private long applied;
  private volatile List<Kept> kept = List.of();

  /**
   * @param salt makes what is stored readable; another one does not
   */
  StoredEndpoints(SqlEndpointStore store, Secret salt) {
    this.store = store;
    this.sealing = new Sealing(salt, "tollgate stored settings");
  }

  /** Tells what is stored, now and after each change. */
  void feeds(LiveModels others) {
    synchronized (this) {
      models = others;
    }
    refresh();
  }

  /** Reads all anew. */
  void refresh() {
    long reading = readings.incrementAndGet(); // a later one sees at least as much
    List<Kept> found = new ArrayList<>();
    List<PassThroughEndpoint> served = new ArrayList<>();
    for (SqlEndpointStore.Row row : store.all()) {
      try {
        ObjectNode document = opened(row);
        served.add(endpoint(row.id(), document));
        found.add(new Kept(row.id(), document, null));
      } catch (IllegalArgumentException wrong) {
        LOG.error("the stored endpoint {} is not served: {}", row.path(), wrong.getMessage());
        ObjectNode path = Json.object().put("path", row.path());
        found.add(new Kept(row.id(), path, wrong.getMessage()));
      }
    }
    synchronized (this) {
      LiveModels told = models;
      if (told != null && reading > applied) {
        applied = reading;
        kept = List.copyOf(found);
        takeOver(told, served);
      }
    }
  }

  private static void takeOver(LiveModels told, List<PassThroughEndpoint> served) {
    try {
      told.keep(served);
    } catch (ConfigException wrong) {
      // a file that the configuration names has gone: what is stored is served once it is there
      LOG.error("stored endpoints wait for a configuration that is whole: {}", wrong.getMessage());
    }
  }

  private ObjectNode opened(SqlEndpointStore.Row row) {
    String text = sealing.open(row.id(), row.sealed());
    if (text == null) {
      throw new IllegalArgumentException(
          "it was stored under another LITELLM_SALT_KEY (or master key, without one): delete it, or"
              + " send all of it anew");
    }
    return (ObjectNode) Json.read(text);
  }

  @Override
  public List<Kept> all() {
    List<PassThroughEndpoint> configured = configured();
    List<Kept> all = new ArrayList<>();
    for (PassThroughEndpoint own : configured) {
      all.add(new Kept(null, document(own), null));
    }
    for (Kept each : kept) {
      boolean hidden = isAmong(configured, each.document().path("path").asString(""));
      all.add(hidden ? new Kept(each.id(), each.document(), CONFIGURED) : each);
    }
    return all;
  }

  private static boolean isAmong(List<PassThroughEndpoint> endpoints, String path) {
    return endpoints.stream().anyMatch(each -> each.path().equals(path));
  }

  private List<PassThroughEndpoint> configured() {
    LiveModels told;
    synchronized (this) {
      told = models;
    }
    return told == null ? List.of() : told.configured();
  }

  @Override
  public void put(String id, ObjectNode document) {
    PassThroughEndpoint endpoint = endpoint(id, document);
    if (isAmong(configured(), endpoint.path())) {
      throw new IllegalArgumentException("path: " + CONFIGURED);
    }
    if (kept.size() >= ENDPOINTS_MAX && kept.stream().noneMatch(each -> id.equals(each.id()))) {
      throw new IllegalArgumentException("path: there are " + ENDPOINTS_MAX + " endpoints already");
    }
    synchronized (this) {
      if (models != null && models.isGateways(endpoint.path())) {
        throw new IllegalArgumentException("path: it is one of the gateway's own");
      }
    }
    String sealed = sealing.seal(id, Json.text(document));
    if (!store.put(new SqlEndpointStore.Row(id, endpoint.path(), sealed))) {
      throw new IllegalArgumentException("path: there is another endpoint with it");
    }
    refresh();
  }

  @Override
  public void delete(String id) {
    store.delete(id);
    refresh();
  }

  /** As the configuration would have it. */
  private static PassThroughEndpoint endpoint(String id, ObjectNode document) {
    Map<String, Secret> headers = new LinkedHashMap<>();
    document
        .path("headers")
        .properties()
        .forEach(each -> headers.put(each.getKey(), Secret.of(each.getValue().asString(""))));
    if (headers.size() > HEADERS_MAX) {
      throw new IllegalArgumentException("headers: expected at most " + HEADERS_MAX);
    }
    Map<String, String> defaults = new LinkedHashMap<>();
    document
        .path("default_query_params")
        .properties()
        .forEach(each -> defaults.put(each.getKey(), each.getValue().asString("")));
    Set<String> methods = new TreeSet<>();
    document
        .path("methods")
        .forEach(method -> methods.add(method.asString("").toUpperCase(Locale.ROOT)));
    BigDecimal seconds = number(document, "timeout", SECONDS_MAX);
    PassThroughEndpoint endpoint =
        new PassThroughEndpoint(
            document.path("path").asString(""),
            Secret.of(document.path("target").asString("")),
            headers,
            false,
            defaults,
            document.path("include_subpath").asBoolean(false),
            number(document, "cost_per_request", DOLLARS_MAX),
            methods,
            seconds == null ? null : Duration.ofMillis(seconds.movePointRight(3).longValue()),
            new Position(Path.of("pass_through_endpoint " + id), 0));
    check(endpoint);
    return endpoint;
  }

  private static void check(PassThroughEndpoint endpoint) {
    try {
      OwnEndpoint.of(
          endpoint.path(), endpoint.target().reveal(), endpoint.headers(), false, null, null, "");
    } catch (IllegalArgumentException wrong) {
      String message = String.valueOf(wrong.getMessage());
      throw new IllegalArgumentException(
          message.startsWith("target")
              ? message
              : "headers: " + message.replaceFirst("^extra_headers: ", ""),
          wrong);
    }
  }

  private static @Nullable BigDecimal number(ObjectNode document, String name, BigDecimal most) {
    JsonNode value = document.get(name);
    if (value == null || !value.isNumber()) {
      return null;
    }
    if (value.decimalValue().compareTo(most) > 0) {
      throw new IllegalArgumentException(name + ": expected at most " + most);
    }
    return value.decimalValue();
  }

  /** One of the configuration in LiteLLM's words. */
  private static ObjectNode document(PassThroughEndpoint own) {
    ObjectNode document = Json.object();
    document.put("path", own.path()).put("target", own.target().reveal());
    ObjectNode headers = document.putObject("headers");
    own.headers().forEach((name, value) -> headers.put(name, value.reveal()));
    ObjectNode defaults = document.putObject("default_query_params");
    own.queryDefaults().forEach(defaults::put);
    document.put("include_subpath", own.subpaths());
    if (own.costPerRequest() != null) {
      document.put("cost_per_request", own.costPerRequest());
    }
    Duration timeout = own.timeout();
    if (timeout != null) {
      document.put("timeout", BigDecimal.valueOf(timeout.toMillis(), 3));
    }
    if (!own.methods().isEmpty()) {
      own.methods().forEach(document.putArray("methods")::add);
    }
    return document;
  }
}
