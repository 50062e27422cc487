package dev.tollgate.app;

import dev.tollgate.access.Access;
import dev.tollgate.admin.HealthRoutes;
import dev.tollgate.admin.ModelRoutes;
import dev.tollgate.admin.OpenApiRoutes;
import dev.tollgate.admin.PassThroughRoutes;
import dev.tollgate.admin.RequestRoutes;
import dev.tollgate.admin.key.Balances;
import dev.tollgate.admin.key.KeyRoutes;
import dev.tollgate.admin.key.KeyRules;
import dev.tollgate.admin.key.LedgerBalances;
import dev.tollgate.admin.spend.ActivityRoutes;
import dev.tollgate.admin.spend.CostMapRoutes;
import dev.tollgate.admin.spend.CostRoutes;
import dev.tollgate.admin.spend.ProviderBudgetRoutes;
import dev.tollgate.admin.spend.ReportRoutes;
import dev.tollgate.admin.spend.SpendRoutes;
import dev.tollgate.admin.tenant.AccessGroupRoutes;
import dev.tollgate.admin.tenant.BudgetRoutes;
import dev.tollgate.admin.tenant.CustomerRoutes;
import dev.tollgate.admin.tenant.Desk;
import dev.tollgate.admin.tenant.OrganizationRoutes;
import dev.tollgate.admin.tenant.TagRoutes;
import dev.tollgate.admin.tenant.TeamRoutes;
import dev.tollgate.admin.tenant.UserRoutes;
import dev.tollgate.config.CheckReport;
import dev.tollgate.config.Config;
import dev.tollgate.config.ConfigException;
import dev.tollgate.config.ConfigWatch;
import dev.tollgate.config.SpendRetention;
import dev.tollgate.http.Endpoints;
import dev.tollgate.http.ManagementRoute;
import dev.tollgate.ledger.Journal;
import dev.tollgate.ledger.Ledger;
import dev.tollgate.limits.Limits;
import dev.tollgate.model.Failure;
import dev.tollgate.pipeline.Bounds;
import dev.tollgate.pipeline.Preview;
import dev.tollgate.pipeline.UnderWay;
import dev.tollgate.routing.Routing;
import dev.tollgate.store.Database;
import dev.tollgate.store.Notices;
import dev.tollgate.store.Retention;
import dev.tollgate.store.SqlEndpointStore;
import dev.tollgate.store.SqlKeyStore;
import dev.tollgate.store.SqlSpendStore;
import dev.tollgate.store.SqlTenantStore;
import dev.tollgate.telemetry.CallLog;
import dev.tollgate.telemetry.ClientLabels;
import dev.tollgate.telemetry.Metrics;
import dev.tollgate.telemetry.Telemetry;
import dev.tollgate.wire.TokenCounter;
import java.io.OutputStream;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes every component, by hand, in floor order; and takes it all down again in the opposite one.
 * Started once, closed once, from any thread.
 */
