package dev.tollgate.e2e;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real provider on loopback, with faults on order: it answers each request as the script that is
 * set says.
 */
final class FakeProvider implements AutoCloseable {
  static final String WHOLE =
      """
      {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"real-model","x_unknown":{"kept":[1,2]},\
      "choices":[{"index":0,"message":{"role":"assistant","content":"Hello there!"},"finish_reason":"stop"}],\
      "usage":{"prompt_tokens":12,"completion_tokens":7,"total_tokens":19}}""";

  /** A provider's request as it arrived. */
  record Seen(String method, String uri, Map<String, String> headers, String body) {}

  /** Answers one request; its body has been read. */
  interface Script {
    void answer(HttpServerRequest request, Seen seen);
  }

  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server;
  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final AtomicInteger leftEarly = new AtomicInteger();
  private volatile Script script = whole(200, WHOLE);

  FakeProvider() {
    server =
        vertx
            .createHttpServer(new HttpServerOptions().setDecompressionSupported(true))
            .requestHandler(this::serve)
            .listen(0, "127.0.0.1")
            .await();
  }

  private void serve(HttpServerRequest request) {
    request
        .body()
        .onSuccess(
            body -> {
              Map<String, String> headers = new java.util.TreeMap<>(String.CASE_INSENSITIVE_ORDER);
              request.headers().forEach(headers::put);
              Seen one =
                  new Seen(
                      request.method().name(),
                      request.uri(),
                      headers,
                      body.toString(StandardCharsets.UTF_8));
              seen.add(one);
              request
                  .response()
                  .closeHandler(
                      _ -> {
                        if (!request.response().ended()) {
                          leftEarly.incrementAndGet();
                        }
                      });
              script.answer(request, one);
            });
  }

  String base() {
    return "http://127.0.0.1:" + server.actualPort() + "/v1";
  }

  int port() {
    return server.actualPort();
  }

  void answers(Script next) {
    script = next;
  }

  List<Seen> seen() {
    return seen;
  }

  /** Requests that the gateway closed before the answer was complete. */
  int leftEarly() {
    return leftEarly.get();
  }

  void forget() {
    seen.clear();
    leftEarly.set(0);
  }

  static Script whole(int status, String body) {
    return (request, _) ->
        request
            .response()
            .setStatusCode(status)
            .putHeader("content-type", "application/json")
            .putHeader("x-request-id", "req_1")
            .end(body);
  }

  static Script failing(int status) {
    return whole(
        status,
        "{\"error\":{\"message\":\"provider says "
            + status
            + "\",\"type\":\"t\",\"param\":null,\"code\":null}}");
  }

  /** Never answers. */
  static Script silent() {
    return (_, _) -> {};
  }

  /** Drops the connection without an answer. */
  static Script refusing() {
    return (request, _) -> request.connection().close();
  }

  /** How a stream ends. */
  enum End {
    DONE,
    WITHOUT_DONE,
    CUT,
    HANGING
  }

  /** Sends the events one by one, some milliseconds apart, and then ends so. */
  Script stream(long gapMillis, End end, String... events) {
    return (request, _) -> {
      HttpServerResponse response =
          request.response().putHeader("content-type", "text/event-stream").setChunked(true);
      send(response, request, gapMillis, end, events, 0);
    };
  }

  private void send(
      HttpServerResponse response,
      HttpServerRequest request,
      long gapMillis,
      End end,
      String[] events,
      int next) {
    if (response.closed()) {
      return;
    }
    if (next < events.length) {
      response.write(Buffer.buffer("data: " + events[next] + "\n\n"));
      if (gapMillis > 0) {
        vertx.setTimer(gapMillis, _ -> send(response, request, gapMillis, end, events, next + 1));
      } else {
        send(response, request, gapMillis, end, events, next + 1);
      }
      return;
    }
    switch (end) {
      case DONE -> response.end("data: [DONE]\n\n");
      case WITHOUT_DONE -> response.end();
      case CUT -> request.connection().close();
      case HANGING -> {}
    }
  }

  static String chunk(String text) {
    return "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"real-model\","
        + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
        + text
        + "\"},\"finish_reason\":null}]}";
  }

  static String lastChunk() {
    return "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"real-model\","
        + "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}";
  }

  static String usageChunk() {
    return "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"real-model\","
        + "\"choices\":[],\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":7,\"total_tokens\":19}}";
  }

  /** Vert.x of this provider, for scripts that need a timer. */
  Vertx vertx() {
    return vertx;
  }

  @Override
  public void close() {
    server.close().await();
    vertx.close().await();
  }
}
