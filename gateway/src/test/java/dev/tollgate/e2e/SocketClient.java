package dev.tollgate.e2e;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.util.List;

/** A client of WebSockets. */
final class SocketClient implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final WebSocketClient client =
      vertx.createWebSocketClient(
          new WebSocketClientOptions().setMaxFrameSize(4 << 20).setMaxMessageSize(4 << 20));

  /** What a request for a socket was answered instead. */
  record Refusal(int status, String body) {}

  private static WebSocketConnectOptions options(int port, String target, String key) {
    WebSocketConnectOptions options = new WebSocketConnectOptions();
    options.setHost("127.0.0.1").setPort(port).setURI(target);
    if (!key.isEmpty()) {
      options.putHeader("Authorization", "Bearer " + key);
    }
    return options;
  }

  SocketEnd open(int port, String target, String key) {
    return open(options(port, target, key));
  }

  SocketEnd open(WebSocketConnectOptions options) {
    return new SocketEnd(client.connect(options).await(), (_, _) -> {});
  }

  /** The same as a browser does, which cannot set headers. */
  SocketEnd openWithSubprotocols(int port, String target, String... offered) {
    WebSocketConnectOptions options = options(port, target, "");
    options.setSubProtocols(List.of(offered));
    return open(options);
  }

  Refusal refused(int port, String target, String key) {
    try {
      client.connect(options(port, target, key)).await();
    } catch (UpgradeRejectedException said) {
      return new Refusal(said.getStatus(), said.getBody().toString());
    }
    throw new AssertionError("the socket was opened");
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
