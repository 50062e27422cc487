package dev.tollgate.provider;

import dev.tollgate.model.Address;
import dev.tollgate.model.Secret;
import dev.tollgate.model.Signing;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Signs requests with AWS keys: those of an entry, a profile or the environment, or those of a role
 * that is assumed with them. Thread-safe.
 */
final class AwsSigning implements Signing {
  private static final String SESSION = "tollgate";

  private final Supplier<CompletionStage<AwsKeys>> keys;
  private final String region;
  private final InstantSource clock;

  private AwsSigning(Supplier<CompletionStage<AwsKeys>> keys, String region, InstantSource clock) {
    this.keys = keys;
    this.region = region;
    this.clock = clock;
  }

  /**
   * The credential of an entry, else of the environment; null if there is none.
   *
   * @param roles roles that are assumed already, which deployments share
   * @throws IllegalArgumentException naming a parameter that lacks something
   */
  static @Nullable AwsSigning of(
      Params params,
      String region,
      Function<String, @Nullable String> environment,
      Map<AwsRole.By, Renewal<AwsKeys>> roles,
      InstantSource clock) {
    String profileName = params.text("aws_profile_name");
    AwsProfile profile = profileName == null ? null : AwsProfile.of(profileName, environment);
    AwsKeys own = AwsKeys.of(params::text);
    if (own == null && profile != null) {
      own = keysOf(profile, environment);
    }
    AwsRole role = role(params, profile, environment, own == null);
    if (own == null && profile == null) {
      own = AwsKeys.ofEnvironment(environment);
    }
    if (role == null) {
      if (own == null) {
        return null;
      }
      CompletionStage<AwsKeys> fixed = CompletableFuture.completedStage(own);
      return new AwsSigning(() -> fixed, region, clock);
    }
    if (own == null && role.identity() == null) {
      throw new IllegalArgumentException(
          "aws_role_name: needs keys that may assume it (aws_access_key_id and"
              + " aws_secret_access_key, aws_profile_name, the environment) or"
              + " aws_web_identity_token");
    }
    AwsKeys assuming = own;
    TokenEndpoint endpoint = AwsRole.endpoint(params.text("aws_sts_endpoint"), region);
    Renewal<AwsKeys> renewal =
        roles.computeIfAbsent(
            new AwsRole.By(role, endpoint, region, assuming),
            by -> new Renewal<>("aws-role", clock, () -> by.assume(environment, clock)));
    return new AwsSigning(renewal::get, region, clock);
  }

  private static @Nullable AwsKeys keysOf(
      AwsProfile profile, Function<String, @Nullable String> environment) {
    AwsKeys keys = AwsKeys.of(profile::member);
    String source = profile.member("source_profile");
    return keys == null && source != null && !source.equals(profile.name())
        ? AwsKeys.of(AwsProfile.of(source, environment)::member)
        : keys;
  }

  /**
   * The role that is assumed, null for none.
   *
   * @param keyless whether there are no keys of the entry's own, so that the identity that a
   *     cluster gives its pods may be meant
   */
  private static @Nullable AwsRole role(
      Params params,
      @Nullable AwsProfile profile,
      Function<String, @Nullable String> environment,
      boolean keyless) {
    String arn = params.text("aws_role_name");
    String identity = params.text("aws_web_identity_token");
    String session = params.text("aws_session_name");
    String externalId = params.text("aws_external_id");
    if (arn == null && profile != null) {
      arn = profile.member("role_arn");
      String file = profile.member("web_identity_token_file");
      identity = identity == null && file != null ? "oidc/file/" + file : identity;
      session = session == null ? profile.member("role_session_name") : session;
      externalId = externalId == null ? profile.member("external_id") : externalId;
    }
    if (arn == null && identity != null) {
      throw new IllegalArgumentException("aws_role_name: required beside aws_web_identity_token");
    }
    String pods = Deployments.variable(environment, "AWS_WEB_IDENTITY_TOKEN_FILE");
    if (arn == null
        && keyless
        && profile == null
        && pods != null
        && AwsKeys.ofEnvironment(environment) == null) {
      arn = Deployments.variable(environment, "AWS_ROLE_ARN");
      identity = "oidc/file/" + pods;
      session = Deployments.variable(environment, "AWS_ROLE_SESSION_NAME");
    }
    return arn == null
        ? null
        : new AwsRole(arn, session == null ? SESSION : session, externalId, identity);
  }

  @Override
  public CompletionStage<Map<String, Secret>> headers(String method, Address address, byte[] body) {
    Instant now = clock.instant();
    Map<String, String> covered =
        body.length == 0 ? Map.of() : Map.of("content-type", "application/json");
    return keys.get()
        .thenApply(
            pair -> pair.signature(region, "bedrock").sign(method, address, covered, body, now));
  }
}
