package dev.tollgate.app;

import dev.tollgate.config.Config;
import dev.tollgate.config.PassThroughEndpoint;
import dev.tollgate.http.Endpoints;
import dev.tollgate.ledger.CatalogueEntry;
import dev.tollgate.ledger.Prices;
import dev.tollgate.routing.Routing;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The config and the prices that calls are served by now, and the routing table made of both, which
 * is swapped as a whole. Thread-safe.
 */
final class LiveModels {
  private static final Logger LOG = LoggerFactory.getLogger(LiveModels.class);

  private final Settings settings;
  private final Routing routing;
  private final @Nullable String source;
  private Config config;
  private @Nullable Endpoints endpoints;
  private List<PassThroughEndpoint> kept = List.of();
  private volatile Prices prices = Prices.builtIn();
  private volatile Models models;

  /** Starts with the built-in prices where the cost map cannot be had, and says so. */
  LiveModels(Settings settings, Routing routing) {
    this.settings = settings;
    this.routing = routing;
    this.source = settings.environment().get(CostMap.VARIABLE);
    this.config = settings.config();
    if (source != null) {
      try {
        prices = Prices.builtIn().with(CostMap.load(source));
      } catch (CostMap.Refused refused) {
        LOG.error("{}; the built-in prices are used", refused.getMessage());
      }
    }
    this.models = made(config);
    routing.use(models.table());
  }

  /** Tells the operator's own endpoints, now and with each newer config. */
  synchronized void feeds(Endpoints others) {
    endpoints = others;
    tellEndpoints();
  }

  private void tellEndpoints() {
    Endpoints told = endpoints;
    if (told != null) {
      told.own(
              own(config).stream()
                  .map(own -> new Endpoints.Own(own.path(), own.subpaths(), own.methods()))
                  .toList())
          .forEach(
              path -> LOG.warn("pass_through_endpoints: {} is a path of the gateway's own", path));
    }
  }

  private Models made(Config from) {
    return Models.of(from, settings.process(), prices, settings.options(), own(from));
  }

  /** The operator's own endpoints; of two with one path that of the config counts. */
  private List<PassThroughEndpoint> own(Config from) {
    List<PassThroughEndpoint> configured = from.general().passThroughEndpoints();
    List<PassThroughEndpoint> own = new ArrayList<>(configured);
    for (PassThroughEndpoint each : kept) {
      if (configured.stream().noneMatch(other -> other.path().equals(each.path()))) {
        own.add(each);
      }
    }
    return own;
  }

  /** The operator's own endpoints that the config has. */
  synchronized List<PassThroughEndpoint> configured() {
    return config.general().passThroughEndpoints();
  }

  /** Takes over the operator's own endpoints beside those of the config. */
  synchronized void keep(List<PassThroughEndpoint> endpointsKept) {
    if (!endpointsKept.equals(kept)) {
      kept = List.copyOf(endpointsKept);
      take(config);
    }
  }

  /** Whether the gateway itself serves something at a path. */
  synchronized boolean isGateways(String path) {
    return endpoints != null && endpoints.isGateways(path);
  }

  /** Takes over a newer config. */
  synchronized void take(Config next) {
    Models made = made(next);
    routing.use(made.table());
    config = next;
    models = made;
    tellEndpoints();
    made.notes().forEach(LOG::warn);
  }

  /**
   * Reads the cost map anew and takes it over.
   *
   * @return models in it
   * @throws CostMap.Refused if it cannot be used; then all stays as it is
   */
  int reload() {
    String from = source;
    if (from == null) {
      throw new CostMap.Refused(
          "of the gateway", CostMap.VARIABLE + " is not set, so there is none to load");
    }
    List<CatalogueEntry> entries = CostMap.load(from);
    Prices next = Prices.builtIn().with(entries);
    synchronized (this) {
      prices = next;
      take(config);
    }
    LOG.info("cost map taken over: {} models from {}", entries.size(), from);
    return entries.size();
  }

  /** What is served now. */
  Models now() {
    return models;
  }

  /** Names of models, for lists. */
  List<String> matching(String pattern) {
    return new KnownModels(prices).matching(pattern);
  }
}
