package dev.tollgate.provider;

import dev.tollgate.model.Address;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Secret;
import dev.tollgate.model.Signing;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Providers over HTTP: HTTP/2 where TLS negotiates it, else HTTP/1.1 with keep-alive. Redirects are
 * never followed: a credential goes to the address the operator wrote and nowhere else.
 */
public final class HttpUpstream implements Upstream {
  /** Stale connections that one call throws away at most. */
  private static final int STALE_MAX = 16;

  /** How long a provider may take to answer the end of a WebSocket. */
  private static final int CLOSING_SECONDS = 1;

  private static final Logger LOG = LoggerFactory.getLogger(HttpUpstream.class);

  // Encoded and hashed once.
  private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
  private static final CharSequence EVENT_STREAM = HttpHeaders.createOptimized("text/event-stream");

  private final StaleConnections stale = new StaleConnections();
  private final Deadlines deadlines;
  private final Vertx vertx;
  private final HttpClient plain;
  private final HttpClient tls;
  private final WebSocketClient sockets;
  private final Proxies proxies;

  /**
   * Bounds of the pools and of connecting.
   *
   * @param connectionsMax connections to one address from this event loop
   * @param waitingMax calls that may wait for a connection
   * @param connectTimeout longest wait for a connection to open
   * @param idleTimeout how long an unused connection is kept
   * @param verifyTls false accepts any certificate ({@code ssl_verify: false})
   * @param trustedCertificates PEM file of further authorities, null for the JDK's own
   * @param frameBytesMax one frame of a WebSocket
   */
  public record Settings(
      int connectionsMax,
      int waitingMax,
      Duration connectTimeout,
      Duration idleTimeout,
      boolean verifyTls,
      @Nullable String trustedCertificates,
      int frameBytesMax) {
    public static final Settings DEFAULTS =
        new Settings(
            10_000, 10_000, Duration.ofSeconds(10), Duration.ofSeconds(60), true, null, 1 << 20);
  }

