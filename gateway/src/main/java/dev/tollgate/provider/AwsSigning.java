package dev.tollgate.provider;

import dev.tollgate.model.Address;
import dev.tollgate.model.Secret;
import dev.tollgate.model.Signing;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Signs requests with a fixed pair of AWS keys. Thread-safe. */
final class AwsSigning implements Signing {
  /** Ways to credentials that are not built. */
  private static final List<String> UNSUPPORTED =
      List.of(
          "aws_profile_name",
          "aws_role_name",
          "aws_session_name",
          "aws_web_identity_token",
          "aws_sts_endpoint",
          "aws_external_id");

  private final SigV4 signature;
  private final InstantSource clock;

  private AwsSigning(SigV4 signature, InstantSource clock) {
    this.signature = signature;
    this.clock = clock;
  }

  /**
   * The keys of an entry, else of the environment; null if there are none.
   *
   * @throws IllegalArgumentException naming a parameter that is not supported, or half of a pair
   */
  static @Nullable AwsSigning of(
      Params params,
      String region,
      Function<String, @Nullable String> environment,
      InstantSource clock) {
    for (String name : UNSUPPORTED) {
      if (params.value(name) != null) {
        throw new IllegalArgumentException(
            name
                + ": not supported; give aws_access_key_id and aws_secret_access_key (and"
                + " aws_session_token), or a Bedrock API key in api_key");
      }
    }
    String id = params.text("aws_access_key_id");
    String secret = params.text("aws_secret_access_key");
    String token = params.text("aws_session_token");
    if ((id == null) != (secret == null)) {
      throw new IllegalArgumentException(
          (id == null ? "aws_access_key_id" : "aws_secret_access_key")
              + ": required beside the other of the pair");
    }
    if (id == null) {
      id = Deployments.variable(environment, "AWS_ACCESS_KEY_ID");
      secret = Deployments.variable(environment, "AWS_SECRET_ACCESS_KEY");
      token = Deployments.variable(environment, "AWS_SESSION_TOKEN");
    }
    if (id == null || secret == null) {
      return null;
    }
    return new AwsSigning(
        new SigV4(
            id, Secret.of(secret), token == null ? null : Secret.of(token), region, "bedrock"),
        clock);
  }

  @Override
  public CompletionStage<Map<String, Secret>> headers(String method, Address address, byte[] body) {
    return CompletableFuture.completedStage(
        signature.sign(
            method,
            address,
            body.length == 0 ? Map.of() : Map.of("content-type", "application/json"),
            body,
            clock.instant()));
  }
}
