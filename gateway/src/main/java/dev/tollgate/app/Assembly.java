package dev.tollgate.app;

import dev.tollgate.access.Access;
import dev.tollgate.access.AccessSettings;
import dev.tollgate.admin.InfoRoutes;
import dev.tollgate.admin.KeyRoutes;
import dev.tollgate.admin.SpendRoutes;
import dev.tollgate.config.Config;
import dev.tollgate.config.ConfigException;
import dev.tollgate.config.ConfigReader;
import dev.tollgate.config.ConfigWatch;
import dev.tollgate.config.GeneralSettings;
import dev.tollgate.http.Endpoints;
import dev.tollgate.http.ManagementRoute;
import dev.tollgate.http.Server;
import dev.tollgate.ledger.Journal;
import dev.tollgate.ledger.JournalSettings;
import dev.tollgate.ledger.Ledger;
import dev.tollgate.ledger.LedgerSettings;
import dev.tollgate.ledger.Prices;
import dev.tollgate.limits.Limits;
import dev.tollgate.limits.LimitsSettings;
import dev.tollgate.model.Secret;
import dev.tollgate.pipeline.Bounds;
import dev.tollgate.pipeline.Pipeline;
import dev.tollgate.pipeline.UnderWay;
import dev.tollgate.provider.HttpUpstream;
import dev.tollgate.provider.MockUpstream;
import dev.tollgate.routing.Routing;
import dev.tollgate.store.Database;
import dev.tollgate.store.SqlKeyStore;
import dev.tollgate.store.SqlSpendStore;
import dev.tollgate.telemetry.CallLog;
import dev.tollgate.telemetry.ClientLabels;
import dev.tollgate.telemetry.Metrics;
import dev.tollgate.telemetry.Telemetry;
import dev.tollgate.wire.TokenCounter;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.transport.Transport;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes every component, by hand, in floor order; and takes it all down again. */
final class Assembly implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Assembly.class);

  private final List<AutoCloseable> opened = new ArrayList<>();
  private final UnderWay underWay;
  private final Vertx vertx;
  private final Banner banner;
  private final int port;
  private volatile boolean closed;

  static Assembly start(ServeOptions options, Environment environment) {
    try {
      return new Assembly(options, environment);
    } catch (ConfigException wrong) {
      throw new StartException(wrong.getMessage());
    }
  }

  private Assembly(ServeOptions options, Environment process) {
    InstantSource clock = InstantSource.system();

    // what the operator said
    ConfigReader reader = new ConfigReader(process::get);
    Config config = options.config == null ? ConfigReader.empty() : reader.read(options.config);
    Environment environment = process.below(config.environment());
    GeneralSettings general = config.general();
    DataFolder data = DataFolder.open(options.data);
    MasterKey masterKey =
        MasterKey.find(environment.get("LITELLM_MASTER_KEY"), general.masterKey(), data.path());
    masterKey.mustBeStrongOn(
        options.host,
        general.weakMasterKeyPermitted()
            || environment.isTrue("LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY"));

    // store and ribs
    Database database = opens(database(general, environment, data));
    Access access =
        new Access(
            masterKey.secret(), new SqlKeyStore(database), clock, accessSettings(config, options));
    Limits limits =
        new Limits(
            clock, new LimitsSettings(general.globalParallelRequestsMax(), Duration.ofMinutes(5)));
    Journal journal = opens(Journal.open(data.path(), JournalSettings.DEFAULT, clock));
    SqlSpendStore spendStore = new SqlSpendStore(database);
    Ledger ledger = opens(new Ledger(journal, spendStore, clock, ledgerSettings(config)));
    ledger.start();
    Prices prices = Prices.load();
    Models models = Models.of(config, environment, prices, options);
    Routing routing = new Routing(clock, RandomGenerator.getDefault());
    routing.use(models.table());
    Metrics metrics = new Metrics(ClientLabels.NONE);
    Telemetry telemetry = new Telemetry(metrics, opens(new CallLog(System.out)));

    // spine
    Bounds bounds = bounds(options, general);
    underWay = new UnderWay(bounds.callsMax());
    metrics.gauge(
        "tollgate_held_dollars",
        "Money held for calls under way",
        () -> ledger.totals().held().dollars().doubleValue());
    metrics.gauge(
        "tollgate_settled_dollars",
        "Money settled in the running budget windows",
        () -> ledger.totals().settled().dollars().doubleValue());
    Pipeline.Defaults defaults =
        new Pipeline.Defaults(general.completionModel(), general.outputTokensEstimate());

    // doors
    List<ManagementRoute> management = new ArrayList<>();
    management.addAll(new KeyRoutes(access, ledger::spent, keyDefaults(config)).all());
    management.addAll(new SpendRoutes(spendStore::find).all());
    InfoRoutes info =
        new InfoRoutes(
            access,
            routing,
            accept -> {
              Metrics.Scrape scrape = metrics.scrape(accept);
              return new ManagementRoute.Answer(200, scrape.contentType(), scrape.body());
            },
            config.litellm().metricsNeedKey(),
            () -> !underWay.isClosing() && ledger.isLoaded());
    management.addAll(info.all());
    Endpoints endpoints = new Endpoints(management);
    info.lists(endpoints.listing());

    int loops = options.workers == null ? Runtime.getRuntime().availableProcessors() : options.workers;
    vertx = vertx(loops);
    Server.Settings listening = listening(options, general);
    HttpUpstream.Settings pools = pools(config);
    AtomicInteger boundPort = new AtomicInteger();
    try {
      vertx
          .deployVerticle(
              () ->
                  new VerticleBase() {
                    private @Nullable Server server;

                    @Override
                    public Future<?> start() {
                      HttpUpstream real = new HttpUpstream(vertx, pools, environment.variables());
                      Pipeline pipeline =
                          new Pipeline(
                              access,
                              routing,
                              limits,
                              ledger,
                              telemetry,
                              new MockUpstream(vertx, real),
                              underWay,
                              bounds,
                              clock,
                              defaults);
                      server = new Server(endpoints, pipeline, listening, clock);
                      return server.listen(vertx).onSuccess(boundPort::set);
                    }

                    @Override
                    public Future<?> stop() {
                      return server == null ? Future.succeededFuture() : server.close();
                    }
                  },
              new DeploymentOptions().setInstances(loops))
          .await();
    } catch (CompletionException | io.vertx.core.impl.NoStackTraceThrowable e) {
      close();
      throw cannotListen(options, e);
    }
    port = boundPort.get();
    banner = banner(options, masterKey, models, config);
    watch(options, reader, config, process, prices, routing);
    Thread.ofVirtual().name("tokenizer").start(TokenCounter::load);
  }

  private <T extends AutoCloseable> T opens(T component) {
    opened.add(component);
    return component;
  }
}
