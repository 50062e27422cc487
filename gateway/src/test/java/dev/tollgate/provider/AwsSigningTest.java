package dev.tollgate.provider;

import static dev.tollgate.provider.CredentialServer.headers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.FailureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** AWS's profiles, roles and the keys of containers and machines: fetched once, and shared. */
class AwsSigningTest {
  private static final String ROLES = "/latest/meta-data/iam/security-credentials/";
  private static final String ROLE = "arn:aws:iam::1:role/r";

  @RegisterExtension final CredentialServer server = new CredentialServer();
  private @TempDir Path home;

  @BeforeEach
  void start() {
    server.environment.put("HOME", home.toString());
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
    params.put("aws_sts_endpoint", server.base() + "/");
    for (int i = 0; i < more.length; i += 2) {
      params.put((String) more[i], more[i + 1]);
    }
    return params;
  }

  @Test
  void aRoleIsAssumedWithTheKeysThatMay() throws Exception {
    server.answers("/", role("ASIA1", Instant.now().plusSeconds(3600)));
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
    Deployments deployments = server.deployments();
    for (int i = 0; i < 2; i++) {
      Deployment made = deployments.build("m", params, Map.of()).forModel("m");
      assertThat(headers(made))
          .containsEntry("x-amz-security-token", "made-token==")
          .hasEntrySatisfying(
              "authorization",
              text -> assertThat(text).contains("Credential=ASIA1/", "/eu-west-1/bedrock/"));
      assertThat(made.toString()).doesNotContain("own-secret");
    }
    assertThat(server.asked).hasSize(1);
    assertThat(server.asked.getFirst().form())
        .isEqualTo(
            Map.of(
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
    assertThat(server.asked.getFirst().headers().get("authorization"))
        .contains("Credential=AKIA1/", "/eu-west-1/sts/");
  }

  @Test
  void aRoleWhoseKeysEndSoonIsAssumedAgainBeforeTheyDo() throws Exception {
    server.answers("/", role("ASIA1", Instant.now().plusSeconds(20)));
    Deployment made =
        server.build(
            assuming(
                "aws_access_key_id",
                "AKIA1",
                "aws_secret_access_key",
                "s",
                "aws_role_name",
                "arn:aws:iam::1:role/r"));
    headers(made);
    server.answers("/", role("ASIA2", Instant.now().plusSeconds(3600)));
    assertThat(headers(made).get("authorization")).contains("Credential=ASIA2/");
    headers(made);
    assertThat(server.asked).hasSize(2);
  }

  @Test
  void regionsThatCallersMakeUpAreNotKeptForGood() {
    AwsKeyring keyring = new AwsKeyring(_ -> null, CredentialServer.CLIENT, InstantSource.system());
    IdentityToken lacking = new IdentityToken("oidc/env/NONE", "aws_web_identity_token");
    AwsRole role = AwsRole.of(ROLE, null, null, lacking);
    for (int i = 0; i < 1_100; i++) {
      String region = "aa-" + "x".repeat(1 + i) + "-1";
      TokenEndpoint endpoint = TokenEndpoint.of(server.base(), AwsRole.OWNER, "aws_sts_endpoint");
      var _ = keyring.keys(new AwsSource.Assumed(role, endpoint, region, null));
    }
    assertThat(keyring.kept()).isEqualTo(1_000);
  }

  @Test
  void aRefusedRoleIsToldByAwssWord() {
    server.answers(
        "/",
        403,
        "<ErrorResponse><Error><Code>AccessDenied</Code><Message>x</Message></Error></ErrorResponse>");
    assertThatThrownBy(
            () ->
                headers(
                    server.build(
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
    server.answers("/", role("ASIA1", Instant.now().plusSeconds(3600)));
    Path token = Files.writeString(home.resolve("token"), "jwt-1\n");
    Deployment made =
        server.build(
            assuming(
                "aws_role_name",
                "arn:aws:iam::1:role/r",
                "aws_web_identity_token",
                "oidc/file/" + token));
    assertThat(headers(made).get("authorization")).contains("Credential=ASIA1/");
    assertThat(server.asked.getFirst().form())
        .containsEntry("Action", "AssumeRoleWithWebIdentity")
        .containsEntry("WebIdentityToken", "jwt-1")
        .containsEntry("RoleSessionName", "tollgate");
    assertThat(server.asked.getFirst().headers().get("authorization")).isNull();
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
    Deployment work = server.build(assuming("aws_profile_name", "work"));
    assertThat(headers(work))
        .containsEntry("x-amz-security-token", "work-token")
        .hasEntrySatisfying("authorization", text -> assertThat(text).contains("AKIAWORK"));
    assertThat(work.toString()).doesNotContain("work-secret");
    server.answers("/", role("ASIA1", Instant.now().plusSeconds(3600)));
    assertThat(headers(server.build(assuming("aws_profile_name", "deploy"))).get("authorization"))
        .contains("Credential=ASIA1/");
    assertThat(server.asked.getFirst().form())
        .containsEntry("RoleArn", "arn:aws:iam::2:role/d")
        .containsEntry("ExternalId", "x-2");
    assertThat(server.asked.getFirst().headers().get("authorization"))
        .contains("Credential=AKIAWORK/");
    assertThatThrownBy(() -> server.build(assuming("aws_profile_name", "sso")))
        .hasMessageContaining("sso_start_url, not supported");
    assertThatThrownBy(() -> server.build(assuming("aws_profile_name", "none")))
        .hasMessageContaining("there is no profile 'none'");
  }

  private static String keys(String id, Instant until) {
    return """
    {"Code": "Success", "AccessKeyId": "%s", "SecretAccessKey": "s/+", "Token": "t==",
     "Expiration": "%s"}"""
        .formatted(id, until);
  }

  private void isMachine() {
    server.environment.put("AWS_EC2_METADATA_SERVICE_ENDPOINT", server.base());
    server.answers("/latest/api/token", "imds-token");
    server.answers(ROLES, "role-1\n");
    server.answers(ROLES + "role-1", keys("ASIAVM", Instant.now().plusSeconds(3600)));
  }

  @Test
  void aMachinesKeysAreAskedForOnceByVersion2OfItsMetadata() throws Exception {
    isMachine();
    Deployments deployments = server.deployments();
    for (int i = 0; i < 2; i++) {
      Deployment made = deployments.build("m", assuming(), Map.of()).forModel("m");
      assertThat(headers(made))
          .containsEntry("x-amz-security-token", "t==")
          .hasEntrySatisfying(
              "authorization", text -> assertThat(text).contains("Credential=ASIAVM/"));
    }
    assertThat(server.asked)
        .extracting(asked -> asked.method() + " " + asked.path())
        .containsExactly("PUT /latest/api/token", "GET " + ROLES, "GET " + ROLES + "role-1");
    assertThat(server.asked.get(2).headers())
        .containsEntry("x-aws-ec2-metadata-token", "imds-token");
    assertThat(deployments.build("m", assuming(), Map.of()).warnings())
        .singleElement()
        .asString()
        .contains("the machine's own identity");
  }

  @Test
  void aMachineThatHasNoRoleSaysSo() {
    isMachine();
    server.answers(ROLES, 404, "");
    assertThatThrownBy(() -> headers(server.build(assuming())))
        .cause()
        .satisfies(
            failed ->
                assertThat(((FailureException) failed).failure().message())
                    .contains("the machine's metadata has no role (404)"));
    server.environment.put("AWS_EC2_METADATA_DISABLED", "true");
    assertThat(server.build(assuming()).signing()).isNull();
    assertThatThrownBy(() -> server.build(assuming("aws_role_name", ROLE)))
        .hasMessageStartingWith("aws_role_name: needs keys");
  }

  @Test
  void aRoleIsAssumedWithTheMachinesKeys() throws Exception {
    isMachine();
    server.answers("/", role("ASIA1", Instant.now().plusSeconds(3600)));
    assertThat(headers(server.build(assuming("aws_role_name", ROLE))).get("authorization"))
        .contains("Credential=ASIA1/");
    assertThat(server.asked.getLast().headers().get("authorization"))
        .contains("Credential=ASIAVM/");
  }

  @Test
  void aContainersKeysAreAskedForWithItsProof() throws Exception {
    Path proof = Files.writeString(home.resolve("proof"), "proof-1");
    server.environment.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", server.base() + "/v1/keys");
    server.environment.put("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", proof.toString());
    server.answers("/v1/keys", keys("ASIAPOD", Instant.now().plusSeconds(3600)));
    assertThat(headers(server.build(assuming())).get("authorization"))
        .contains("Credential=ASIAPOD/");
    assertThat(server.asked.getFirst().headers()).containsEntry("authorization", "proof-1");
    server.environment.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://elsewhere.test/keys");
    assertThatThrownBy(() -> server.build(assuming()))
        .hasMessageStartingWith("AWS_CONTAINER_CREDENTIALS_FULL_URI: expected https");
  }

  @Test
  void aPodThatHasTheRoleDoesNotAssumeItAgain() throws Exception {
    Path token = Files.writeString(home.resolve("token"), "jwt-1");
    server.environment.put("AWS_WEB_IDENTITY_TOKEN_FILE", token.toString());
    server.environment.put("AWS_ROLE_ARN", ROLE);
    server.answers("/", role("ASIA1", Instant.now().plusSeconds(3600)));
    headers(server.build(assuming("aws_role_name", ROLE)));
    assertThat(server.asked)
        .extracting(asked -> asked.form().get("Action"))
        .containsExactly("AssumeRoleWithWebIdentity");
    server.asked.clear();
    headers(server.build(assuming("aws_role_name", "arn:aws:iam::1:role/other")));
    assertThat(server.asked)
        .extracting(asked -> asked.form().get("Action"))
        .containsExactly("AssumeRoleWithWebIdentity", "AssumeRole");
  }

  @Test
  void aProfileNamesTheMachineOrTheEnvironmentAsItsSource() throws Exception {
    isMachine();
    server.answers("/", role("ASIA1", Instant.now().plusSeconds(3600)));
    writeConfig("[profile p]\nrole_arn = " + ROLE + "\ncredential_source = Ec2InstanceMetadata\n");
    headers(server.build(assuming("aws_profile_name", "p")));
    assertThat(server.asked.getLast().headers().get("authorization"))
        .contains("Credential=ASIAVM/");
    writeConfig("[profile p]\nrole_arn = " + ROLE + "\ncredential_source = Environment\n");
    assertThatThrownBy(() -> server.build(assuming("aws_profile_name", "p")))
        .hasMessageContaining("credential_source is not there");
  }

  private void writeConfig(String text) throws IOException {
    Files.writeString(Files.createDirectories(home.resolve(".aws")).resolve("config"), text);
  }

  @Test
  void theDefaultProfilesKeysComeBeforeTheMachinesAndAwsProfileNamesAnother() throws Exception {
    isMachine();
    Files.writeString(
        Files.createDirectories(home.resolve(".aws")).resolve("credentials"),
        """
        [default]
        aws_access_key_id = AKIADEFAULT
        aws_secret_access_key = d
        [work]
        aws_access_key_id = AKIAWORK
        aws_secret_access_key = w
        """);
    assertThat(headers(server.build(assuming())).get("authorization"))
        .contains("Credential=AKIADEFAULT/");
    assertThat(server.deployments().build("m", assuming(), Map.of()).warnings())
        .singleElement()
        .asString()
        .contains("the machine's own identity");
    server.environment.put("AWS_PROFILE", "work");
    assertThat(headers(server.build(assuming())).get("authorization"))
        .contains("Credential=AKIAWORK/");
    assertThat(server.deployments().build("m", assuming(), Map.of()).warnings()).isEmpty();
    server.environment.put("AWS_ACCESS_KEY_ID", "AKIAENV");
    server.environment.put("AWS_SECRET_ACCESS_KEY", "e");
    assertThat(headers(server.build(assuming())).get("authorization"))
        .contains("Credential=AKIAENV/");
    assertThat(server.asked).isEmpty();
  }

  @Test
  void keysGoToNoAddressOfAMachinesOwn() {
    Map<String, Object> params =
        assuming(
            "aws_access_key_id",
            "AKIA1",
            "aws_secret_access_key",
            "s",
            "aws_role_name",
            ROLE,
            "aws_sts_endpoint",
            "http://169.254.169.254/");
    assertThatThrownBy(() -> server.build(params)).hasMessageContaining("link-local or metadata");
    assertThatThrownBy(() -> server.build(assuming("aws_web_identity_token", "jwt")))
        .hasMessageStartingWith("aws_role_name: required");
  }
}
