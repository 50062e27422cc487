package dev.tollgate.provider;

import static dev.tollgate.provider.CredentialServer.headers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.FailureException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Google's tokens of those who have no key of a service account. */
class GoogleTokensTest {
  private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";

  @RegisterExtension final CredentialServer server = new CredentialServer();
  private @TempDir Path home;

  private static Map<String, Object> gemini(Object credentials) {
    return Map.of(
        "model",
        "vertex_ai/gemini-2.5-flash",
        "vertex_project",
        "p",
        "vertex_credentials",
        credentials);
  }

  private Map<String, Object> federated(Path token) {
    Map<String, Object> credentials = new HashMap<>();
    credentials.put("type", "external_account");
    credentials.put("audience", "//iam.googleapis.com/pools/p");
    credentials.put("subject_token_type", "urn:ietf:params:oauth:token-type:jwt");
    credentials.put("token_url", server.base() + "/v1/token");
    credentials.put("credential_source", Map.of("file", token.toString()));
    return credentials;
  }

  @Test
  void aMachineHandsOutTheTokenOfItsAccount() throws Exception {
    server.environment.put("GCE_METADATA_HOST", server.authority());
    server.answers(
        "/computeMetadata/v1/instance/service-accounts/default/token",
        "{\"access_token\":\"vm-1\",\"expires_in\":3000,\"token_type\":\"Bearer\"}");
    Map<String, Object> params =
        Map.of("model", "vertex_ai/gemini-2.5-flash", "vertex_project", "p");
    assertThat(headers(server.build(params))).containsEntry("authorization", "Bearer vm-1");
    assertThat(server.asked.getFirst().headers()).containsEntry("Metadata-Flavor", "Google");
    assertThat(server.deployments().build("m", params, Map.of()).warnings())
        .singleElement()
        .asString()
        .contains("the machine's own identity");
  }

  @Test
  void aPersonsLoginIsRenewed() throws Exception {
    server.answers("/token", "{\"access_token\":\"me-1\",\"expires_in\":3599}");
    assertThat(
            headers(
                server.build(
                    gemini(
                        Map.of(
                            "type",
                            "authorized_user",
                            "client_id",
                            "c",
                            "client_secret",
                            "cs",
                            "refresh_token",
                            "r",
                            "token_uri",
                            server.base() + "/token")))))
        .containsEntry("authorization", "Bearer me-1");
    assertThat(server.asked.getFirst().form())
        .isEqualTo(
            Map.of(
                "grant_type",
                "refresh_token",
                "client_id",
                "c",
                "client_secret",
                "cs",
                "refresh_token",
                "r"));
  }

  @Test
  void aLoginOfGcloudIsFoundWhereItLeavesIt() throws Exception {
    server.answers("/token", "{\"access_token\":\"me-1\",\"expires_in\":3599}");
    server.environment.put("CLOUDSDK_CONFIG", home.toString());
    server.environment.put("GOOGLE_CLOUD_PROJECT", "env-project");
    Files.writeString(
        home.resolve("application_default_credentials.json"),
        """
        {"type": "authorized_user", "client_id": "c", "client_secret": "cs", "refresh_token": "r",
         "token_uri": "%s/token"}"""
            .formatted(server.base()));
    Deployment made = server.build(Map.of("model", "vertex_ai/gemini-2.5-flash"));
    assertThat(headers(made)).containsEntry("authorization", "Bearer me-1");
    assertThat(made.apiBase()).contains("/projects/env-project/");
    Map<String, Object> named =
        gemini(home.resolve("application_default_credentials.json").toString());
    assertThat(server.deployments().build("m", named, Map.of()).warnings()).isEmpty();
    Map<String, Object> unnamed = Map.of("model", "vertex_ai/gemini-2.5-flash");
    assertThat(server.deployments().build("m", unnamed, Map.of()).warnings()).hasSize(1);
  }

  @Test
  void aTokenOfAnotherIdentityProviderIsExchanged() throws Exception {
    server.answers("/v1/token", "{\"access_token\":\"sts-1\",\"expires_in\":3599}");
    Path token = Files.writeString(home.resolve("token"), "jwt-1\n");
    assertThat(headers(server.build(gemini(federated(token)))))
        .containsEntry("authorization", "Bearer sts-1");
    assertThat(server.asked.getFirst().form())
        .isEqualTo(
            Map.of(
                "grant_type",
                "urn:ietf:params:oauth:grant-type:token-exchange",
                "audience",
                "//iam.googleapis.com/pools/p",
                "scope",
                SCOPE,
                "requested_token_type",
                "urn:ietf:params:oauth:token-type:access_token",
                "subject_token_type",
                "urn:ietf:params:oauth:token-type:jwt",
                "subject_token",
                "jwt-1"));
  }

  @Test
  void whoIsKnownElsewhereCanActAsAServiceAccount() throws Exception {
    server.answers("/v1/token", "{\"access_token\":\"sts-1\",\"expires_in\":3599}");
    server.answers(
        "/v1/sa:generateAccessToken",
        "{\"accessToken\":\"sa-1\",\"expireTime\":\"" + Instant.now().plusSeconds(3600) + "\"}");
    Path token = Files.writeString(home.resolve("token"), "{\"id_token\":\"jwt-1\"}");
    Map<String, Object> credentials = federated(token);
    credentials.put(
        "credential_source",
        Map.of(
            "file",
            token.toString(),
            "format",
            Map.of("type", "json", "subject_token_field_name", "id_token")));
    credentials.put(
        "service_account_impersonation_url", server.base() + "/v1/sa:generateAccessToken");
    assertThat(headers(server.build(gemini(credentials))))
        .containsEntry("authorization", "Bearer sa-1");
    assertThat(server.asked.getFirst().form()).containsEntry("subject_token", "jwt-1");
    assertThat(server.asked.getLast().headers()).containsEntry("authorization", "Bearer sts-1");
    server.answers("/v1/sa:generateAccessToken", 403, "{}");
    assertThatThrownBy(() -> headers(server.build(gemini(credentials))))
        .cause()
        .satisfies(
            failed ->
                assertThat(((FailureException) failed).failure().message())
                    .contains("the service account is not given (403)"));
  }

  @Test
  void tokensThatProgramsOrAddressesGiveAreRefusedByName() {
    Map<String, Object> credentials = federated(home);
    List<Map<String, Object>> sources =
        List.of(Map.of("url", "http://169.254.169.254/x"), Map.of("executable", Map.of()));
    for (Map<String, Object> source : sources) {
      credentials.put("credential_source", source);
      assertThatThrownBy(() -> server.build(gemini(credentials)))
          .hasMessageContaining("only tokens in a file");
    }
    credentials.put("credential_source", Map.of("file", "/x"));
    credentials.put("token_url", "http://169.254.169.254/x");
    assertThatThrownBy(() -> server.build(gemini(credentials)))
        .hasMessageContaining("token_url is a link-local");
  }
}
