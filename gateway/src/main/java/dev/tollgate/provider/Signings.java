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
  private final boolean entraOfEnvironment;
  private final TokenClient client;
  private final AwsKeyring awsKeys;
  private final Map<GoogleIdentity, Signing> googleTokens = new ConcurrentHashMap<>();
  private final Map<EntraIdentity, Signing> entraTokens = new ConcurrentHashMap<>();
  private final Map<IbmIdentity, Signing> ibmTokens = new ConcurrentHashMap<>();

  /**
   * @param client that asks for tokens
   * @param entraOfEnvironment whether an entry for Azure without a credential may use the identity
   *     of the gateway's surroundings
   */
  Signings(
      Function<String, @Nullable String> environment,
      TokenClient client,
      boolean entraOfEnvironment) {
    this.environment = environment;
    this.client = client;
    this.entraOfEnvironment = entraOfEnvironment;
    this.awsKeys = new AwsKeyring(environment, client, CLOCK);
  }

  /**
   * A credential that is made for each request; null where a header that stays the same will do.
   */
  @Nullable Signing of(Target target, Params params, Credential credential) {
    if (credential.headers().containsKey("authorization")) {
      return null;
    }
    return switch (target.row().auth()) {
      case "aws" -> awsSigning(target, params);
      case "azure", "azure_ai" -> entraTokens(params, credential);
      case Credential.GOOGLE -> {
        GoogleIdentity identity = new GoogleIdentity.Search(params, environment).identity();
        yield googleTokens.computeIfAbsent(
            identity, one -> new GoogleTokens(one, environment, client, CLOCK));
      }
      case Credential.IBM -> {
        IbmIdentity identity = IbmIdentity.of(target.row(), params, environment);
        yield identity == null
            ? null
            : ibmTokens.computeIfAbsent(identity, one -> new IbmTokens(one, client, CLOCK));
      }
      default -> null;
    };
  }

  /**
   * Whether a signing of an entry for which nobody named a credential is by the machine's own
   * identity: what the operator should know.
   */
  static boolean isOfMachine(Signing signing) {
    return switch (signing) {
      case AwsSigning aws -> aws.isOfMachine();
      case GoogleTokens _ -> true;
      default -> false;
    };
  }

  private @Nullable Signing awsSigning(Target target, Params params) {
    String region = BedrockName.of(target.model()).region(params, environment);
    AwsSource source = AwsSigning.source(params, region, environment);
    return source == null ? null : new AwsSigning(awsKeys, source, region, CLOCK);
  }

  /** A key wins over an identity, as with LiteLLM. */
  private @Nullable Signing entraTokens(Params params, Credential credential) {
    EntraIdentity identity =
        new EntraIdentity.Search(params, environment, entraOfEnvironment).identity();
    boolean keyed =
        credential.headers().containsKey("api-key")
            || credential.headers().containsKey("x-api-key");
    return identity == null || keyed
        ? null
        : entraTokens.computeIfAbsent(
            identity, one -> new EntraTokens(one, environment, client, CLOCK));
  }
}
