package dev.tollgate.provider;

import dev.tollgate.model.Address;
import dev.tollgate.model.Secret;
import dev.tollgate.model.Signing;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Signs requests with AWS keys: those of an entry, a profile or the gateway's surroundings, or
 * those of a role that is assumed with them. Thread-safe.
 */
final class AwsSigning implements Signing {
  private final AwsKeyring keyring;
  private final AwsSource source;
  private final String region;
  private final InstantSource clock;

  AwsSigning(AwsKeyring keyring, AwsSource source, String region, InstantSource clock) {
    this.keyring = keyring;
    this.source = source;
    this.region = region;
    this.clock = clock;
  }

  /** Whether nobody named these keys: they are the machine's own. */
  boolean isOfMachine() {
    return source instanceof AwsSource.Instance || source instanceof AwsSource.DefaultProfile;
  }

  /**
   * Where an entry's keys come from, else what the surroundings have; null if there is nothing.
   *
   * @throws IllegalArgumentException naming a parameter that lacks something
   */
  static @Nullable AwsSource source(
      Params params, String region, Function<String, @Nullable String> environment) {
    var surroundings = new AwsSource.Surroundings(environment, region);
    Function<String, @Nullable String> given = name -> given(params, name, environment);
    AwsKeys keys = AwsKeys.of(params::text);
    String profileName = given.apply("aws_profile_name");
    if (profileName == null && keys == null && AwsKeys.ofEnvironment(environment) == null) {
      profileName = Deployments.variable(environment, "AWS_PROFILE");
    }
    AwsProfile profile = profileName == null ? null : AwsProfile.of(profileName, environment);
    AwsSource own = keys == null ? null : new AwsSource.Fixed(keys);
    if (own == null && profile != null) {
      own = ofProfile(profile, surroundings);
    }
    String stsEndpoint = given.apply("aws_sts_endpoint");
    AwsRole role = role(given, profile);
    if (own == null && (profile == null || (role != null && role.identity() == null))) {
      own = surroundings.any(stsEndpoint);
    }
    if (role == null) {
      return own;
    }
    if (own == null && role.identity() == null) {
      throw new IllegalArgumentException(
          "aws_role_name: needs keys that may assume it (aws_access_key_id and"
              + " aws_secret_access_key, aws_profile_name, the environment) or"
              + " aws_web_identity_token");
    }
    if (own instanceof AwsSource.Assumed pod && pod.role().arn().equals(role.arn())) {
      return own; // the pod has the role that is asked for
    }
    return new AwsSource.Assumed(
        role, AwsRole.endpoint(stsEndpoint, region), region, role.identity() == null ? own : null);
  }

  /** As the entry says, else the variable of the same name. */
  private static @Nullable String given(
      Params params, String name, Function<String, @Nullable String> environment) {
    String own = params.text(name);
    return own == null ? Deployments.variable(environment, name.toUpperCase(Locale.ROOT)) : own;
  }

  private static @Nullable AwsSource ofProfile(
      AwsProfile profile, AwsSource.Surroundings surroundings) {
    AwsKeys keys = AwsKeys.of(profile::member);
    String source = profile.member("source_profile");
    if (keys == null && source != null && !source.equals(profile.name())) {
      keys = AwsKeys.of(AwsProfile.of(source, surroundings.environment())::member);
    }
    String named = profile.member("credential_source");
    return keys != null
        ? new AwsSource.Fixed(keys)
        : named == null ? null : surroundings.named(named);
  }

  /** The role that is assumed, null for none. */
  private static @Nullable AwsRole role(
      Function<String, @Nullable String> given, @Nullable AwsProfile profile) {
    String arn = given.apply("aws_role_name");
    String token = given.apply("aws_web_identity_token");
    String session = given.apply("aws_session_name");
    String externalId = given.apply("aws_external_id");
    IdentityToken identity =
        token == null ? null : new IdentityToken(token, "aws_web_identity_token");
    if (arn == null && profile != null) {
      arn = profile.member("role_arn");
      String file = profile.member("web_identity_token_file");
      identity =
          identity == null && file != null
              ? IdentityToken.ofFile(file, "web_identity_token_file")
              : identity;
      session = session == null ? profile.member("role_session_name") : session;
      externalId = externalId == null ? profile.member("external_id") : externalId;
    }
    if (arn == null && identity != null) {
      throw new IllegalArgumentException("aws_role_name: required beside aws_web_identity_token");
    }
    return arn == null ? null : AwsRole.of(arn, session, externalId, identity);
  }

  @Override
  public boolean coversBody() {
    return true;
  }

  @Override
  public CompletionStage<Map<String, Secret>> headers(String method, Address address, byte[] body) {
    Instant now = clock.instant();
    Map<String, String> covered =
        body.length == 0 ? Map.of() : Map.of("content-type", "application/json");
    return keyring
        .keys(source)
        .thenApply(
            pair -> pair.signature(region, "bedrock").sign(method, address, covered, body, now));
  }
}
