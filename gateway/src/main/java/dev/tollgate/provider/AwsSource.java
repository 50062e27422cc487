package dev.tollgate.provider;

import dev.tollgate.model.Address;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where AWS keys come from. Immutable; equal ones share keys that are fetched. */
sealed interface AwsSource {
  /** Keys that stand somewhere. */
  record Fixed(AwsKeys keys) implements AwsSource {}

  /** Keys of AWS's shared files, of the profile that nobody named. */
  record DefaultProfile(AwsKeys keys) implements AwsSource {}

  /**
   * Keys of a role that is assumed.
   *
   * @param by who assumes it; null for a role with an identity of its own
   */
  record Assumed(AwsRole role, TokenEndpoint endpoint, String region, @Nullable AwsSource by)
      implements AwsSource {}

  /**
   * Keys that a container is given by ECS or by EKS Pod Identity.
   *
   * @param proof what the endpoint wants to see; null for nothing
   */
  record Container(TokenEndpoint endpoint, @Nullable IdentityToken proof) implements AwsSource {}

  /** Keys of a virtual machine's instance profile. */
  record Instance(TokenEndpoint endpoint) implements AwsSource {}

  /** What the gateway's surroundings have, in AWS's order. */
  record Surroundings(Function<String, @Nullable String> environment, String region) {
    private static final String ECS = "http://169.254.170.2";
    private static final String RELATIVE = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
    private static final String FULL = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
    private static final String PROOF = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
    private static final String MACHINE = "AWS_EC2_METADATA_SERVICE_ENDPOINT";

    /** Where AWS's own clients send a container's proof without encryption. */
    private static final Set<String> NEARBY =
        Set.of(
            "127.0.0.1",
            "localhost",
            "::1",
            "0:0:0:0:0:0:0:1",
            "169.254.170.2",
            "169.254.170.23",
            "fd00:ec2::23");

    /**
     * Keys, a pod's role, the default profile's, a container's or the machine's keys; null where
     * that is disabled.
     */
    @Nullable AwsSource any(@Nullable String stsEndpoint) {
      AwsKeys keys = AwsKeys.ofEnvironment(environment);
      if (keys != null) {
        return new Fixed(keys);
      }
      String file = variable("AWS_WEB_IDENTITY_TOKEN_FILE");
      String arn = variable("AWS_ROLE_ARN");
      if (file != null && arn != null) {
        AwsRole role =
            AwsRole.of(
                arn,
                variable("AWS_ROLE_SESSION_NAME"),
                null,
                IdentityToken.ofFile(file, "AWS_WEB_IDENTITY_TOKEN_FILE"));
        return new Assumed(role, AwsRole.endpoint(stsEndpoint, region), region, null);
      }
      AwsKeys shared = AwsProfile.defaultKeys(environment);
      if (shared != null) {
        return new DefaultProfile(shared);
      }
      AwsSource container = container();
      return container == null ? machine() : container;
    }

    /**
     * What a profile names as {@code credential_source}.
     *
     * @throws IllegalArgumentException if that is not there
     */
    AwsSource named(String source) {
      AwsKeys keys = AwsKeys.ofEnvironment(environment);
      AwsSource found =
          switch (source) {
            case "Environment" -> keys == null ? null : new Fixed(keys);
            case "EcsContainer" -> container();
            case "Ec2InstanceMetadata" -> machine();
            default -> null;
          };
      if (found == null) {
        throw new IllegalArgumentException(
            "aws_profile_name: the profile's credential_source is not there; expected Environment,"
                + " EcsContainer or Ec2InstanceMetadata");
      }
      return found;
    }

    private @Nullable AwsSource container() {
      String relative = variable(RELATIVE);
      String full = variable(FULL);
      if (relative == null && full == null) {
        return null;
      }
      TokenEndpoint endpoint =
          TokenEndpoint.ofMachine(
              relative == null ? String.valueOf(full) : ECS + relative,
              AwsRole.OWNER,
              relative == null ? FULL : RELATIVE);
      Address address = Address.of(endpoint.uri());
      if (!address.tls() && !NEARBY.contains(address.host())) {
        throw new IllegalArgumentException(
            FULL + ": expected https, or the address of ECS, of EKS or of this machine");
      }
      String file = variable(PROOF + "_FILE");
      IdentityToken proof =
          file != null
              ? IdentityToken.ofFile(file, PROOF + "_FILE")
              : variable(PROOF) == null
                  ? null
                  : new IdentityToken(IdentityToken.PREFIX + "env/" + PROOF, PROOF);
      return new Container(endpoint, proof);
    }

    private @Nullable AwsSource machine() {
      String given = variable(MACHINE);
      return "true".equalsIgnoreCase(variable("AWS_EC2_METADATA_DISABLED"))
          ? null
          : new Instance(
              TokenEndpoint.ofMachine(
                  given == null ? "http://169.254.169.254" : given, AwsRole.OWNER, MACHINE));
    }

    private @Nullable String variable(String name) {
      return Deployments.variable(environment, name);
    }
  }
}
