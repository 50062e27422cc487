package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.app.TestGateway;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.StreamResetException;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTP/2 and TLS on both sides, and the way through a proxy. */
class TransportTest {
  private static final String CHAT = "/v1/chat/completions";

  @TempDir static Path folder;
  private static Certificate certificate;
  private static Vertx vertx;

  @BeforeAll
  static void start() throws Exception {
    certificate = Certificate.make(folder);
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void stop() {
    vertx.close().await();
  }

  private static FakeProvider secureProvider() {
    return new FakeProvider(
        new HttpServerOptions()
            .setSsl(true)
            .setUseAlpn(true)
            .setKeyCertOptions(
                new PemKeyCertOptions()
                    .addCertPath(certificate.chain().toString())
                    .addKeyPath(certificate.key().toString())));
  }

  private static HttpClient http2(boolean tls) {
    HttpClientOptions options =
        new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setHttp2ClearTextUpgrade(false)
            .setDefaultHost("127.0.0.1");
    if (tls) {
      options
          .setSsl(true)
          .setUseAlpn(true)
          .setTrustOptions(new PemTrustOptions().addCertPath(certificate.chain().toString()));
    }
    return vertx.createHttpClient(options);
  }

  private static HttpClientRequest post(HttpClient client, RunningGateway gateway, String key) {
    HttpClientRequest request =
        client.request(HttpMethod.POST, gateway.port(), "127.0.0.1", CHAT).await();
    request.putHeader("authorization", "Bearer " + key);
    request.putHeader("content-type", "application/json");
    return request;
  }

  /** Status, version and body of one call. */
  private record Reply(int status, HttpVersion version, String body) {}

  private static Reply send(HttpClientRequest request, String body) {
    return request
        .send(Buffer.buffer(body))
        .compose(
            response ->
                response
                    .body()
                    .map(
                        bytes ->
                            new Reply(response.statusCode(), response.version(), bytes.toString())))
        .toCompletionStage()
        .toCompletableFuture()
        .orTimeout(5, TimeUnit.SECONDS)
        .join();
  }

  @Test
  void http2WithPriorKnowledgeIsServed() {
    try (RunningGateway gateway = RunningGateway.start()) {
      HttpClient client = http2(false);
      Reply reply =
          send(post(client, gateway, RunningGateway.MASTER), RunningGateway.chatBody(false));
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.version()).isEqualTo(HttpVersion.HTTP_2);
      assertThat(reply.body()).contains("Hello there!");
      gateway
          .provider()
          .answers(FakeProvider.stream(FakeProvider.End.WITHOUT_DONE, Shape.CHAT.events()));
      assertThat(
              send(post(client, gateway, RunningGateway.MASTER), RunningGateway.chatBody(true))
                  .body())
          .contains("Hello")
          .endsWith("[DONE]\n\n");
      client.close().await();
    }
  }

  @Test
  void aStreamResetOverHttp2StopsTheProviderAndPaysForWhatItGot() throws Exception {
    try (RunningGateway gateway = RunningGateway.start()) {
      HttpClient client = http2(false);
      String key = gateway.key(Terms.open());
      gateway.provider().answers(gateway.provider().live());
      HttpClientRequest request = post(client, gateway, key);
      CompletableFuture<String> first = new CompletableFuture<>();
      request
          .send(RunningGateway.chatBody(true))
          .onSuccess(response -> response.handler(event -> first.complete(event.toString())));
      FakeProvider.Live live = gateway.provider().next();
      live.event(FakeProvider.chunk("Hello"));
      assertThat(first.get(5, TimeUnit.SECONDS)).contains("Hello");
      request.reset(8).await();
      Eventually.so("the provider's request is closed", live::isClosed);
      gateway.isAtRest();
      assertThat(gateway.rows(key)).hasSize(1).allMatch(row -> row.httpStatus() == 499);
      gateway.provider().answers(FakeProvider.whole(200, FakeProvider.WHOLE));
      assertThat(send(post(client, gateway, key), RunningGateway.chatBody(false)).status())
          .isEqualTo(200);
      client.close().await();
    }
  }