  public HttpUpstream(Vertx vertx, Settings settings, Map<String, String> environment) {
    this.vertx = vertx;
    this.deadlines = new Deadlines(vertx);
    this.proxies = new Proxies(environment::get);
    PoolOptions pool =
        new PoolOptions()
            .setHttp1MaxSize(settings.connectionsMax())
            .setHttp2MaxSize(16)
            .setMaxWaitQueueSize(settings.waitingMax());
    this.plain = client(options(settings), pool);
    HttpClientOptions secure =
        options(settings)
            .setSsl(true)
            .setUseAlpn(true)
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1))
            .setTrustAll(!settings.verifyTls())
            .setVerifyHost(settings.verifyTls());
    if (settings.trustedCertificates() != null) {
      secure.setTrustOptions(new PemTrustOptions().addCertPath(settings.trustedCertificates()));
    }
    this.tls = client(secure, pool);
    this.sockets = vertx.createWebSocketClient(socketOptions(settings));
  }

  private static WebSocketClientOptions socketOptions(Settings settings) {
    WebSocketClientOptions options =
        new WebSocketClientOptions()
            .setTcpNoDelay(true)
            .setConnectTimeout((int) settings.connectTimeout().toMillis())
            .setMaxConnections(settings.connectionsMax())
            .setMaxFrameSize(settings.frameBytesMax())
            .setMaxMessageSize(settings.frameBytesMax())
            .setClosingTimeout(CLOSING_SECONDS)
            .setTrustAll(!settings.verifyTls())
            .setVerifyHost(settings.verifyTls());
    if (settings.trustedCertificates() != null) {
      options.setTrustOptions(new PemTrustOptions().addCertPath(settings.trustedCertificates()));
    }
    return options;
  }

  private HttpClient client(HttpClientOptions options, PoolOptions pool) {
    return vertx
        .httpClientBuilder()
        .with(options)
        .with(pool)
        .withConnectHandler(HttpUpstream::opened)
        .build();
  }

  /** A new connection, before anything is written to it. */
  private static void opened(HttpConnection connection) {
    SocketAddress peer = connection.remoteAddress();
    if (peer != null
        && peer.isInetSocket()
        && LinkLocal.isHidden(peer.host(), InetAddress.ofLiteral(peer.hostAddress()))) {
      LOG.warn(
          "{} stands for {}, where a cloud hands out credentials: the connection is closed",
          peer.host(),
          peer.hostAddress());
      connection.close();
    }
  }

  private static HttpClientOptions options(Settings settings) {
    return new HttpClientOptions()
        .setTcpNoDelay(true)
        .setKeepAlive(true)
        .setKeepAliveTimeout((int) settings.idleTimeout().toSeconds())
        .setConnectTimeout((int) settings.connectTimeout().toMillis())
        .setDecompressionSupported(true)
        .setMaxHeaderSize(64 * 1024)
        .setMaxRedirects(0);
  }

  @Override
  public Exchange send(Order order, Receiver receiver) {
    Address address = order.route().address(order.stream());
    HttpExchange exchange = new HttpExchange(deadlines, order, receiver);
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.valueOf(order.route().method()))
            .setHost(address.host())
            .setPort(address.port())
            .setSsl(address.tls())
            .setURI(address.target())
            .setFollowRedirects(false);
    proxies.of(address).ifPresent(options::setProxyOptions);
    HttpClient client = address.tls() ? tls : plain;
    Signing signing = order.deployment().signing();
    if (signing == null) {
      open(client, options, order, Map.of(), exchange, STALE_MAX);
      return exchange;
    }
    Future.fromCompletionStage(
            signing.headers(order.route().method(), address, order.body()),
            vertx.getOrCreateContext())
        .onComplete(
            signature -> open(client, options, order, signature, exchange, STALE_MAX),
            exchange::unsigned);
    return exchange;
  }

  private void open(
      HttpClient client,
      RequestOptions options,
      Order order,
      Map<String, Secret> signature,
      HttpExchange exchange,
      int staleMax) {
    client
        .request(options)
        .onComplete(
            request -> {
              // The exchange is told by futures; Vert.x would log it.
              request.exceptionHandler(_ -> {});
              if (staleMax > 0 && stale.contain(request.connection())) {
                request.connection().close();
                open(client, options, order, signature, exchange, staleMax - 1);
                return;
              }
              putHeaders(request, order);
              signature.forEach((name, value) -> request.putHeader(name, value.reveal()));
              exchange.opened(request);
            },
            exchange::broken);
  }

  @Override
  public Future<WebSocket> connect(Order order) {
    Address address = order.route().address(false);
    WebSocketConnectOptions options = new WebSocketConnectOptions();
    options
        .setHost(address.host())
        .setPort(address.port())
        .setSsl(address.tls())
        .setURI(address.target())
        .setAllowOriginHeader(false)
        .setTimeout(order.timeout().toMillis());
    order.dialectHeaders().forEach(options::putHeader);
    order.deployment().headers().forEach((name, value) -> options.putHeader(name, value.reveal()));
    Optional<ProxyOptions> proxy = proxies.of(address);
    proxy.ifPresent(options::setProxyOptions);
    Future<Void> known = proxy.isPresent() ? Future.succeededFuture() : isPublic(address);
    return known
        .compose(_ -> sockets.connect(options))
        .recover(
            cause ->
                Future.failedFuture(
                    cause instanceof UpgradeRejectedException
                        ? cause
                        : new FailureException(socketFailure(cause, order))));
  }

  /**
   * Looks at what a name stands for before anything is sent: the client of WebSockets tells nobody
   * of a connection that has only opened.
   */
  private Future<Void> isPublic(Address address) {
    return ((VertxInternal) vertx)
        .nameResolver()
        .resolveAll(address.host())
        .compose(
            found ->
                found.stream()
                        .anyMatch(each -> LinkLocal.isHidden(address.host(), each.getAddress()))
                    ? Future.failedFuture(
                        new UnknownHostException("it stands for a link-local address"))
                    : Future.succeededFuture());
  }

  private static Failure socketFailure(Throwable cause, Order order) {
    return cause instanceof TimeoutException
        ? new Failure.TimedOut(
            "The provider did not accept the WebSocket within "
                + order.timeout().toSeconds()
                + " seconds.")
        : HttpExchange.failureOf(cause, order.deployment().provider());
  }

  private static void putHeaders(HttpClientRequest request, Order order) {
    order.extraHeaders().forEach(request::putHeader);
    if (order.body().length > 0) {
      request.putHeader(HttpHeaders.CONTENT_TYPE, JSON);
    }
    request.putHeader(HttpHeaders.ACCEPT, order.stream() ? EVENT_STREAM : JSON);
    for (Map.Entry<String, Secret> header : order.deployment().headers().entrySet()) {
      request.putHeader(header.getKey(), header.getValue().reveal());
    }
    order.dialectHeaders().forEach(request::putHeader);
  }
}
