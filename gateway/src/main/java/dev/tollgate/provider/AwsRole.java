package dev.tollgate.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Address;
import dev.tollgate.model.Secret;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A role that is assumed at AWS's Security Token Service, by keys or by a token of another identity
 * provider, for keys that end after an hour.
 *
 * @param arn which role
 * @param session how the session is called in AWS's logs
 * @param externalId what the role's owner asked for; null for nothing
 * @param identity who assumes it by another identity provider's word; null to assume it by keys
 */
record AwsRole(
    String arn, String session, @Nullable String externalId, @Nullable IdentityToken identity) {
  static final String OWNER = "bedrock";
  private static final String SESSION = "tollgate";
  private static final Pattern ERROR = Pattern.compile("<Code>([A-Za-z0-9.]{1,80})</Code>");

  /**
   * A role.
   *
   * @param session null for the gateway's own name
   */
  static AwsRole of(
      String arn,
      @Nullable String session,
      @Nullable String externalId,
      @Nullable IdentityToken identity) {
    return new AwsRole(arn, session == null ? SESSION : session, externalId, identity);
  }

  /** The endpoint of a region, or the one that an operator named. */
  static TokenEndpoint endpoint(@Nullable String given, String region) {
    String suffix = region.startsWith("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com";
    return TokenEndpoint.of(
        given == null ? "https://sts." + region + suffix + "/" : given, OWNER, "aws_sts_endpoint");
  }

  /**
   * Assumes the role; blocks.
   *
   * @param keys of who assumes it; null with an identity
   * @throws dev.tollgate.model.FailureException if AWS does not give it
   */
  Renewal.Good<AwsKeys> assume(
      TokenEndpoint endpoint,
      String region,
      @Nullable AwsKeys keys,
      Function<String, @Nullable String> environment,
      TokenClient client,
      Instant now) {
    String form = TokenEndpoint.form(fields(endpoint, environment));
    Map<String, Secret> headers =
        identity != null || keys == null
            ? Map.of()
            : keys.signature(region, "sts")
                .sign(
                    "POST",
                    Address.of(endpoint.uri()),
                    Map.of("content-type", TokenEndpoint.FORM_TYPE),
                    form.getBytes(UTF_8),
                    now);
    TokenEndpoint.Answer answer = endpoint.post(client, form, headers);
    return read(endpoint, answer.status(), answer.text());
  }

  private Map<String, String> fields(
      TokenEndpoint endpoint, Function<String, @Nullable String> environment) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("Action", identity == null ? "AssumeRole" : "AssumeRoleWithWebIdentity");
    fields.put("Version", "2011-06-15");
    fields.put("RoleArn", arn);
    fields.put("RoleSessionName", session);
    if (externalId != null) {
      fields.put("ExternalId", externalId);
    }
    if (identity != null) {
      fields.put("WebIdentityToken", identity.read(endpoint, environment));
    }
    return fields;
  }

  private static Renewal.Good<AwsKeys> read(TokenEndpoint endpoint, int status, String answer) {
    String id = element(answer, "AccessKeyId");
    String secret = element(answer, "SecretAccessKey");
    String token = element(answer, "SessionToken");
    String until = element(answer, "Expiration");
    if (status != 200 || id == null || secret == null || token == null || until == null) {
      Matcher code = ERROR.matcher(answer);
      throw endpoint.broken(
          "AWS answered " + status + (code.find() ? ": " + code.group(1) : "") + " for the role");
    }
    try {
      return new Renewal.Good<>(
          new AwsKeys(id, Secret.of(secret), Secret.of(token)), Instant.parse(until));
    } catch (DateTimeException notTime) {
      throw endpoint.broken("AWS does not say how long the role's keys are good");
    }
  }

  /** The text of an element; none of those that are read has any markup in it. */
  private static @Nullable String element(String xml, String name) {
    int from = xml.indexOf("<" + name + ">");
    int to = xml.indexOf("</" + name + ">", Math.max(from, 0));
    String text = from < 0 || to < 0 ? "" : xml.substring(from + name.length() + 2, to).strip();
    return TokenEndpoint.isPlain(text) && text.indexOf('&') < 0 ? text : null;
  }
}