  /** All frames are in one read: the client has left before its request is asked. */
  @Test
  void aRequestThatIsResetInTheReadThatBroughtItIsNotAsked() throws Exception {
    try (RunningGateway gateway = RunningGateway.start();
        RawClient client = gateway.client()) {
      String key = gateway.key(Terms.parallelRequests(1));
      client.send(Frames.thatAskAndLeave(CHAT, key, RunningGateway.chatBody(false)));
      Eventually.so("the call has come and gone", () -> gateway.rows(key).size() == 1);
      assertThat(gateway.provider().seen()).isEmpty();
      gateway.isAtRest();
      assertThat(gateway.chat(key).status()).isEqualTo(200);
    }
  }

  @Test
  void aStreamThatIsNotReadOverHttp2IsResetAndTheOthersGoOn() throws Exception {
    try (RunningGateway gateway = RunningGateway.impatient(new FakeProvider())) {
      HttpClient client = http2(false);
      gateway.provider().answers(gateway.provider().live());
      CompletableFuture<Throwable> failure = new CompletableFuture<>();
      HttpClientRequest stalled = post(client, gateway, RunningGateway.MASTER);
      CompletableFuture<Void> closed = new CompletableFuture<>();
      stalled.connection().closeHandler(_ -> closed.complete(null));
      stalled
          .send(RunningGateway.chatBody(true))
          .onSuccess(response -> response.exceptionHandler(failure::complete).pause());
      String event = "data: " + FakeProvider.chunk("x".repeat(16_000)) + "\n\n";
      gateway.provider().next().pour(event, 64 << 20);
      assertThat(failure.get(5, TimeUnit.SECONDS)).isInstanceOf(StreamResetException.class);
      assertThat(closed).isNotDone();
      gateway.provider().answers(FakeProvider.whole(200, FakeProvider.WHOLE));
      HttpClientRequest other = post(client, gateway, RunningGateway.MASTER);
      assertThat(other.connection()).isSameAs(stalled.connection());
      assertThat(send(other, RunningGateway.chatBody(false)).status()).isEqualTo(200);
      client.close().await();
    }
  }

  /** What has ended on the gateway's side can no longer be reset. */
  @Test
  void anAnswerThatIsNotReadOverHttp2EndsItsConnection() throws Exception {
    try (RunningGateway gateway = RunningGateway.impatient(new FakeProvider())) {
      HttpClient client = http2(false);
      String padding = "{\"padding\":\"" + "x".repeat(8 << 20) + "\",";
      gateway
          .provider()
          .answers(FakeProvider.whole(200, FakeProvider.WHOLE.replaceFirst("\\{", padding)));
      HttpClientRequest request = post(client, gateway, RunningGateway.MASTER);
      CompletableFuture<Void> closed = new CompletableFuture<>();
      request.connection().closeHandler(_ -> closed.complete(null));
      request.send(RunningGateway.chatBody(false)).onSuccess(HttpClientResponse::pause);
      closed.get(5, TimeUnit.SECONDS);
      client.close().await();
    }
  }

  @Test
  void aBodyTooLargeOverHttp2Is413AndTheConnectionGoesOn() {
    try (RunningGateway gateway = RunningGateway.start()) {
      HttpClient client = http2(false);
      HttpClientRequest request = post(client, gateway, RunningGateway.MASTER);
      request.putHeader("content-length", "99999999");
      request.writeHead();
      HttpClientResponse response =
          request
              .response()
              .toCompletionStage()
              .toCompletableFuture()
              .orTimeout(5, TimeUnit.SECONDS)
              .join();
      assertThat(response.statusCode()).isEqualTo(413);
      assertThat(
              send(post(client, gateway, RunningGateway.MASTER), RunningGateway.chatBody(false))
                  .status())
          .isEqualTo(200);
      client.close().await();
    }
  }

