package dev.tollgate.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.app.TestGateway;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens of identities come through the proxies and by the authorities by which providers do. */
class TokenProxyTest {
  private static final String TOKEN = "{\"access_token\":\"iam-token-1\",\"expires_in\":3600}";

  /** This machine, in words that are not taken for it. */
  private static final String HERE = "::ffff:127.0.0.1";

  @TempDir static Path folder;
  private static Certificate certificate;

  @BeforeAll
  static void start() throws Exception {
    certificate = Certificate.make(folder);
  }

  private static FakeProvider tokens(boolean secure) {
    HttpServerOptions options = new HttpServerOptions();
    if (secure) {
      options
          .setSsl(true)
          .setKeyCertOptions(
              new PemKeyCertOptions()
                  .addCertPath(certificate.chain().toString())
                  .addKeyPath(certificate.key().toString()));
    }
    return new FakeProvider(options).usually(FakeProvider.whole(200, TOKEN));
  }

  /** A gateway whose watsonx.ai is near, and whose key is exchanged at {@code iam}. */
  private static RunningGateway gateway(
      FakeProvider provider, FakeProvider tokens, String iam, String... more) {
    Map<String, String> variables = new HashMap<>();
    variables.put("WATSONX_URL", provider.base().replace("/v1", ""));
    variables.put("WATSONX_API_KEY", "very-secret-key");
    variables.put("WATSONX_IAM_URL", iam);
    for (int i = 0; i < more.length; i += 2) {
      variables.put(more[i], more[i + 1]);
    }
    return new RunningGateway(
            TestGateway.Setup.of(RunningGateway.config(provider)).with(variables), provider)
        .and(tokens);
  }

  private static RawClient.Answer ask(RunningGateway gateway) throws IOException {
    return gateway.get("/watsonx/ml/v1/foundation_model_specs", gateway.key(Terms.open()));
  }

  @Test
  void aTokenComesThroughATunnelByTheAuthoritiesOfAFile() throws Exception {
    FakeProvider provider = new FakeProvider();
    FakeProvider tokens = tokens(true);
    try (TinyProxy proxy = new TinyProxy(tokens.port());
        RunningGateway gateway =
            gateway(
                provider,
                tokens,
                "https://provider.test/identity/token",
                "HTTPS_PROXY",
                proxy.address(),
                "SSL_CERT_FILE",
                certificate.chain().toString())) {
      RawClient.Answer answer = ask(gateway);
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      FakeProvider.Seen seen = provider.seen().getFirst();
      assertThat(seen.uri()).isEqualTo("/ml/v1/foundation_model_specs?version=2024-03-13");
      assertThat(seen.headers()).containsEntry("authorization", "Bearer iam-token-1");
      assertThat(tokens.seen().getFirst().body()).contains("apikey=very-secret-key");
      assertThat(proxy.asked())
          .singleElement()
          .asString()
          .startsWith("CONNECT provider.test:443 ")
          .doesNotContain("very-secret-key");
    }
  }

  @Test
  void anAuthorityThatNobodyNamedIsNotBelieved() throws Exception {
    FakeProvider provider = new FakeProvider();
    FakeProvider tokens = tokens(true);
    try (RunningGateway gateway =
        gateway(provider, tokens, tokens.base().replace("/v1", "/identity/token"))) {
      RawClient.Answer answer = ask(gateway);
      assertThat(answer.status()).isEqualTo(500);
      assertThat(answer.body())
          .contains("no token: 127.0.0.1 gave no answer: SSLHandshakeException")
          .doesNotContain("very-secret-key");
      assertThat(tokens.seen()).isEmpty();
      assertThat(provider.seen()).isEmpty();
    }
  }

  @Test
  void whoChecksNoCertificatesChecksThisOneNeither() throws Exception {
    FakeProvider provider = new FakeProvider();
    FakeProvider tokens = tokens(true);
    try (RunningGateway gateway =
        gateway(
            provider,
            tokens,
            tokens.base().replace("/v1", "/identity/token"),
            "SSL_VERIFY",
            "False")) {
      assertThat(ask(gateway).status()).isEqualTo(200);
    }
  }

  @Test
  void aProxyThatWantsToKnowWhoAsksIsTold() throws Exception {
    FakeProvider provider = new FakeProvider();
    FakeProvider tokens = tokens(false);
    try (TinyProxy proxy = new TinyProxy(tokens.port());
        RunningGateway gateway =
            gateway(
                provider,
                tokens,
                "http://provider.test/identity/token",
                "http_proxy",
                proxy.address().replace("//", "//me:word@"))) {
      assertThat(ask(gateway).status()).isEqualTo(200);
      String basic = Base64.getEncoder().encodeToString("me:word".getBytes(UTF_8));
      assertThat(proxy.asked())
          .singleElement()
          .asString()
          .startsWith("POST http://provider.test/identity/token ")
          .containsIgnoringCase("proxy-authorization: Basic " + basic);
    }
  }

  @Test
  void whatTheEnvironmentExceptsFromTheProxyIsAskedDirectly() throws Exception {
    FakeProvider provider = new FakeProvider();
    FakeProvider tokens = tokens(false);
    String iam =
        tokens.base().replace("/v1", "/identity/token").replace("127.0.0.1", "[" + HERE + "]");
    try (TinyProxy proxy = new TinyProxy(tokens.port());
        RunningGateway gateway =
            gateway(provider, tokens, iam, "http_proxy", proxy.address(), "no_proxy", HERE)) {
      assertThat(ask(gateway).status()).isEqualTo(200);
      assertThat(proxy.asked()).isEqualTo(List.of());
    }
  }

  @Test
  void aProxyThatTokensCannotComeThroughIsNotPassedBy() throws Exception {
    FakeProvider provider = new FakeProvider();
    FakeProvider tokens = tokens(false);
    try (RunningGateway gateway =
        gateway(
            provider,
            tokens,
            "http://provider.test/identity/token",
            "http_proxy",
            "socks5://127.0.0.1:9")) {
      RawClient.Answer answer = ask(gateway);
      assertThat(answer.status()).isEqualTo(500);
      assertThat(answer.body()).contains("provider.test in NO_PROXY");
    }
  }
}