final class Assembly implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Assembly.class);

  private final InstantSource clock = InstantSource.system();
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final Settings settings;
  private final Access access;
  private final Limits limits;
  private final Ledger ledger;
  private final SqlSpendStore spendStore;
  private final Routing routing;
  private final LiveModels models;
  private final StoredEndpoints storedEndpoints;
  private final Metrics metrics;
  private final Telemetry telemetry;
  private final UnderWay underWay;
  private final Listeners listeners;
  private final Banner banner;

  /** As the file says now. */
  private volatile Config config;

  private boolean closed;

  /**
   * Starts a gateway.
   *
   * @param log where the call log goes
   * @throws StartException saying what to change
   */
  static Assembly start(ServeOptions options, Environment environment, OutputStream log) {
    return start(options, environment, Bounds.DEFAULTS, log);
  }

  /** The same within other bounds than the usual ones. */
  static Assembly start(
      ServeOptions options, Environment environment, Bounds bounds, OutputStream log) {
    try {
      return new Assembly(Settings.read(options, environment, bounds), log);
    } catch (ConfigException wrong) {
      throw new StartException(wrong.getMessage());
    }
  }

  private Assembly(Settings settings, OutputStream log) {
    this.settings = settings;
    this.config = settings.config();
    warn(config);
    try {
      // First, so that nothing touches what another gateway has open.
      Journal journal = opens(Stores.journal(settings, clock));
      Database database = opens(Stores.database(settings));
      Notices notices = database.notices(); // before anything is read
      if (notices != null) {
        opens(notices);
      }
      access =
          new Access(
              settings.masterKey().secret(),
              new SqlKeyStore(database),
              new SqlTenantStore(database),
              clock,
              settings.access(config));
      opens(new KeyReader(access)).start();
      limits = new Limits(clock, settings.limits());
      spendStore = new SqlSpendStore(database);
      ledger = opens(new Ledger(journal, spendStore, clock, settings.ledger()));
      ledger.start();
      storedEndpoints = new StoredEndpoints(new SqlEndpointStore(database), settings.salt());
      if (notices != null) {
        notices.start(new OtherNodes(access, ledger, storedEndpoints));
      }
      cleansSpend(settings.config().general().spendRetention());
      routing =
          new Routing(
              clock,
              RandomGenerator.getDefault(),
              deployment -> {
                Failure spent = ledger.spent(deployment.limits().scopes());
                return spent == null ? limits.full(deployment.limits().scopes()) : spent;
              });
      models = new LiveModels(settings, routing);
      metrics = new Metrics(ClientLabels.NONE);
      telemetry = new Telemetry(metrics, opens(new CallLog(log)));
      underWay = new UnderWay(settings.bounds().callsMax());
      Gauges.register(metrics, ledger, limits, models);
      listeners =
          opens(
              Listeners.open(
                  settings,
                  endpoints(),
                  new Listeners.Ribs(access, routing, limits, ledger, telemetry, underWay),
                  clock));
      banner = Banner.of(settings, models.now(), listeners.port());
      watchConfig();
    } catch (RuntimeException | Error e) {
      closeAll();
      throw e;
    }
  }

  private Endpoints endpoints() {
    HealthRoutes health =
        new HealthRoutes(
            routing,
            accept -> {
              Metrics.Scrape page = metrics.scrape(accept);
              return new ManagementRoute.Answer(200, page.contentType(), page.body());
            },
            settings.config().litellm().metricsNeedKey(),
            () -> settings.databaseUrl() != null && ledger.isInTouch(),
            () -> !underWay.isClosing() && ledger.isLoaded());
    List<ManagementRoute> routes = new ArrayList<>();
    Balances balances = new LedgerBalances(ledger);
    Supplier<KeyRules> keyRules = () -> settings.keyRules(config);
    Desk desk = new Desk(access, balances, keyRules, clock);
    routes.addAll(new KeyRoutes(access, balances, desk::budgetRow, keyRules, clock).all());
    routes.addAll(new TeamRoutes(desk).all());
    routes.addAll(new UserRoutes(desk).all());
    routes.addAll(new CustomerRoutes(desk).all());
    routes.addAll(new BudgetRoutes(desk).all());
    routes.addAll(new TagRoutes(desk).all());
    routes.addAll(new OrganizationRoutes(desk).all());
    routes.addAll(new AccessGroupRoutes(desk, routing::serves).all());
    Records records = new Records(ledger, spendStore);
    routes.addAll(new SpendRoutes(records, records, access, balances, desk::keyView).all());
    routes.addAll(
        new ReportRoutes(
                access, balances, records, () -> settings.access(config).proxyBudget(), clock)
            .all());
    routes.addAll(
        new ProviderBudgetRoutes(
                () -> List.copyOf(Models.providers(config.router()).values()),
                scope -> ledger.balance(scope.kind(), scope.id()),
                clock)
            .all());
    routes.addAll(new ActivityRoutes(access, records, clock).all());
    routes.addAll(new CostRoutes(routing).all());
    Preview preview = new Preview(access, routing);
    routes.addAll(
        new RequestRoutes(
                access,
                routing,
                TokenCounter::prompt,
                (caller, operation, body) -> {
                  Preview.Shown shown = preview.of(caller, operation, body);
                  return new RequestRoutes.Transformed(shown.url(), shown.headers(), shown.body());
                })
            .all());
    routes.addAll(new CostMapRoutes(models::reload, clock).all());
    routes.addAll(new PassThroughRoutes(storedEndpoints, access).all());
    routes.addAll(new ModelRoutes(access, routing, models::matching).all());
    routes.addAll(health.all());
    OpenApiRoutes openApi = new OpenApiRoutes();
    routes.addAll(openApi.all());
    Endpoints endpoints = new Endpoints(routes);
    models.feeds(endpoints);
    storedEndpoints.feeds(models);
    health.lists(endpoints.listing());
    openApi.lists(endpoints.listing(), routes);
    return endpoints;
  }

  private void cleansSpend(@Nullable SpendRetention retention) {
    if (retention != null) {
      ZoneId zone = settings.ledger().day().zone();
      opens(
              new Retention(
                  spendStore,
                  clock,
                  retention.first(clock.instant(), zone),
                  now -> retention.next(now, zone),
                  retention::end))
          .start();
    }
  }

  private void watchConfig() {
    if (settings.options().config == null) {
      return;
    }
    ConfigWatch watch =
        opens(
            new ConfigWatch(
                settings.reader(),
                settings.options().config,
                settings.config(),
                next -> {
                  models.take(next);
                  access.apply(settings.access(next));
                  config = next;
                  warn(next);
                  StartOnly.changed(settings.config(), next).forEach(LOG::warn);
                  LOG.info("config taken over: {} models", models.now().table().entries().size());
                },
                refused -> LOG.error("config not taken over: {}", refused.getMessage())));
    watch.start();
  }

  /** Whoever never runs {@code check} has to hear that a rule of access is not one. */
  private static void warn(Config read) {
    new CheckReport(read).warnings().forEach(LOG::warn);
  }

  private <T extends AutoCloseable> T opens(T component) {
    opened.push(component);
    return component;
  }

  Banner banner() {
    return banner;
  }

  int port() {
    return listeners.port();
  }

  /** Room that bodies have left, in bytes. */
  long bodyRoom() {
    return listeners.bodyRoom().left();
  }

  Access access() {
    return access;
  }

  Limits limits() {
    return limits;
  }

  Ledger ledger() {
    return ledger;
  }

  SqlSpendStore spendStore() {
    return spendStore;
  }

  Metrics metrics() {
    return metrics;
  }

  UnderWay underWay() {
    return underWay;
  }

  /** Waits for calls under way, ends what is left, and closes everything. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      underWay.drain(settings.bounds().drainTimeout());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    closeAll();
  }

  private void closeAll() {
    while (!opened.isEmpty()) {
      AutoCloseable component = opened.pop();
      try {
        component.close();
      } catch (Exception e) { // the others have to be closed all the same
        LOG.warn("{} did not close well", component.getClass().getSimpleName(), e);
      }
    }
  }
}
