package dev.tollgate.provider;

import static dev.tollgate.provider.CredentialServer.headers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Signing;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How watsonx.ai is shown who pays. */
class IbmTokensTest {
  private static final String PATH = "/identity/token";
  private static final String TOKEN =
      "{\"access_token\":\"iam-1\",\"refresh_token\":\"not_supported\",\"token_type\":\"Bearer\","
          + "\"expires_in\":3600,\"expiration\":1473188353,\"scope\":\"ibm openid\"}";

  @RegisterExtension final CredentialServer server = new CredentialServer();

  private static Map<String, Object> entry(String... more) {
    Map<String, Object> params = new HashMap<>();
    params.put("model", "watsonx/*");
    params.put("use_in_pass_through", true);
    for (int i = 0; i < more.length; i += 2) {
      params.put(more[i], more[i + 1]);
    }
    return params;
  }

  private DeploymentSource source(Map<String, Object> params) {
    return server.deployments().build("watsonx/*", params, Map.of());
  }

  private Deployment built(Map<String, Object> params) {
    server.environment.putIfAbsent("WATSONX_URL", "https://eu-de.ml.cloud.ibm.com");
    server.environment.putIfAbsent("WATSONX_IAM_URL", server.base() + PATH);
    DeploymentSource source = source(params);
    assertThat(source.warnings()).isEmpty();
    return source.forModel("watsonx/any");
  }

  private static String authorization(Deployment deployment) {
    return Objects.requireNonNull(deployment.headers().get("authorization")).reveal();
  }

  @Test
  void aKeyIsExchangedForOneToken() throws Exception {
    server.answers(PATH, TOKEN);
    server.environment.put("WATSONX_APIKEY", "very-secret");
    Deployments deployments = server.deployments();
    server.environment.put("WATSONX_API_BASE", "https://us-south.ml.cloud.ibm.com/");
    server.environment.put("WATSONX_IAM_URL", server.base() + PATH);
    for (String model : new String[] {"watsonx/one", "watsonx/two"}) {
      Deployment deployment = deployments.build("watsonx/*", entry(), Map.of()).forModel(model);
      assertThat(headers(deployment)).isEqualTo(Map.of("authorization", "Bearer iam-1"));
      assertThat(deployment.headers()).doesNotContainKey("authorization");
      assertThat(deployment.signing()).isNotNull().returns(false, Signing::coversBody);
      assertThat(deployment.routes().get(Operation.PASS_THROUGH))
          .isNotNull()
          .returns("https://us-south.ml.cloud.ibm.com", route -> route.address().base());
    }
    assertThat(server.asked).hasSize(1);
    CredentialServer.Asked asked = server.asked.getFirst();
    assertThat(asked.method()).isEqualTo("POST");
    assertThat(asked.form())
        .isEqualTo(
            Map.of(
                "grant_type", "urn:ibm:params:oauth:grant-type:apikey", "apikey", "very-secret"));
    assertThat(asked.headers().get("content-type")).isEqualTo(TokenEndpoint.FORM_TYPE);
  }

  @Test
  void aTokenOrAKeyOfCloudPakForDataGoesAsItIs() {
    server.environment.put("WATSONX_ZENAPIKEY", "emVuOmtleQ==");
    assertThat(authorization(built(entry()))).isEqualTo("ZenApiKey emVuOmtleQ==");
    server.environment.put("WATSONX_TOKEN", "mine");
    assertThat(authorization(built(entry()))).isEqualTo("Bearer mine");
    assertThat(authorization(built(entry("zen_api_key", "b3du")))).isEqualTo("ZenApiKey b3du");
    Deployment keyed = built(entry("api_key", "own"));
    assertThat(keyed.headers()).doesNotContainKey("authorization");
    assertThat(keyed.signing()).isInstanceOf(IbmTokens.class);
  }

  @Test
  void aKeyThatIsRefusedIsToldByItsCodeAndNotShown() {
    server.answers(
        PATH,
        400,
        "{\"errorCode\":\"BXNIM0415E\",\"errorMessage\":\"very-secret could not be found.\"}");
    Deployment deployment = built(entry("api_key", "very-secret"));
    assertThatThrownBy(() -> headers(deployment))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("the token endpoint answered 400: BXNIM0415E")
        .hasMessageNotContaining("very-secret");
  }

  @Test
  void noKeyGoesWhereCloudsKeepTheirs() {
    server.environment.put("WATSONX_IAM_URL", "http://169.254.169.254/identity/token");
    assertThatThrownBy(() -> built(entry("api_key", "very-secret")).signing())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("WATSONX_IAM_URL")
        .hasMessageNotContaining("very-secret");
  }

  @Test
  void withoutAnAddressOrACredentialThereIsNone() {
    assertThatThrownBy(() -> source(entry()))
        .isInstanceOf(PlaceMissing.class)
        .hasMessageContaining("WATSONX_API_BASE or WATSONX_URL");
    server.environment.put("WATSONX_URL", "https://eu-de.ml.cloud.ibm.com");
    assertThat(source(entry()).warnings())
        .hasSize(1)
        .first()
        .asString()
        .contains("WATSONX_API_KEY");
  }
}
