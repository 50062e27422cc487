package dev.tollgate.app;

import dev.tollgate.access.Access;
import dev.tollgate.http.BodyRoom;
import dev.tollgate.http.Endpoints;
import dev.tollgate.http.Server;
import dev.tollgate.http.Uploads;
import dev.tollgate.ledger.Ledger;
import dev.tollgate.limits.Limits;
import dev.tollgate.pipeline.Pipeline;
import dev.tollgate.pipeline.UnderWay;
import dev.tollgate.provider.HttpUpstream;
import dev.tollgate.provider.MockUpstream;
import dev.tollgate.routing.Routing;
import dev.tollgate.telemetry.Telemetry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.dns.AddressResolverOptions;
import io.vertx.core.transport.Transport;
import java.time.InstantSource;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The event loops, each with a server, a pipeline and an upstream of its own, all on one port. */
final class Listeners implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);
  private static final long START_SECONDS_MAX = 30;

  private final Vertx vertx;
  private final int port;
  private final BodyRoom room;

  /** What the loops share. */
  record Ribs(
      Access access,
      Routing routing,
      Limits limits,
      Ledger ledger,
      Telemetry telemetry,
      UnderWay underWay) {}

  private Listeners(Vertx vertx, int port, BodyRoom room) {
    this.vertx = vertx;
    this.port = port;
    this.room = room;
  }

  static Listeners open(Settings settings, Endpoints endpoints, Ribs ribs, InstantSource clock) {
    Transport transport = transport();
    LOG.debug("transport {}", transport.name());
    Vertx vertx =
        Vertx.builder()
            .withTransport(transport)
            .with(
                new VertxOptions()
                    .setEventLoopPoolSize(settings.loops())
                    .setAddressResolverOptions(
                        new AddressResolverOptions().setCacheMaxTimeToLive(60)))
            .build();
    AtomicInteger port = new AtomicInteger();
    BodyRoom room = BodyRoom.ofHeap(settings.bounds().bodyBytesMax());
    Uploads uploads = Uploads.in(settings.data().uploads(), settings.bounds().bodyBytesMax());
    Future<String> deployed =
        vertx.deployVerticle(
            () -> new Loop(settings, endpoints, ribs, room, uploads, clock, port),
            new DeploymentOptions().setInstances(settings.loops()));
    try {
      deployed.toCompletionStage().toCompletableFuture().get(START_SECONDS_MAX, TimeUnit.SECONDS);
      return new Listeners(vertx, port.get(), room);
    } catch (ExecutionException | TimeoutException e) {
      vertx.close();
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new StartException(
          "cannot listen on "
              + settings.options().host
              + ":"
              + settings.options().port
              + ": "
              + cause.getMessage()
              + ". Another program may have the port: give another one with --port.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted while starting");
    }
  }

  /** io_uring where the kernel allows it (a container often does not), else epoll, else NIO. */
  private static Transport transport() {
    String wanted = System.getProperty("tollgate.transport", "");
    for (Transport transport : new Transport[] {Transport.IO_URING, Transport.EPOLL}) {
      if ((wanted.isEmpty() || wanted.equals(transport.name())) && transport.available()) {
        return transport;
      }
    }
    return Transport.NIO;
  }

  int port() {
    return port;
  }

  /** What bodies of all event loops share. */
  BodyRoom bodyRoom() {
    return room;
  }

  @Override
  public void close() {
    try {
      vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("event loops did not close well", e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static final class Loop extends VerticleBase {
    private final Settings settings;
    private final Endpoints endpoints;
    private final Ribs ribs;
    private final BodyRoom room;
    private final Uploads uploads;
    private final InstantSource clock;
    private final AtomicInteger port;
    private @Nullable Server server;

    Loop(
        Settings settings,
        Endpoints endpoints,
        Ribs ribs,
        BodyRoom room,
        Uploads uploads,
        InstantSource clock,
        AtomicInteger port) {
      this.settings = settings;
      this.endpoints = endpoints;
      this.ribs = ribs;
      this.room = room;
      this.uploads = uploads;
      this.clock = clock;
      this.port = port;
    }

    @Override
    public Future<?> start() {
      HttpUpstream real =
          new HttpUpstream(vertx, settings.upstream(), settings.environment().variables());
      Pipeline pipeline =
          new Pipeline(
              ribs.access(),
              ribs.routing(),
              ribs.limits(),
              ribs.ledger(),
              ribs.telemetry(),
              new MockUpstream(vertx, real),
              ribs.underWay(),
              settings.bounds(),
              clock,
              settings.defaults(),
              settings.responseIds());
      server = new Server(endpoints, pipeline, settings.server(), room, uploads, clock);
      return server.listen(vertx).onSuccess(port::set);
    }

    @Override
    public Future<?> stop() {
      return server == null ? Future.succeededFuture() : server.close(vertx);
    }
  }
}
