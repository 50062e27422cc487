package dev.tollgate.e2e;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A real provider on loopback, with faults on order: it answers each request as its script says.
 */
final class FakeProvider implements AutoCloseable {
  static final String WHOLE =
      """
      {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"real-model","x_unknown":{"kept":[1,2]},\
      "choices":[{"index":0,"message":{"role":"assistant","content":"Hello there!"},"finish_reason":"stop"}],\
      "usage":{"prompt_tokens":12,"completion_tokens":7,"total_tokens":19}}""";

  /** A provider's request as it arrived. */
  record Seen(
      String method, String uri, Map<String, String> headers, String body, String connection) {}

  /** Answers one request; its body has been read. */
  interface Script {
    void answer(HttpServerRequest request, Seen seen);
  }

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final HttpServer server;
  private final boolean tls;
  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final BlockingQueue<Live> live = new LinkedBlockingQueue<>();
  private final AtomicInteger leftEarly = new AtomicInteger();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();
  private volatile Script usual = whole(200, WHOLE);
  private volatile Script script = usual;

  FakeProvider() {
    this(new HttpServerOptions());
  }

  FakeProvider(HttpServerOptions options) {
    tls = options.isSsl();
    server =
        vertx
            .createHttpServer(options.setDecompressionSupported(true))
            .connectionHandler(
                connection -> {
                  connections.incrementAndGet();
                  connection.closeHandler(_ -> closed.incrementAndGet());
                })
            .requestHandler(this::serve)
            .listen(0, "127.0.0.1")
            .await();
  }

  private void serve(HttpServerRequest request) {
    request.response().closeHandler(_ -> closed(request.response()));
    request.response().exceptionHandler(_ -> {});
    request
        .body()
        .onSuccess(
            body -> {
              Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
              request.headers().forEach(headers::put);
              Seen one =
                  new Seen(
                      request.method().name(),
                      request.uri(),
                      headers,
                      body.toString(StandardCharsets.UTF_8),
                      request.version() + " " + request.remoteAddress());
              seen.add(one);
              script.answer(request, one);
            });
  }

  private void closed(HttpServerResponse response) {
    if (!response.ended()) {
      leftEarly.incrementAndGet();
    }
  }

  String base() {
    return (tls ? "https" : "http") + "://127.0.0.1:" + server.actualPort() + "/v1";
  }

  int port() {
    return server.actualPort();
  }

  /** Answers so from now on, until it {@link #forget}s. */
  void answers(Script next) {
    script = next;
  }

  /** Answers so where nothing else is said. */
  FakeProvider usually(Script each) {
    usual = each;
    script = each;
    return this;
  }

  List<Seen> seen() {
    return seen;
  }

  /** Requests that the gateway closed before the answer was complete. */
  int leftEarly() {
    return leftEarly.get();
  }

  /** Connections that were opened to here so far. */
  int connections() {
    return connections.get();
  }

  /** Connections to here that were closed, by whichever side. */
  int closed() {
    return closed.get();
  }

  /** Forgets what it has seen and what it was told to answer. */
  void forget() {
    script = usual;
    seen.clear();
    live.clear();
    leftEarly.set(0);
    connections.set(0);
    closed.set(0);
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

  /** Sends the first half of a whole reply and drops the connection. */
  static Script halfOf(String body) {
    return (request, _) -> {
      HttpServerResponse response =
          request
              .response()
              .putHeader("content-type", "application/json")
              .putHeader("content-length", Integer.toString(body.length()));
      response
          .write(body.substring(0, body.length() / 2))
          .onComplete(_ -> request.connection().close());
    };
  }

  /** How a stream ends. */
  enum End {
    DONE,
    WITHOUT_DONE,
    CUT,
    HANGING
  }

  /** Sends the events at once, each as a piece of its own, and then ends so. */
  static Script stream(End end, List<String> events) {
    return pieces(
        end, "text/event-stream", events.stream().map(one -> Buffer.buffer(framed(one))).toList());
  }

  /** The same with pieces of whatever form. */
  static Script pieces(End end, String type, List<Buffer> pieces) {
    return (request, _) -> {
      HttpServerResponse response =
          request.response().putHeader("content-type", type).setChunked(true);
      Future<Void> written = Future.succeededFuture();
      for (Buffer piece : pieces) {
        written = response.write(piece);
      }
      switch (end) {
        case DONE -> response.end(framed("[DONE]"));
        case WITHOUT_DONE -> response.end();
        case CUT -> written.onComplete(_ -> request.connection().close());
        case HANGING -> {}
      }
    };
  }

  private static String framed(String event) {
    return event.startsWith("event:") ? event + "\n\n" : "data: " + event + "\n\n";
  }

  /** Puts each request into the test's hands, see {@link #next}. */
  Script live() {
    return live("text/event-stream");
  }

  /** The same for an answer of this content type. */
  Script live(String type) {
    return (request, _) -> live.add(new Live(vertx.getOrCreateContext(), request, type));
  }

  /** The next request that a {@link #live} script took. */
  Live next() throws InterruptedException {
    Live one = live.poll(5, TimeUnit.SECONDS);
    if (one == null) {
      throw new AssertionError("the gateway sent no request within 5 s");
    }
    return one;
  }

  /** A stream in the test's hands. */
  static final class Live {
    private final Context context;
    private final HttpServerRequest request;
    private final AtomicLong written = new AtomicLong();
    private volatile long closedNanos;
    private volatile boolean full;

    Live(Context context, HttpServerRequest request, String type) {
      this.context = context;
      this.request = request;
      request.response().closeHandler(_ -> closedNanos = System.nanoTime());
      request.response().putHeader("content-type", type).setChunked(true);
    }

    void event(String event) {
      text(framed(event));
    }

    /** Sends a piece as it stands. */
    void text(String piece) {
      bytes(Buffer.buffer(piece));
    }

    void bytes(Buffer piece) {
      context.runOnContext(_ -> request.response().write(piece));
    }

    void end() {
      context.runOnContext(_ -> request.response().end());
    }

    void cut() {
      context.runOnContext(_ -> request.connection().close());
    }

    /**
     * Sends this piece again and again for as long as the gateway takes it, up to so many bytes.
     */
    void pour(String piece, long bytesMax) {
      context.runOnContext(_ -> pourOn(Buffer.buffer(piece), bytesMax));
    }

    private void pourOn(Buffer piece, long bytesMax) {
      HttpServerResponse response = request.response();
      while (!response.writeQueueFull() && written.get() < bytesMax && !isClosed()) {
        written.addAndGet(piece.length());
        response.write(piece);
      }
      full = response.writeQueueFull();
      if (full) {
        response.drainHandler(_ -> pourOn(piece, bytesMax));
      }
    }

    /** Bytes that were poured. */
    long written() {
      return written.get();
    }

    /** Whether the gateway takes no more at the moment. */
    boolean isFull() {
      return full;
    }

    boolean isClosed() {
      return closedNanos != 0;
    }

    /**
     * When the connection or the stream was closed, by {@link System#nanoTime}; 0 if it was not.
     */
    long closedNanos() {
      return closedNanos;
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
