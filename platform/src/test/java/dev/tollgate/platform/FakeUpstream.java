package dev.tollgate.platform;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** An upstream on loopback that keeps what it was sent and answers what it is told. */
public final class FakeUpstream implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);

  /** What arrived. */
  public record Call(
      String method, String path, Map<String, List<String>> headers, String body, int port) {
    /** A header's only value, or nothing. */
    public String header(String name) {
      return String.join(",", headers.getOrDefault(name, List.of()));
    }
  }

  /** What is answered. */
  public record Answer(int status, Map<String, String> headers, String body) {
    /** The call is taken, and that is all. */
    public static final Answer NEVER = of(0, "");

    /** The head and the first byte of an answer come, and nothing more. */
    public static final Answer BEGUN = of(200, "[");

    /** An answer without further headers. */
    public static Answer of(int status, String body) {
      return new Answer(status, Map.of("Content-Type", "application/json"), body);
    }
  }

  private FakeUpstream(HttpServer server) {
    this.server = server;
  }

  /**
   * Starts on a free port; the function sees each call and says what to answer; status 0 is no
   * answer.
   */
  public static FakeUpstream answering(Function<Call, Answer> answers) {
    try {
      var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      var upstream = new FakeUpstream(server);
      server.setExecutor(upstream.threads);
      server.createContext("/", exchange -> upstream.answer(exchange, answers));
      server.start();
      return upstream;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its address without a path. */
  public String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** All that arrived, in order. */
  public List<Call> calls() {
    return calls;
  }

  private void answer(HttpExchange exchange, Function<Call, Answer> answers) throws IOException {
    try (exchange) {
      var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      var call =
          new Call(
              exchange.getRequestMethod(),
              exchange.getRequestURI().getRawPath(),
              Map.copyOf(exchange.getRequestHeaders()),
              body,
              exchange.getRemoteAddress().getPort());
      calls.add(call);
      var answer = answers.apply(call);
      if (answer.equals(Answer.NEVER)) {
        awaitClosing();
        return;
      }
      answer.headers().forEach(exchange.getResponseHeaders()::set);
      var bytes = answer.body().getBytes(StandardCharsets.UTF_8);
      if (answer.equals(Answer.BEGUN)) {
        exchange.sendResponseHeaders(answer.status(), 100);
        exchange.getResponseBody().write(bytes);
        exchange.getResponseBody().flush();
        awaitClosing();
        return;
      }
      exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private void awaitClosing() {
    try {
      closing.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.close();
  }
}
