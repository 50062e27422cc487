package dev.tollgate.provider;

import dev.tollgate.model.Secret;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A pair of AWS keys.
 *
 * @param id the access key's id
 * @param sessionToken of temporary keys; else null
 */
record AwsKeys(String id, Secret secret, @Nullable Secret sessionToken) {
  private static AwsKeys of(String id, String secret, @Nullable String token) {
    return new AwsKeys(id, Secret.of(secret), token == null ? null : Secret.of(token));
  }

  /**
   * The keys of an entry, null if it has none.
   *
   * @throws IllegalArgumentException naming the missing half of a pair
   */
  static @Nullable AwsKeys of(Function<String, @Nullable String> given) {
    String id = given.apply("aws_access_key_id");
    String secret = given.apply("aws_secret_access_key");
    if ((id == null) != (secret == null)) {
      throw new IllegalArgumentException(
          (id == null ? "aws_access_key_id" : "aws_secret_access_key")
              + ": required beside the other of the pair");
    }
    return id == null || secret == null ? null : of(id, secret, given.apply("aws_session_token"));
  }

  /** The keys of the environment, null if it has none. */
  static @Nullable AwsKeys ofEnvironment(Function<String, @Nullable String> environment) {
    String id = Deployments.variable(environment, "AWS_ACCESS_KEY_ID");
    String secret = Deployments.variable(environment, "AWS_SECRET_ACCESS_KEY");
    return id == null || secret == null
        ? null
        : of(id, secret, Deployments.variable(environment, "AWS_SESSION_TOKEN"));
  }

  SigV4 signature(String region, String service) {
    return new SigV4(id, secret, sessionToken, region, service);
  }
}
