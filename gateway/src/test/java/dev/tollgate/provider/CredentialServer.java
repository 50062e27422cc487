package dev.tollgate.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tollgate.model.Address;
import dev.tollgate.model.Deployment;
import dev.tollgate.model.Signing;
import dev.tollgate.provider.Deployments.Defaults;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Stands for whoever gives credentials: Entra, AWS's STS, Google, a metadata service. It answers by
 * the path, and remembers what it was asked.
 */
final class CredentialServer implements BeforeEachCallback, AfterEachCallback {
  /** Without proxies. */
  static final TokenClient CLIENT = new TokenClient(HttpUpstream.Settings.DEFAULTS, _ -> null);

  private static final Address ANYWHERE = Address.of("https://example.com/");
  private static final byte[] BODY = "{}".getBytes(UTF_8);

  /** Variables that the deployments see. */
  final Map<String, String> environment = new HashMap<>();

  final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private @Nullable HttpServer server;

  /**
   * What it was asked.
   *
   * @param form its fields; those of the query for a request without a body
   */
  record Asked(String method, String path, Map<String, String> form, Map<String, String> headers) {}

  private record Answer(int status, String body) {}

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    environment.clear();
    asked.clear();
    answers.clear();
    HttpServer started =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    started.createContext("/", this::answer);
    started.start();
    server = started;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Objects.requireNonNull(server).stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    String query = exchange.getRequestURI().getRawQuery();
    String fields = body.isEmpty() && query != null ? query : body;
    Map<String, String> form = new TreeMap<>();
    for (String field : fields.isEmpty() ? new String[0] : fields.split("&", -1)) {
      String[] parts = field.split("=", 2);
      form.put(parts[0], parts.length < 2 ? "" : URLDecoder.decode(parts[1], UTF_8));
    }
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
    String path = exchange.getRequestURI().getPath();
    asked.add(new Asked(exchange.getRequestMethod(), path, form, headers));
    Answer answer = answers.getOrDefault(path, new Answer(404, "not here"));
    byte[] bytes = answer.body().getBytes(UTF_8);
    exchange.sendResponseHeaders(answer.status(), bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  void answers(String path, String body) {
    answers(path, 200, body);
  }

  void answers(String path, int status, String body) {
    answers.put(path, new Answer(status, body));
  }

  /** Host and port. */
  String authority() {
    return "127.0.0.1:" + Objects.requireNonNull(server).getAddress().getPort();
  }

  String base() {
    return "http://" + authority();
  }

  Deployments deployments() {
    return new Deployments(Catalogue.load(), environment::get, ProvidersOnly.NONE, Defaults.NONE);
  }

  Deployment build(Map<String, ?> params) {
    return deployments().build("m", params, Map.of()).forModel("m");
  }

  /** The headers that a request to a deployment gets. */
  static Map<String, String> headers(Deployment deployment) throws Exception {
    Signing signing = Objects.requireNonNull(deployment.signing(), "no signing");
    Map<String, String> headers = new TreeMap<>();
    signing
        .headers("POST", ANYWHERE, BODY)
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS)
        .forEach((name, value) -> headers.put(name, value.reveal()));
    return headers;
  }
}
