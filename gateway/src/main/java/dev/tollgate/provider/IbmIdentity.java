package dev.tollgate.provider;

import dev.tollgate.model.Secret;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Who asks IBM's Identity and Access Management for tokens: whoever has an API key. Immutable;
 * equal ones share a token.
 *
 * @param endpoint where keys are exchanged for tokens
 */
record IbmIdentity(TokenEndpoint endpoint, Secret key) {
  private static final String URI_VARIABLE = "WATSONX_IAM_URL";
  private static final String CLOUD = "https://iam.cloud.ibm.com/identity/token";

  /**
   * The identity of an entry, null where it has no key.
   *
   * @throws IllegalArgumentException if the environment's endpoint is no address to send keys
   */
  static @Nullable IbmIdentity of(
      ProviderRow row, Params params, Function<String, @Nullable String> environment) {
    String key = key(row, params, environment);
    if (key == null) {
      return null;
    }
    String given = Deployments.variable(environment, URI_VARIABLE);
    String uri = given == null ? CLOUD : given;
    return new IbmIdentity(TokenEndpoint.of(uri, row.prefix(), URI_VARIABLE), Secret.of(key));
  }

  /** The key to exchange; null for none. */
  static @Nullable String key(
      ProviderRow row, Params params, Function<String, @Nullable String> environment) {
    String key = params.text("api_key");
    for (String variable : row.keyVariables()) {
      if (key == null) {
        key = Deployments.variable(environment, variable);
      }
    }
    return key;
  }

  /**
   * The header of who has a token already, or a key of Cloud Pak for Data, which goes as it is;
   * null for neither. What an entry names comes before the environment.
   */
  static @Nullable String header(Params params, Function<String, @Nullable String> environment) {
    String own = params.text("zen_api_key");
    if (own == null && params.text("api_key") != null) {
      return null;
    }
    String token = own == null ? Deployments.variable(environment, "WATSONX_TOKEN") : null;
    if (token != null) {
      return "Bearer " + token;
    }
    String zen = own == null ? Deployments.variable(environment, "WATSONX_ZENAPIKEY") : own;
    return zen == null ? null : "ZenApiKey " + zen;
  }
}
