package dev.tollgate.admin;

import dev.tollgate.http.ManagementRoute;
import dev.tollgate.http.ManagementRoute.Admission;
import dev.tollgate.http.ManagementRoute.Answer;
import dev.tollgate.http.ManagementRoute.Query;
import dev.tollgate.model.Deployment;
import dev.tollgate.routing.Routing;
import dev.tollgate.routing.RoutingTable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Health, metrics and the list of routes. Thread-safe. */
public final class HealthRoutes {
  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final Answer ALIVE =
      Answer.json(200, "\"I'm alive!\"".getBytes(StandardCharsets.UTF_8));

  private final Routing routing;
  private final Function<@Nullable String, Answer> metrics;
  private final boolean metricsNeedKey;
  private final BooleanSupplier connected;
  private final BooleanSupplier ready;
  private volatile Map<String, Set<String>> listing = Map.of();

  /**
   * @param metrics the metrics page in the format of an {@code accept} header
   * @param metricsNeedKey {@code require_auth_for_metrics_endpoint}
   * @param connected whether the database of {@code DATABASE_URL} answers: as with LiteLLM, {@code
   *     db} tells of that, not of the built-in store
   * @param ready whether calls are taken: the store is read, and no shutdown has begun
   */
  public HealthRoutes(
      Routing routing,
      Function<@Nullable String, Answer> metrics,
      boolean metricsNeedKey,
      BooleanSupplier connected,
      BooleanSupplier ready) {
    this.routing = routing;
    this.metrics = metrics;
    this.metricsNeedKey = metricsNeedKey;
    this.connected = connected;
    this.ready = ready;
  }

  /** Takes the table of all routes, for {@code /routes}; once it is complete. */
  public void lists(Map<String, Set<String>> templates) {
    listing = templates;
  }

  public List<ManagementRoute> all() {
    Admission scrapers = metricsNeedKey ? Admission.KEY : Admission.PUBLIC;
    return List.of(
        open("/health/liveliness", _ -> ALIVE),
        open("/health/liveness", _ -> ALIVE),
        open("/health/readiness", _ -> readiness()),
        open("/routes", _ -> routes()),
        new ManagementRoute("GET", "/health", Admission.KEY, "info_routes", this::health),
        new ManagementRoute("GET", "/metrics", scrapers, "info_routes", _ -> metrics.apply(null)),
        new ManagementRoute("GET", "/metrics/", scrapers, "info_routes", _ -> metrics.apply(null)));
  }

  private static ManagementRoute open(String template, ManagementRoute.Handler handler) {
    return new ManagementRoute("GET", template, Admission.PUBLIC, "public_routes", handler);
  }

  private Answer readiness() {
    boolean good = ready.getAsBoolean();
    ObjectNode body = JSON.createObjectNode();
    body.put("status", good ? "healthy" : "unhealthy");
    body.put("db", connected.getAsBoolean() ? "connected" : "Not connected");
    return Answer.json(good ? 200 : 503, JSON.writeValueAsBytes(body));
  }

  /**
   * From what calls have shown: asking each model costs money, and a probe can be repeated at will.
   */
  private Answer health(Query query) {
    String model = query.parameter("model");
    String id = query.parameter("model_id");
    ArrayNode healthy = JSON.createArrayNode();
    ArrayNode unhealthy = JSON.createArrayNode();
    for (RoutingTable.Entry entry : routing.table().entries()) {
      if (entry.wildcard()) {
        continue;
      }
      Deployment deployment = entry.make().apply(entry.name());
      if ((model != null && !model.equals(entry.name()))
          || (id != null && !id.equals(deployment.id()))) {
        continue;
      }
      ObjectNode row = JSON.createObjectNode();
      row.put("model", deployment.litellmModel()).put("model_id", deployment.id());
      String trouble = trouble(deployment.id());
      if (trouble == null) {
        healthy.add(row);
      } else {
        unhealthy.add(row.put("error", trouble));
      }
    }
    ObjectNode body = JSON.createObjectNode();
    body.set("healthy_endpoints", healthy);
    body.set("unhealthy_endpoints", unhealthy);
    body.put("healthy_count", healthy.size()).put("unhealthy_count", unhealthy.size());
    return Answer.json(200, JSON.writeValueAsBytes(body));
  }

  /** No word of the provider's: it may be about somebody else's call. */
  private @Nullable String trouble(String deploymentId) {
    if (routing.isCoolingDown(deploymentId)) {
      return "cooling down after failures";
    }
    int status = routing.lastFailure(deploymentId);
    return status == 0 ? null : "the latest call failed with status " + status;
  }

  private Answer routes() {
    ObjectNode body = JSON.createObjectNode();
    ArrayNode rows = body.putArray("routes");
    listing.forEach(
        (template, methods) -> {
          ObjectNode row = rows.addObject().put("path", template);
          ArrayNode listed = row.putArray("methods");
          methods.forEach(listed::add);
          row.put("name", name(template)).put("endpoint", name(template));
        });
    return Answer.json(200, JSON.writeValueAsBytes(body));
  }

  private static String name(String template) {
    List<String> words = new ArrayList<>(List.of(template.split("[^a-zA-Z0-9]+", -1)));
    words.removeIf(String::isEmpty);
    return words.isEmpty() ? "root" : String.join("_", words);
  }
}
