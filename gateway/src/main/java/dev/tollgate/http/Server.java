package dev.tollgate.http;

import dev.tollgate.model.Dialect;
import dev.tollgate.model.Endpoint;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Mount;
import dev.tollgate.model.PassThrough;
import dev.tollgate.model.Secret;
import dev.tollgate.pipeline.Call;
import dev.tollgate.pipeline.Pipeline;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP server of one event loop: finds the endpoint, then hands the request to the pipeline or
 * to a management route. Several servers share one port, one on each event loop.
 */
public final class Server {
  private static final CharSequence ACCESS_CONTROL_REQUEST_HEADERS =
      HttpHeaders.createOptimized("access-control-request-headers");
  private static final CharSequence CALL_ID = HttpHeaders.createOptimized("x-litellm-call-id");

  private static final int CALL_ID_CHARS_MAX = 128;

  /** What one read of a socket brings at most: each piece of a body costs a way up the stack. */
  private static final int CHUNK_BYTES_MAX = 64 << 10;

  /** How long a client may take to answer the end of its WebSocket. */
  private static final int CLOSING_SECONDS = 1;

  /** How long a server that stops waits for clients to take what was answered. */
  private static final Duration SENDING_MAX = Duration.ofSeconds(5);

  /** The first subprotocol that a client offers is taken, as by LiteLLM: browsers insist on one. */
  private static final List<String> FIRST_OFFERED = List.of("*");

  private final Endpoints endpoints;
  private final Management management;
  private final Pipeline pipeline;
  private final Credentials credentials;
  private final Settings settings;
  private final BodyRoom room;
  private final Uploads uploads;
  private final Unsent unsent = new Unsent();
  private final InstantSource clock;
  private final Lookups lookups;
  private @Nullable HttpServer server;

  /**
   * How to listen.
   *
   * @param host address to listen on
   * @param port port, 0 for any
   * @param certificate PEM file for TLS, null for plain HTTP
   * @param certificateKey its key
   * @param headerBytesMax most bytes of a header block
   * @param targetBytesMax most bytes of a request line
   * @param bodyTimeout longest time for a body to arrive
   * @param stallTimeout how long a client may leave unread what waits for it
   * @param idleTimeout how long an unused connection is kept
   * @param keyHeader {@code litellm_key_header_name}, null for none
   * @param frameBytesMax one frame of a client's WebSocket
   */
  public record Settings(
      String host,
      int port,
      @Nullable String certificate,
      @Nullable String certificateKey,
      int headerBytesMax,
      int targetBytesMax,
      Duration bodyTimeout,
      Duration stallTimeout,
      Duration idleTimeout,
      @Nullable String keyHeader,
      int frameBytesMax) {}

  public Server(
      Endpoints endpoints,
      Pipeline pipeline,
      Settings settings,
      BodyRoom room,
      Uploads uploads,
      InstantSource clock) {
    this.endpoints = endpoints;
    this.management = new Management(pipeline);
    this.pipeline = pipeline;
    this.lookups = new Lookups(pipeline);
    this.credentials = new Credentials(settings.keyHeader());
    this.settings = settings;
    this.room = room;
    this.uploads = uploads;
    this.clock = clock;
  }

  /** Starts listening on the calling event loop; completes with the port. */
  public Future<Integer> listen(Vertx vertx) {
    HttpServer created = vertx.createHttpServer(options());
    server = created;
    IdleConnections idle = new IdleConnections(vertx, settings.idleTimeout());
    created.connectionHandler(idle::opened);
    created.requestHandler(
        request -> {
          idle.busy(request);
          if (Sockets.isAsked(request)) {
            serveSocket(vertx.getOrCreateContext(), request, idle);
          } else {
            serve(vertx.getOrCreateContext(), request);
          }
        });
    vertx.setPeriodic(settings.stallTimeout().toMillis(), _ -> unsent.sweep());
    created.invalidRequestHandler(request -> unreadable(vertx.getOrCreateContext(), request));
    return created.listen(settings.port(), settings.host()).map(HttpServer::actualPort);
  }

