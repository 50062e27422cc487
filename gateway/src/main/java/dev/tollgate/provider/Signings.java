package dev.tollgate.provider;

import dev.tollgate.model.Signing;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Credentials that are made for each request or fetched from time to time. Deployments under one
 * account share its tokens. Safe for several threads.
 */
final class Signings {
  private static final InstantSource CLOCK = InstantSource.system();

  private final Function<String, @Nullable String> environment;
  private final Map<String, Signing> googleTokens = new ConcurrentHashMap<>();
  private final Map<EntraTokens.Application, Signing> entraTokens = new ConcurrentHashMap<>();
  private final Map<AwsRole.By, Renewal<AwsKeys>> awsRoles = new ConcurrentHashMap<>();

  Signings(Function<String, @Nullable String> environment) {
    this.environment = environment;
  }

  /**
   * A credential that is made for each request; null where a header that stays the same will do.
   */
  @Nullable Signing of(Target target, Params params, Credential credential) {
    if (credential.headers().containsKey("authorization")) {
      return null;
    }
    return switch (target.row().auth()) {
      case "aws" ->
          AwsSigning.of(
              params,
              BedrockName.of(target.model()).region(params, environment),
              environment,
              awsRoles,
              CLOCK);
      case "azure", "azure_ai" -> entraTokens(params, credential);
      case Credential.GOOGLE -> googleTokens(params);
      default -> null;
    };
  }

  /** One source of tokens for all deployments of an account. */
  private @Nullable Signing googleTokens(Params params) {
    GoogleCredential google = GoogleCredential.of(params, environment);
    return google == null
        ? null
        : googleTokens.computeIfAbsent(
            google.account() + " " + google.keyId() + " " + google.tokenUri(),
            _ -> new GoogleTokens(google, CLOCK));
  }

  /** The same for an application of Entra ID; a key wins over it, as with LiteLLM. */
  private @Nullable Signing entraTokens(Params params, Credential credential) {
    EntraTokens.Application application = EntraTokens.application(params, environment);
    boolean keyed =
        credential.headers().containsKey("api-key")
            || credential.headers().containsKey("x-api-key");
    return application == null || keyed
        ? null
        : entraTokens.computeIfAbsent(
            application,
            _ ->
                new EntraTokens(
                    application,
                    TokenEndpoint.of(application.uri(), "azure", "AZURE_AUTHORITY_HOST"),
                    CLOCK));
  }
}