  @Test
  void tlsWithHttp2OnBothSides() {
    FakeProvider provider = secureProvider();
    TestGateway.Setup setup =
        TestGateway.Setup.of(
                RunningGateway.config(provider)
                    .replace(
                        "litellm_settings:",
                        "litellm_settings:\n  ssl_verify: \"" + certificate.chain() + "\""))
            .withTls(certificate.chain(), certificate.key());
    try (RunningGateway gateway = new RunningGateway(setup, provider)) {
      HttpClient client = http2(true);
      Reply reply =
          send(post(client, gateway, RunningGateway.MASTER), RunningGateway.chatBody(false));
      assertThat(reply.status()).as(reply.body()).isEqualTo(200);
      assertThat(reply.version()).isEqualTo(HttpVersion.HTTP_2);
      assertThat(provider.seen().getFirst().connection()).startsWith("HTTP_2");
      client.close().await();
    }
  }

  @Test
  void aCertificateThatNobodyTrustsGetsNoCredential() throws Exception {
    FakeProvider provider = secureProvider();
    try (RunningGateway gateway =
        new RunningGateway(TestGateway.Setup.of(RunningGateway.config(provider)), provider)) {
      RawClient.Answer answer = gateway.chat(RunningGateway.MASTER);
      assertThat(answer.status()).isEqualTo(500);
      assertThat(provider.seen()).isEmpty();
    }
  }

  @Test
  void verificationCanBeTurnedOff() throws Exception {
    FakeProvider provider = secureProvider();
    String config =
        RunningGateway.config(provider)
            .replace("litellm_settings:", "litellm_settings:\n  ssl_verify: false");
    try (RunningGateway gateway = new RunningGateway(TestGateway.Setup.of(config), provider)) {
      RawClient.Answer answer = gateway.chat(RunningGateway.MASTER);
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }
  }

  @Test
  void aProviderIsReachedThroughTheProxyOfTheEnvironment() throws Exception {
    FakeProvider provider = new FakeProvider();
    try (TinyProxy proxy = new TinyProxy(provider.port());
        RunningGateway gateway =
            new RunningGateway(
                TestGateway.Setup.of(
                        RunningGateway.config(provider)
                            .replace("127.0.0.1:" + provider.port(), "provider.test"))
                    .with(Map.of("HTTP_PROXY", proxy.address())),
                provider)) {
      RawClient.Answer answer = gateway.chat(RunningGateway.MASTER);
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      assertThat(proxy.asked().getFirst()).contains("provider.test");
      assertThat(provider.seen()).hasSize(1);
    }
  }

  @Test
  void aSecureProviderIsReachedThroughATunnel() throws Exception {
    FakeProvider provider = secureProvider();
    try (TinyProxy proxy = new TinyProxy(provider.port());
        RunningGateway gateway =
            new RunningGateway(
                TestGateway.Setup.of(
                        RunningGateway.config(provider)
                            .replace("127.0.0.1:" + provider.port(), "provider.test")
                            .replace(
                                "litellm_settings:",
                                "litellm_settings:\n  ssl_verify: \"" + certificate.chain() + "\""))
                    .with(Map.of("https_proxy", proxy.address())),
                provider)) {
      RawClient.Answer answer = gateway.chat(RunningGateway.MASTER);
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      assertThat(proxy.asked())
          .first()
          .asString()
          .startsWith("CONNECT provider.test:443 ")
          .doesNotContain(RunningGateway.PROVIDER_KEY);
    }
  }

  @Test
  void whatTheEnvironmentExceptsFromTheProxyIsReachedDirectly() throws Exception {
    FakeProvider provider = new FakeProvider();
    try (TinyProxy proxy = new TinyProxy(provider.port());
        RunningGateway gateway =
            new RunningGateway(
                TestGateway.Setup.of(
                        RunningGateway.config(provider).replace("127.0.0.1", "localhost"))
                    .with(Map.of("HTTP_PROXY", proxy.address(), "NO_PROXY", "localhost")),
                provider)) {
      assertThat(gateway.chat(RunningGateway.MASTER).status()).isEqualTo(200);
      assertThat(proxy.asked()).isEqualTo(List.of());
    }
  }
}
