package dev.tollgate.provider;

import static dev.tollgate.provider.CredentialServer.headers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.FailureException;
import dev.tollgate.provider.Deployments.Defaults;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Entra's tokens, of whoever may ask for them: fetched once, shared, and never shown. */
class EntraTokensTest {
  private static final String TOKEN_PATH = "/tenant-1/oauth2/v2.0/token";
  private static final String SCOPE = "https://cognitiveservices.azure.com/.default";

  @RegisterExtension final CredentialServer server = new CredentialServer();
  private @TempDir Path home;

  private static Map<String, Object> azure(String model, String... more) {
    Map<String, Object> params = new HashMap<>();
    params.put("model", model);
    params.put("api_base", "https://r.openai.azure.com");
    for (int i = 0; i < more.length; i += 2) {
      params.put(more[i], more[i + 1]);
    }
    return params;
  }

  private static Map<String, Object> application(String model) {
    return azure(
        model, "tenant_id", "tenant-1", "client_id", "app-1", "client_secret", "very-secret");
  }

  private static String token(String token) {
    return "{\"access_token\":\"" + token + "\",\"expires_in\":3599,\"token_type\":\"Bearer\"}";
  }

  /** With {@code enable_azure_ad_token_refresh}. */
  private Deployment surrounded() {
    return new Deployments(
            Catalogue.load(),
            server.environment::get,
            ProvidersOnly.NONE,
            new Defaults(false, Map.of(), Map.of(), false, Defaults.NONE.markups(), true))
        .build("m", azure("azure/gpt-4o"), Map.of())
        .forModel("m");
  }

  @Test
  void anApplicationOfEntraGetsOneTokenForAllItsDeployments() throws Exception {
    server.environment.put("AZURE_AUTHORITY_HOST", server.base() + "/");
    server.answers(TOKEN_PATH, token("entra-1"));
    Deployments deployments = server.deployments();
    for (String model : List.of("azure/gpt-4o", "azure/other", "azure_ai/claude-sonnet-4-5")) {
      Deployment made = deployments.build("m", application(model), Map.of()).forModel("m");
      assertThat(headers(made)).containsExactly(Map.entry("authorization", "Bearer entra-1"));
      assertThat(made.headers()).doesNotContainKeys("api-key", "x-api-key", "authorization");
      assertThat(made.toString()).doesNotContain("very-secret");
    }
    assertThat(server.asked).hasSize(1);
    assertThat(server.asked.getFirst().form())
        .isEqualTo(
            Map.of(
                "grant_type",
                "client_credentials",
                "client_id",
                "app-1",
                "client_secret",
                "very-secret",
                "scope",
                SCOPE));
  }

