package dev.tollgate.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.tollgate.model.Address;
import dev.tollgate.model.Deployment;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Signing;
import dev.tollgate.provider.Deployments.Defaults;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Entra's tokens, AWS's profiles and roles: fetched once, shared, and never shown. */
class FetchedCredentialsTest {
  private static final Address ANYWHERE = Address.of("https://example.com/");
  private static final byte[] BODY = "{}".getBytes(UTF_8);

  private final Map<String, String> environment = new HashMap<>();
  private final List<Map<String, String>> asked = new CopyOnWriteArrayList<>();
  private final List<String> signatures = new CopyOnWriteArrayList<>();
  private @TempDir Path home;
  private HttpServer endpoint;
  private String answer = "";
  private int status = 200;

  @BeforeEach
  void start() throws IOException {
    endpoint = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    endpoint.createContext(
        "/",
        exchange -> {
          Map<String, String> form = new TreeMap<>();
          form.put("path", exchange.getRequestURI().getPath());
          String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
          for (String field : body.split("&", -1)) {
            String[] parts = field.split("=", 2);
            form.put(parts[0], URLDecoder.decode(parts[1], UTF_8));
          }
          asked.add(form);
          signatures.add(
              Objects.requireNonNullElse(
                  exchange.getRequestHeaders().getFirst("authorization"), "none"));
          byte[] bytes = answer.getBytes(UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    endpoint.start();
    environment.put("HOME", home.toString());
  }

  @AfterEach
  void stop() {
    endpoint.stop(0);
  }

  private String base() {
    return "http://127.0.0.1:" + endpoint.getAddress().getPort();
  }

  private Deployments deployments() {
    return new Deployments(Catalogue.load(), environment::get, ProvidersOnly.NONE, Defaults.NONE);
  }

  private Deployment build(Map<String, ?> params) {
    return deployments().build("m", params, Map.of()).forModel("m");
  }

  private static Map<String, String> headers(Deployment deployment) throws Exception {
    Signing signing = Objects.requireNonNull(deployment.signing(), "no signing");
    Map<String, String> headers = new TreeMap<>();
    signing
        .headers("POST", ANYWHERE, BODY)
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS)
        .forEach((name, value) -> headers.put(name, value.reveal()));
    return headers;
  }

  private static Map<String, Object> azure(String model) {
    return new HashMap<>(
        Map.of(
            "model",
            model,
            "api_base",
            "https://r.openai.azure.com",
            "tenant_id",
            "tenant-1",
            "client_id",
            "app-1",
            "client_secret",
            "very-secret"));
  }

  @Test
  void anApplicationOfEntraGetsOneTokenForAllItsDeployments() throws Exception {
    environment.put("AZURE_AUTHORITY_HOST", base() + "/");
    answer = "{\"access_token\":\"entra-1\",\"expires_in\":3599,\"token_type\":\"Bearer\"}";
    Deployments deployments = deployments();
    for (String model : List.of("azure/gpt-4o", "azure/other", "azure_ai/claude-sonnet-4-5")) {
      Deployment made = deployments.build("m", azure(model), Map.of()).forModel("m");
      assertThat(headers(made)).containsExactly(Map.entry("authorization", "Bearer entra-1"));
      assertThat(made.headers()).doesNotContainKeys("api-key", "x-api-key", "authorization");
      assertThat(made.toString()).doesNotContain("very-secret");
    }
    assertThat(asked)
        .containsExactly(
            Map.of(
                "path",
                "/tenant-1/oauth2/v2.0/token",
                "grant_type",
                "client_credentials",
                "client_id",
                "app-1",
                "client_secret",
                "very-secret",
                "scope",
                "https://cognitiveservices.azure.com/.default"));
  }

  @Test
  void aRefusedApplicationIsToldWithoutItsSecret() {
    environment.put("AZURE_AUTHORITY_HOST", base());
    status = 401;
    answer = "{\"error\":\"invalid_client\",\"error_description\":\"very-secret is wrong\"}";
    assertThatThrownBy(() -> headers(build(azure("azure/gpt-4o"))))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(FailureException.class)
        .satisfies(
            failed ->
                assertThat(((FailureException) failed).failure().message())
                    .contains("401: invalid_client")
                    .doesNotContain("very-secret"));
  }

  @Test
  void aKeyWinsOverAnApplicationAndPeopleDoNotSignIn() {
    Map<String, Object> keyed = azure("azure/gpt-4o");
    keyed.put("api_key", "k");
    assertThat(build(keyed).signing()).isNull();
    Map<String, Object> person = azure("azure/gpt-4o");
    person.put("azure_username", "me");
    assertThatThrownBy(() -> build(person)).hasMessageStartingWith("azure_username: signing in");
    Map<String, Object> half = azure("azure/gpt-4o");
    half.remove("tenant_id");
    assertThatThrownBy(() -> build(half)).hasMessageStartingWith("tenant_id: required");
    Map<String, Object> odd = azure("azure/gpt-4o");
    odd.put("tenant_id", "a/../b");
    assertThatThrownBy(() -> build(odd)).hasMessageStartingWith("tenant_id: expected");
  }

  @Test
  void claudeInFoundrySpeaksAnthropicsDialectAtItsOwnAddress() {
    for (String given :
        List.of(
            "https://r.services.ai.azure.com",
            "https://r.services.ai.azure.com/anthropic",
            "https://r.services.ai.azure.com/anthropic/v1/messages")) {
      Deployment made =
          build(Map.of("model", "azure_ai/claude-sonnet-4-5", "api_base", given, "api_key", "k"));
      for (Operation asked : List.of(Operation.MESSAGES, Operation.CHAT, Operation.RESPONSES)) {
        var route = Objects.requireNonNull(made.routes().get(asked));
        assertThat(route.operation()).isEqualTo(Operation.MESSAGES);
        assertThat(route.address().base() + route.address().target())
            .isEqualTo("https://r.services.ai.azure.com/anthropic/v1/messages");
      }
      assertThat(Objects.requireNonNull(made.headers().get("x-api-key")).reveal()).isEqualTo("k");
      assertThat(made.model()).isEqualTo("claude-sonnet-4-5");
    }
    Deployment other =
        build(
            Map.of(
                "model",
                "azure_ai/m",
                "api_base",
                "https://r.services.ai.azure.com",
                "api_key",
                "k"));
    assertThat(Objects.requireNonNull(other.routes().get(Operation.MESSAGES)).operation())
        .isEqualTo(Operation.CHAT);
  }

  private static String role(String id, Instant until) {
    return """
    <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
    <Credentials><AccessKeyId>%s</AccessKeyId><SecretAccessKey>made/secret+</SecretAccessKey>
    <SessionToken>made-token==</SessionToken><Expiration>%s</Expiration></Credentials>
    </AssumeRoleResult></AssumeRoleResponse>"""
        .formatted(id, until);
  }

  private Map<String, Object> assuming(Object... more) {
    Map<String, Object> params = new HashMap<>();
    params.put("model", "bedrock/amazon.nova-pro-v1:0");
    params.put("aws_region_name", "eu-west-1");
    params.put("aws_sts_endpoint", base() + "/");
    for (int i = 0; i < more.length; i += 2) {
      params.put((String) more[i], more[i + 1]);
    }
    return params;
  }

  @Test
  void aRoleIsAssumedWithTheKeysThatMay() throws Exception {
    answer = role("ASIA1", Instant.now().plusSeconds(3600));
    Map<String, Object> params =
        assuming(
            "aws_access_key_id",
            "AKIA1",
            "aws_secret_access_key",
            "own-secret",
            "aws_role_name",
            "arn:aws:iam::1:role/r",
            "aws_session_name",
            "s-1",
            "aws_external_id",
            "x-1");
    Deployments deployments = deployments();
    for (int i = 0; i < 2; i++) {
      Deployment made = deployments.build("m", params, Map.of()).forModel("m");
      assertThat(headers(made))
          .containsEntry("x-amz-security-token", "made-token==")
          .hasEntrySatisfying(
              "authorization",
              text -> assertThat(text).contains("Credential=ASIA1/", "/eu-west-1/bedrock/"));
      assertThat(made.toString()).doesNotContain("own-secret");
    }
    assertThat(asked)
        .containsExactly(
            Map.of(
                "path",
                "/",
                "Action",
                "AssumeRole",
                "Version",
                "2011-06-15",
                "RoleArn",
                "arn:aws:iam::1:role/r",
                "RoleSessionName",
                "s-1",
                "ExternalId",
                "x-1"));
    assertThat(signatures.getFirst()).contains("Credential=AKIA1/", "/eu-west-1/sts/");
  }

  @Test
  void aRoleWhoseKeysEndSoonIsAssumedAgainBeforeTheyDo() throws Exception {
    answer = role("ASIA1", Instant.now().plusSeconds(20));
    Deployment made =
        build(
            assuming(
                "aws_access_key_id",
                "AKIA1",
                "aws_secret_access_key",
                "s",
                "aws_role_name",
                "arn:aws:iam::1:role/r"));
    headers(made);
    answer = role("ASIA2", Instant.now().plusSeconds(3600));
    assertThat(headers(made).get("authorization")).contains("Credential=ASIA2/");
    headers(made);
    assertThat(asked).hasSize(2);
  }

  @Test
  void aRefusedRoleIsToldByAwssWord() {
    status = 403;
    answer =
        "<ErrorResponse><Error><Code>AccessDenied</Code><Message>x</Message></Error></ErrorResponse>";
    assertThatThrownBy(
            () ->
                headers(
                    build(
                        assuming(
                            "aws_access_key_id",
                            "AKIA1",
                            "aws_secret_access_key",
                            "s",
                            "aws_role_name",
                            "arn:aws:iam::1:role/r"))))
        .cause()
        .satisfies(
            failed ->
                assertThat(((FailureException) failed).failure().message())
                    .contains("403: AccessDenied"));
  }

  @Test
  void aRoleIsAssumedByTheTokenOfAPod() throws Exception {
    answer = role("ASIA1", Instant.now().plusSeconds(3600));
    Path token = Files.writeString(home.resolve("token"), "jwt-1\n");
    Deployment made =
        build(
            assuming(
                "aws_role_name",
                "arn:aws:iam::1:role/r",
                "aws_web_identity_token",
                "oidc/file/" + token));
    assertThat(headers(made).get("authorization")).contains("Credential=ASIA1/");
    assertThat(asked.getFirst())
        .containsEntry("Action", "AssumeRoleWithWebIdentity")
        .containsEntry("WebIdentityToken", "jwt-1")
        .containsEntry("RoleSessionName", "tollgate");
    assertThat(signatures.getFirst()).isEqualTo("none");
  }

  @Test
  void aProfileHasKeysOrARoleAndItsSource() throws Exception {
    Path folder = Files.createDirectories(home.resolve(".aws"));
    Files.writeString(
        folder.resolve("credentials"),
        """
        # keys
        [default]
        aws_access_key_id = AKIADEFAULT
        aws_secret_access_key = d
        [work]
        aws_access_key_id=AKIAWORK
        aws_secret_access_key=work-secret
        aws_session_token=work-token
        """);
    Files.writeString(
        folder.resolve("config"),
        """
        [profile deploy]
        role_arn = arn:aws:iam::2:role/d
        source_profile = work
        external_id = x-2
        [profile sso]
        sso_start_url = https://sso.test
        """);
    Deployment work = build(assuming("aws_profile_name", "work"));
    assertThat(headers(work))
        .containsEntry("x-amz-security-token", "work-token")
        .hasEntrySatisfying("authorization", text -> assertThat(text).contains("AKIAWORK"));
    assertThat(work.toString()).doesNotContain("work-secret");
    answer = role("ASIA1", Instant.now().plusSeconds(3600));
    assertThat(headers(build(assuming("aws_profile_name", "deploy"))).get("authorization"))
        .contains("Credential=ASIA1/");
    assertThat(asked.getFirst())
        .containsEntry("RoleArn", "arn:aws:iam::2:role/d")
        .containsEntry("ExternalId", "x-2");
    assertThat(signatures.getFirst()).contains("Credential=AKIAWORK/");
    assertThatThrownBy(() -> build(assuming("aws_profile_name", "sso")))
        .hasMessageContaining("sso_start_url, not supported");
    assertThatThrownBy(() -> build(assuming("aws_profile_name", "none")))
        .hasMessageContaining("there is no profile 'none'");
  }

  @Test
  void credentialsGoToNoAddressOfAMachinesOwn() {
    List<Map<String, Object>> wrong = new ArrayList<>();
    Map<String, Object> keys =
        assuming(
            "aws_access_key_id",
            "AKIA1",
            "aws_secret_access_key",
            "s",
            "aws_role_name",
            "arn:aws:iam::1:role/r");
    keys.put("aws_sts_endpoint", "http://169.254.169.254/");
    wrong.add(keys);
    environment.put("AZURE_AUTHORITY_HOST", "http://metadata.google.internal");
    wrong.add(azure("azure/gpt-4o"));
    for (Map<String, Object> params : wrong) {
      assertThatThrownBy(() -> build(params)).hasMessageContaining("link-local or metadata");
    }
    assertThatThrownBy(() -> build(assuming("aws_role_name", "arn:aws:iam::1:role/r")))
        .hasMessageStartingWith("aws_role_name: needs keys");
    assertThatThrownBy(() -> build(assuming("aws_web_identity_token", "jwt")))
        .hasMessageStartingWith("aws_role_name: required");
  }
}
