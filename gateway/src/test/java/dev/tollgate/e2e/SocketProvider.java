package dev.tollgate.e2e;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/** A real provider on loopback that takes WebSockets, or answers a request for one otherwise. */
final class SocketProvider implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final HttpServer server;
  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final List<SocketEnd> ends = new CopyOnWriteArrayList<>();
  private volatile BiConsumer<SocketEnd, String> script = (_, _) -> {};
  private volatile int refusal;
  private volatile String refusalBody = "";

  /** A request as it arrived. */
  record Seen(String uri, Map<String, String> headers) {}

  SocketProvider() {
    server =
        vertx
            .createHttpServer(new HttpServerOptions().setMaxWebSocketFrameSize(4 << 20))
            .requestHandler(this::serve)
            .listen(0, "127.0.0.1")
            .await();
  }

  private void serve(HttpServerRequest request) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    request.headers().forEach(headers::put);
    seen.add(new Seen(request.uri(), headers));
    if (refusal != 0) {
      request.response().setStatusCode(refusal).putHeader("location", base()).end(refusalBody);
      return;
    }
    request.toWebSocket().onSuccess(socket -> ends.add(new SocketEnd(socket, script)));
  }

  String base() {
    return "http://127.0.0.1:" + server.actualPort() + "/v1";
  }

  /** What it does with each text that comes. */
  void onText(BiConsumer<SocketEnd, String> next) {
    script = next;
  }

  /** Answers requests by a status. */
  void refuses(int status, String body) {
    refusalBody = body;
    refusal = status;
  }

  List<Seen> seen() {
    return seen;
  }

  /** The one socket that was opened. */
  SocketEnd end() {
    Eventually.so("a socket is opened at the provider", () -> !ends.isEmpty());
    return ends.getLast();
  }

  void forget() {
    seen.clear();
    ends.clear();
    refusal = 0;
    script = (_, _) -> {};
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