  @Test
  void aRefusedApplicationIsToldWithoutItsSecret() {
    server.environment.put("AZURE_AUTHORITY_HOST", server.base());
    server.answers(
        TOKEN_PATH,
        401,
        "{\"error\":\"invalid_client\",\"error_description\":\"very-secret is wrong\"}");
    assertThatThrownBy(() -> headers(server.build(application("azure/gpt-4o"))))
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
  void anAnswerWithoutEndIsCutOff() {
    server.environment.put("AZURE_AUTHORITY_HOST", server.base());
    server.answers(TOKEN_PATH, token("x".repeat(70_000)));
    assertThatThrownBy(() -> headers(server.build(application("azure/gpt-4o"))))
        .cause()
        .satisfies(
            failed ->
                assertThat(((FailureException) failed).failure().message())
                    .contains("127.0.0.1 gave no answer"));
  }

  @Test
  void aKeyWinsOverAnApplicationWhichHasToBeWhole() {
    Map<String, Object> keyed = application("azure/gpt-4o");
    keyed.put("api_key", "k");
    assertThat(server.build(keyed).signing()).isNull();
    Map<String, Object> half = application("azure/gpt-4o");
    half.remove("tenant_id");
    assertThatThrownBy(() -> server.build(half)).hasMessageStartingWith("tenant_id: required");
    Map<String, Object> odd = application("azure/gpt-4o");
    odd.put("tenant_id", "a/../b");
    assertThatThrownBy(() -> server.build(odd)).hasMessageStartingWith("tenant_id: expected");
  }

  @Test
  void aPersonSignsInByNameAndPassword() throws Exception {
    server.environment.put("AZURE_AUTHORITY_HOST", server.base());
    server.answers("/organizations/oauth2/v2.0/token", token("person-1"));
    Map<String, Object> person =
        azure(
            "azure/gpt-4o",
            "client_id",
            "app-1",
            "azure_username",
            "me@x.test",
            "azure_password",
            "p&ss");
    Deployment made = server.build(person);
    assertThat(made.toString()).doesNotContain("p&ss");
    assertThat(headers(made)).containsEntry("authorization", "Bearer person-1");
    assertThat(server.asked.getFirst().form())
        .isEqualTo(
            Map.of(
                "grant_type",
                "password",
                "client_id",
                "app-1",
                "username",
                "me@x.test",
                "password",
                "p&ss",
                "scope",
                SCOPE));
    person.remove("azure_password");
    assertThatThrownBy(() -> server.build(person))
        .hasMessageStartingWith("azure_password: required");
  }

  @Test
  void aTokenOfAnotherIdentityProviderIsExchangedAndReadEachTime() throws Exception {
    server.environment.put("AZURE_AUTHORITY_HOST", server.base());
    Path file = Files.writeString(home.resolve("token"), "jwt-1\n");
    server.answers(TOKEN_PATH, "{\"access_token\":\"a\",\"expires_in\":\"10\"}");
    Deployment made =
        server.build(
            azure(
                "azure/gpt-4o",
                "tenant_id",
                "tenant-1",
                "client_id",
                "app-1",
                "azure_ad_token",
                "oidc/file/" + file));
    assertThat(made.headers()).doesNotContainKey("authorization");
    headers(made);
    Files.writeString(file, "jwt-2");
    assertThat(headers(made)).containsEntry("authorization", "Bearer a");
    assertThat(server.asked)
        .extracting(asked -> asked.form().get("client_assertion"))
        .containsExactly("jwt-1", "jwt-2");
    assertThat(server.asked.getFirst().form())
        .containsEntry("grant_type", "client_credentials")
        .containsEntry("client_id", "app-1")
        .containsEntry("scope", SCOPE)
        .containsEntry(
            "client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    assertThatThrownBy(
            () -> server.build(azure("azure/gpt-4o", "azure_ad_token", "oidc/file/" + file)))
        .hasMessageStartingWith("azure_ad_token: needs tenant_id");
  }

  @Test
  void aTokenThatStandsInTheConfigurationIsSentAsItIs() {
    Deployment made = server.build(azure("azure/gpt-4o", "azure_ad_token", "fixed"));
    assertThat(made.signing()).isNull();
    assertThat(made.headers().get("authorization"))
        .hasToString("***")
        .extracting(secret -> secret.reveal())
        .isEqualTo("Bearer fixed");
  }

  @Test
  void thePodsIdentityIsTakenBeforeTheMachinesAndOnlyWhereItIsSwitchedOn() throws Exception {
    Path file = Files.writeString(home.resolve("token"), "pod-jwt");
    server.environment.putAll(
        Map.of(
            "AZURE_AUTHORITY_HOST",
            server.base(),
            "AZURE_TENANT_ID",
            "tenant-1",
            "AZURE_CLIENT_ID",
            "app-1",
            "AZURE_FEDERATED_TOKEN_FILE",
            file.toString()));
    server.answers(TOKEN_PATH, token("pod-1"));
    assertThat(server.build(azure("azure/gpt-4o")).signing()).isNull();
    assertThat(headers(surrounded())).containsEntry("authorization", "Bearer pod-1");
    assertThat(server.asked.getFirst().form()).containsEntry("client_assertion", "pod-jwt");
  }

  @Test
  void aVirtualMachineHandsOutItsOwnToken() throws Exception {
    server.environment.put("AZURE_POD_IDENTITY_AUTHORITY_HOST", server.base() + "/");
    server.environment.put("AZURE_CLIENT_ID", "identity-1");
    server.answers(
        "/metadata/identity/oauth2/token", "{\"access_token\":\"vm-1\",\"expires_in\":\"3000\"}");
    assertThat(headers(surrounded())).containsEntry("authorization", "Bearer vm-1");
    var asked = server.asked.getFirst();
    assertThat(asked.method()).isEqualTo("GET");
    assertThat(asked.headers()).containsEntry("Metadata", "true");
    assertThat(asked.form())
        .isEqualTo(
            Map.of(
                "api-version",
                "2018-02-01",
                "resource",
                "https://cognitiveservices.azure.com",
                "client_id",
                "identity-1"));
  }

  @Test
  void appServiceAsksForItsProofAndSaysUntilWhenATokenIsGood() throws Exception {
    server.environment.put("IDENTITY_ENDPOINT", server.base() + "/msi/token");
    server.environment.put("IDENTITY_HEADER", "proof-1");
    long soon = Instant.now().plusSeconds(10).getEpochSecond();
    server.answers("/msi/token", "{\"access_token\":\"app-1\",\"expires_on\":\"" + soon + "\"}");
    Deployment made = surrounded();
    headers(made);
    assertThat(headers(made)).containsEntry("authorization", "Bearer app-1");
    assertThat(server.asked).hasSize(2); // it ends too soon to be kept
    assertThat(server.asked.getFirst().headers()).containsEntry("X-Identity-Header", "proof-1");
    assertThat(server.asked.getFirst().form()).containsEntry("api-version", "2019-08-01");
    server.environment.put("IDENTITY_SERVER_THUMBPRINT", "x");
    assertThatThrownBy(this::surrounded).hasMessageStartingWith("IDENTITY_SERVER_THUMBPRINT:");
  }

  @Test
  void whatAzureCredentialNamesIsTakenOrRefusedByName() throws Exception {
    server.environment.put("AZURE_CREDENTIAL", "ManagedIdentityCredential");
    server.environment.put("AZURE_POD_IDENTITY_AUTHORITY_HOST", server.base());
    server.answers("/metadata/identity/oauth2/token", token("vm-1"));
    assertThat(headers(surrounded())).containsEntry("authorization", "Bearer vm-1");
    for (String other :
        List.of("AzureCliCredential", "WorkloadIdentityCredential", "ClientSecretCredential")) {
      server.environment.put("AZURE_CREDENTIAL", other);
      assertThatThrownBy(this::surrounded).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void secretsGoToNoAddressOfAMachinesOwn() {
    server.environment.put("AZURE_AUTHORITY_HOST", "http://metadata.google.internal");
    assertThatThrownBy(() -> server.build(application("azure/gpt-4o")))
        .hasMessageContaining("link-local or metadata");
  }

  @Test
  void theMachinesOwnEndpointIsAskedPastEveryProxy() throws Exception {
    server.answers("/metadata/identity/oauth2/token", token("machines"));
    String here = server.base().replace("127.0.0.1", "[::ffff:127.0.0.1]");
    server.environment.put("AZURE_POD_IDENTITY_AUTHORITY_HOST", here);
    server.environment.put("HTTP_PROXY", "http://127.0.0.1:9");
    server.environment.put("AZURE_CREDENTIAL", "ManagedIdentityCredential");
    assertThat(headers(surrounded())).isEqualTo(Map.of("authorization", "Bearer machines"));
  }
}
