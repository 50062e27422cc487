package dev.tollgate.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.tollgate.model.Address;
import dev.tollgate.model.Deployment;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Route;
import dev.tollgate.model.Secret;
import dev.tollgate.model.Signing;
import dev.tollgate.provider.Deployments.Defaults;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VertexDeploymentsTest {
  private static final Address ANYWHERE = Address.of("https://example.com/");
  private static final KeyPair KEYS = keys();

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-22T12:00:00Z"));
  private final List<String> statements = new CopyOnWriteArrayList<>();
  private @Nullable HttpServer endpoint;

  private static KeyPair keys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has RSA", e);
    }
  }

  @AfterEach
  void stop() {
    if (endpoint != null) {
      endpoint.stop(0);
    }
  }

  /** A token endpoint that answers with tokens in turn; a status is a refusal. */
  private String endpoint(Object... answers) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    endpoint = server;
    server.createContext(
        "/token",
        exchange -> {
          statements.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          Object answer = answers[Math.min(statements.size(), answers.length) - 1];
          boolean good = answer instanceof String;
          String body =
              good
                  ? "{\"access_token\":\"" + answer + "\",\"expires_in\":3600}"
                  : "{\"error\":\"invalid_grant\"}";
          exchange.sendResponseHeaders(good ? 200 : (Integer) answer, body.length());
          exchange.getResponseBody().write(body.getBytes(UTF_8));
          exchange.close();
        });
    server.start();
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/token";
  }

  private static Map<String, Object> account(String tokenUri) {
    Map<String, Object> account = new LinkedHashMap<>();
    account.put("type", "service_account");
    account.put("project_id", "own-project");
    account.put("private_key_id", "k1");
    account.put("client_email", "a@own-project.iam.gserviceaccount.com");
    account.put("token_uri", tokenUri);
    account.put(
        "private_key",
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(KEYS.getPrivate().getEncoded())
            + "\n-----END PRIVATE KEY-----\n");
    return account;
  }

  private GoogleTokens tokens(String tokenUri) {
    GoogleIdentity identity =
        new GoogleIdentity.Search(
                Params.of(Map.of("vertex_credentials", account(tokenUri)), Map.of()), _ -> null)
            .identity();
    return new GoogleTokens(identity, _ -> null, CredentialServer.CLIENT, now::get);
  }

  private static @Nullable String bearer(Signing signing) throws Exception {
    Secret secret =
        signing
            .headers("POST", ANYWHERE, new byte[0])
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS)
            .get("authorization");
    return secret == null ? null : secret.reveal();
  }

  @Test
  void aTokenIsKeptWhileItIsGoodAndRenewedWhenItIsNot() throws Exception {
    GoogleTokens tokens = tokens(endpoint("one", "two"));
    assertThat(bearer(tokens)).isEqualTo("Bearer one");
    now.updateAndGet(time -> time.plus(Duration.ofMinutes(50)));
    assertThat(bearer(tokens)).isEqualTo("Bearer one");
    assertThat(statements).hasSize(1);
    now.updateAndGet(time -> time.plus(Duration.ofMinutes(20)));
    assertThat(bearer(tokens)).isEqualTo("Bearer two");
    assertThat(statements).hasSize(2);
  }

  @Test
  void theAccountSignsWhoItIsAndWhatFor() throws Exception {
    String uri = endpoint("one");
    assertThat(bearer(tokens(uri))).isEqualTo("Bearer one");
    String form = statements.getFirst();
    assertThat(form)
        .startsWith("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&");
    String[] parts = form.substring(form.indexOf("assertion=") + 10).split("\\.", -1);
    String claims = new String(Base64.getUrlDecoder().decode(parts[1]), UTF_8);
    assertThat(claims)
        .contains("\"iss\":\"a@own-project.iam.gserviceaccount.com\"")
        .contains("\"aud\":\"" + uri + "\"")
        .contains("\"iat\":" + now.get().getEpochSecond());
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initVerify(KEYS.getPublic());
    signature.update((parts[0] + "." + parts[1]).getBytes(UTF_8));
    assertThat(signature.verify(Base64.getUrlDecoder().decode(parts[2]))).isTrue();
  }

  @Test
  void aRefusedAccountFailsWithoutAskingAgainAtOnce() throws Exception {
    GoogleTokens tokens = tokens(endpoint(401, "late"));
    for (int call = 0; call < 3; call++) {
      assertThatThrownBy(() -> bearer(tokens))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOf(FailureException.class)
          .hasMessageContaining("invalid_grant");
    }
    assertThat(statements).hasSize(1);
    now.updateAndGet(time -> time.plusSeconds(2));
    assertThat(bearer(tokens)).isEqualTo("Bearer late");
  }

  private static Deployment deployment(Map<String, ?> params, Map<String, String> environment) {
    return new Deployments(Catalogue.load(), environment::get, ProvidersOnly.NONE, Defaults.NONE)
        .build("m", params, Map.of())
        .forModel("m");
  }

  private static List<String> addresses(Deployment deployment, Operation operation) {
    Route route = Objects.requireNonNull(deployment.routes().get(operation));
    List<String> addresses = new ArrayList<>();
    for (boolean stream : new boolean[] {false, true}) {
      Address address = route.address(stream);
      addresses.add(address.host() + address.target());
    }
    return addresses;
  }

  @Test
  void geminiIsFoundByProjectAndLocation() {
    for (String[] place :
        new String[][] {
          {"europe-west4", "europe-west4-aiplatform.googleapis.com"},
          {"global", "aiplatform.googleapis.com"},
          {"eu", "aiplatform.eu.rep.googleapis.com"}
        }) {
      Deployment deployment =
          deployment(
              Map.of(
                  "model", "vertex_ai/gemini-2.5-flash",
                  "vertex_project", "p",
                  "vertex_location", place[0]),
              Map.of());
      String base =
          place[1]
              + "/v1/projects/p/locations/"
              + place[0]
              + "/publishers/google/models/gemini-2.5-flash:";
      assertThat(addresses(deployment, Operation.GENERATE_CONTENT))
          .containsExactly(base + "generateContent", base + "streamGenerateContent?alt=sse");
      assertThat(deployment.routes().get(Operation.CHAT)).isNotNull();
    }
  }

  @Test
  void claudeOnVertexIsAskedRawAndItsBodyHasTheVersionInPlaceOfTheModel() {
    Deployment deployment =
        deployment(
            Map.of("model", "vertex_ai/claude-sonnet-4-5@20250929", "vertex_project", "p"),
            Map.of());
    String base =
        "us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1/publishers"
            + "/anthropic/models/claude-sonnet-4-5@20250929:";
    assertThat(addresses(deployment, Operation.MESSAGES))
        .containsExactly(base + "rawPredict", base + "streamRawPredict");
    assertThat(deployment.rules().extraBody())
        .containsEntry("anthropic_version", "\"vertex-2023-10-16\"");
  }

  @Test
  void anOperatorsQueryAndThePathsOwnAreBothKept() {
    Deployment deployment =
        deployment(
            Map.of(
                "model", "gemini/gemini-2.5-flash",
                "api_key", "k",
                "api_base", "https://proxy.test/g?tenant=7"),
            Map.of());
    assertThat(addresses(deployment, Operation.GENERATE_CONTENT))
        .containsExactly(
            "proxy.test/g/models/gemini-2.5-flash:generateContent?tenant=7",
            "proxy.test/g/models/gemini-2.5-flash:streamGenerateContent?tenant=7&alt=sse");
  }

  @Test
  void theProjectComesFromTheAccountWhereNobodyNamesOne() {
    Deployment deployment =
        deployment(
            Map.of(
                "model",
                "vertex_ai/gemini-2.5-flash",
                "vertex_credentials",
                account("https://oauth2.googleapis.com/token")),
            Map.of());
    assertThat(deployment.apiBase()).contains("/projects/own-project/");
    assertThat(deployment.signing()).isNotNull();
    assertThat(deployment.headers()).doesNotContainKey("authorization");
  }

  @Test
  void whatIsNoServiceAccountIsSaidWithoutRepeatingIt() {
    Map<String, String> wrong =
        Map.of(
            "{\"type\":\"external_account\",\"x\":\"hush\"}", "external_account",
            "{\"type\":\"service_account\",\"client_email\":\"hush\"}", "private_key",
            "{\"type\":\"service_account\",\"client_email\":\"a\",\"private_key\":\"hush\"}",
                "PKCS#8",
            "{hush", "JSON",
            "/nowhere/hush.json", "neither JSON nor the path");
    wrong.forEach(
        (credentials, said) ->
            assertThatThrownBy(
                    () ->
                        deployment(
                            Map.of(
                                "model", "vertex_ai/gemini-2.5-flash",
                                "vertex_project", "p",
                                "vertex_credentials", credentials),
                            Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(said)
                .hasMessageNotContaining("hush"));
  }

  @Test
  void aLocationThatCouldNameAnotherHostIsRefused() {
    for (String location : List.of("evil.test/", "a.b", "x#", "us central1")) {
      assertThatThrownBy(
              () ->
                  deployment(
                      Map.of(
                          "model", "vertex_ai/gemini-2.5-flash",
                          "vertex_project", "p",
                          "vertex_location", location),
                      Map.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("vertex_location");
    }
  }
}