  private HttpServerOptions options() {
    HttpServerOptions options =
        new HttpServerOptions()
            .setTcpNoDelay(true)
            .setAcceptBacklog(4096)
            .setMaxHeaderSize(settings.headerBytesMax())
            .setMaxInitialLineLength(settings.targetBytesMax())
            .setMaxChunkSize(CHUNK_BYTES_MAX)
            .setHandle100ContinueAutomatically(true)
            // Until its first request; then IdleConnections takes over.
            .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
            .setIdleTimeout((int) Math.min(settings.idleTimeout().toMillis(), Integer.MAX_VALUE))
            .setHttp2ClearTextEnabled(true)
            // Frames are handed on as they are; a handler would look at every request all the same.
            .setPerFrameWebSocketCompressionSupported(false)
            .setPerMessageWebSocketCompressionSupported(false)
            .setMaxWebSocketFrameSize(settings.frameBytesMax())
            .setMaxWebSocketMessageSize(settings.frameBytesMax())
            .setWebSocketClosingTimeout(CLOSING_SECONDS)
            .setWebSocketSubProtocols(FIRST_OFFERED);
    if (settings.certificate() != null && settings.certificateKey() != null) {
      options
          .setSsl(true)
          .setUseAlpn(true)
          .setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1))
          .setKeyCertOptions(
              new PemKeyCertOptions()
                  .addCertPath(settings.certificate())
                  .addKeyPath(settings.certificateKey()));
    }
    return options;
  }

  /**
   * Stops taking connections and requests, once clients have what they were answered, as far as
   * they take it. To be called on the server's event loop.
   */
  public Future<Void> close(Vertx vertx) {
    return unsent.none(vertx, SENDING_MAX).compose(_ -> closeNow());
  }

  private Future<Void> closeNow() {
    management.close();
    lookups.close();
    return server == null ? Future.succeededFuture() : server.close();
  }

  private void unreadable(Context context, HttpServerRequest request) {
    ClientSink sink = sink(context, request);
    sink.isLast();
    refuse(sink, Framing.unreadable(request));
  }

  /** One that is refused gets an answer, and its connection ends with it. */
  private void serveSocket(Context context, HttpServerRequest request, IdleConnections idle) {
    Endpoints.Match match = Sockets.find(request.uri());
    if (match == null || Framing.oddity(request) != null) {
      serve(context, request);
      return;
    }
    ClientSink sink = sink(context, request);
    sink.isLast();
    Failure odd = Framing.socketOddity(request);
    if (odd != null) {
      refuse(sink, odd);
      return;
    }
    idle.leave(request.connection());
    if (match instanceof Endpoints.Match.Spending(Endpoint endpoint)) {
      request.pause(); // its end is needed for the upgrade
      Call call = call(request, endpoint);
      lookups.whenKnown(
          call.credential(),
          context,
          request,
          failure -> {
            if (failure != null) {
              refuse(sink, failure);
            } else if (!request.response().closed()) {
              pipeline.serve(call, sink);
            }
          });
    } else if (match instanceof Endpoints.Match.Malformed(String message)) {
      refuse(sink, new Failure.BadRequest(message, null));
    }
  }

  private void serve(Context context, HttpServerRequest request) {
    ClientSink sink = sink(context, request);
    Failure odd = Framing.oddity(request);
    if (odd != null) {
      sink.isLast();
      refuse(sink, odd);
      return;
    }
    if (request.method().equals(HttpMethod.OPTIONS)) {
      preflight(request, sink);
      return;
    }
    switch (endpoints.find(request.method().name(), request.uri())) {
      case Endpoints.Match.Spending(Endpoint endpoint) -> {
        Call call = call(request, endpoint);
        whenKnown(call.credential(), context, request, sink, () -> pipeline.serve(call, sink));
      }
      case Endpoints.Match.Managing managing -> {
        Secret presented = presented(request);
        Runnable serve = () -> management.serve(managing, request.uri(), presented, sink);
        whenKnown(managing.isPublic() ? null : presented, context, request, sink, serve);
      }
      case Endpoints.Match.Redirect(String target) -> {
        sink.headers().set("location", target);
        sink.whole(307, new byte[0]);
      }
      case Endpoints.Match.WrongMethod(String allow) ->
          refuse(sink, new Failure.NoRoute("Method Not Allowed", 405, allow));
      case Endpoints.Match.Missing() -> refuse(sink, new Failure.NoRoute("Not Found", 404, null));
      case Endpoints.Match.Malformed(String message) ->
          refuse(sink, new Failure.BadRequest(message, null));
    }
  }

  /** Serves a request whose key may have to be looked up. */
  private void whenKnown(
      @Nullable Secret presented,
      Context context,
      HttpServerRequest request,
      ClientSink sink,
      Runnable serve) {
    lookups.whenKnown(
        presented,
        context,
        request,
        failure -> {
          try {
            if (failure != null) {
              refuse(sink, failure);
            } else if (!request.response().closed()) {
              serve.run();
            }
          } finally {
            request.resume();
          }
        });
  }

  private ClientSink sink(Context context, HttpServerRequest request) {
    return new ClientSink(
        context,
        request,
        Gzip.DEFAULTS,
        room,
        uploads,
        unsent,
        settings.bodyTimeout(),
        settings.stallTimeout());
  }

  private static void refuse(ClientSink sink, Failure failure) {
    Management.fail(sink, failure);
  }

  private static void preflight(HttpServerRequest request, ClientSink sink) {
    SecurityHeaders.preflight(sink.headers(), request.getHeader(ACCESS_CONTROL_REQUEST_HEADERS));
    sink.headers().set("content-type", "text/plain; charset=utf-8");
    sink.whole(200, "OK".getBytes(StandardCharsets.US_ASCII));
  }

  private @Nullable Secret presented(HttpServerRequest request) {
    return credentials.of(request.headers(), false);
  }

  /**
   * Google's clients may put the key into the query, and only theirs; Langfuse's have nothing but
   * Basic authentication.
   */
  private @Nullable Secret presented(HttpServerRequest request, Endpoint endpoint) {
    PassThrough own = endpoint.passThrough();
    boolean basic = own != null && own.mount().equals(Mount.LANGFUSE.path());
    Secret presented = credentials.of(request.headers(), basic);
    if (presented == null && endpoint.isSocket()) {
      return Credentials.ofSubprotocol(request.headers());
    }
    return presented == null && endpoint.dialect() == Dialect.GEMINI
        ? Credentials.ofQuery(endpoint.query())
        : presented;
  }

  private Call call(HttpServerRequest request, Endpoint endpoint) {
    boolean form =
        endpoint.passThrough() != null
            && PassThroughs.isForm(request.getHeader(HttpHeaders.CONTENT_TYPE));
    return new Call(
        callId(request.getHeader(CALL_ID)),
        form ? endpoint.ofForm() : endpoint,
        presented(request, endpoint),
        request.headers(),
        clock.instant(),
        System.nanoTime(),
        addressOf(request.remoteAddress()));
  }

  /** The peer's address; empty if it has left already. */
  private static String addressOf(@Nullable SocketAddress peer) {
    return peer == null ? "" : Objects.requireNonNullElse(peer.hostAddress(), "");
  }

  /** A client may name its call, within reason; the ledger never relies on it. */
  private static String callId(@Nullable String wanted) {
    if (wanted == null || wanted.isEmpty() || wanted.length() > CALL_ID_CHARS_MAX) {
      return madeUp();
    }
    for (int i = 0; i < wanted.length(); i++) {
      char c = wanted.charAt(i);
      if (c <= ' ' || c >= 0x7f) {
        return madeUp();
      }
    }
    return wanted;
  }

  /** Tells calls apart and nothing else, so it need not be hard to guess, as a key has to be. */
  private static String madeUp() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long high = (random.nextLong() & ~0xF000L) | 0x4000L; // version 4
    long low = (random.nextLong() >>> 2) | (1L << 63); // variant 1
    return new UUID(high, low).toString();
  }
}
