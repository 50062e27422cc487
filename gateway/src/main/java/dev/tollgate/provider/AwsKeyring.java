package dev.tollgate.provider;

import dev.tollgate.model.FailureException;
import dev.tollgate.model.Secret;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The AWS keys of all deployments: fetched once for each source, and kept, up to a bound: a role's
 * source has a region, which can stand in the name of a model that a caller chooses. Thread-safe.
 */
final class AwsKeyring {
  private static final int SOURCES_MAX = 1_000;
  private static final String ROLES = "/latest/meta-data/iam/security-credentials/";
  private static final Pattern ROLE = Pattern.compile("[\\w+=,.@-]{1,128}");
  private static final Secret TOKEN_LIFE = Secret.of("21600");

  private final Function<String, @Nullable String> environment;
  private final TokenClient client;
  private final InstantSource clock;
  private final Map<AwsSource, Renewal<AwsKeys>> fetched = new ConcurrentHashMap<>();

  AwsKeyring(
      Function<String, @Nullable String> environment, TokenClient client, InstantSource clock) {
    this.environment = environment;
    this.client = client;
    this.clock = clock;
  }

  /** Keys that are good now; complete at once if nothing has to be fetched. */
  CompletionStage<AwsKeys> keys(AwsSource source) {
    return switch (source) {
      case AwsSource.Fixed one -> CompletableFuture.completedStage(one.keys());
      case AwsSource.DefaultProfile one -> CompletableFuture.completedStage(one.keys());
      case AwsSource.Assumed _, AwsSource.Container _, AwsSource.Instance _ ->
          renewal(source).get();
    };
  }

  private Renewal<AwsKeys> renewal(AwsSource source) {
    if (fetched.size() >= SOURCES_MAX && !fetched.containsKey(source)) {
      Iterator<AwsSource> any = fetched.keySet().iterator();
      if (any.hasNext()) {
        fetched.remove(any.next());
      }
    }
    return fetched.computeIfAbsent(
        source, one -> new Renewal<>("aws-keys", clock, () -> fetch(one)));
  }

  /** Sources that are kept: bounded. */
  int kept() {
    return fetched.size();
  }

  private Renewal.Good<AwsKeys> fetch(AwsSource source) {
    return switch (source) {
      case AwsSource.Fixed one -> new Renewal.Good<>(one.keys(), Instant.MAX);
      case AwsSource.DefaultProfile one -> new Renewal.Good<>(one.keys(), Instant.MAX);
      case AwsSource.Assumed one ->
          one.role()
              .assume(
                  one.endpoint(),
                  one.region(),
                  one.by() == null ? null : waitFor(one.by()),
                  environment,
                  client,
                  clock.instant());
      case AwsSource.Container one ->
          read(
              one.endpoint(),
              client.ask(
                  one.endpoint(),
                  "GET",
                  "",
                  one.proof() == null
                      ? Map.of()
                      : Map.of(
                          "authorization",
                          Secret.of(one.proof().read(one.endpoint(), environment)))));
      case AwsSource.Instance one -> ofInstance(one.endpoint());
    };
  }

  /** Fetches run on threads of their own, which may wait for one another. */
  private AwsKeys waitFor(AwsSource source) {
    try {
      return keys(source).toCompletableFuture().join();
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof FailureException told ? told : failed;
    }
  }

  /** Version 2 of the instance's metadata: first a token, then the role's name, then its keys. */
  private Renewal.Good<AwsKeys> ofInstance(TokenEndpoint endpoint) {
    TokenEndpoint.Answer proof =
        client.ask(
            endpoint.at("/latest/api/token"),
            "PUT",
            "",
            Map.of("x-aws-ec2-metadata-token-ttl-seconds", TOKEN_LIFE));
    Map<String, Secret> token =
        Map.of("x-aws-ec2-metadata-token", Secret.of(plain(endpoint, proof, "no token")));
    String role = plain(endpoint, client.ask(endpoint.at(ROLES), "GET", "", token), "no role");
    if (!ROLE.matcher(role).matches()) {
      throw endpoint.broken("the machine's metadata names no role");
    }
    return read(endpoint, client.ask(endpoint.at(ROLES + role), "GET", "", token));
  }

  private static String plain(TokenEndpoint endpoint, TokenEndpoint.Answer answer, String lacking) {
    String text = answer.text().strip();
    if (answer.status() != 200 || !TokenEndpoint.isPlain(text)) {
      throw endpoint.broken("the machine's metadata has " + lacking + " (" + answer.status() + ")");
    }
    return text;
  }

  private static Renewal.Good<AwsKeys> read(TokenEndpoint endpoint, TokenEndpoint.Answer answer) {
    Map<?, ?> members = endpoint.members(answer);
    if (answer.status() == 200
        && members.get("AccessKeyId") instanceof String id
        && members.get("SecretAccessKey") instanceof String secret
        && members.get("Token") instanceof String token
        && members.get("Expiration") instanceof String until
        && TokenEndpoint.isPlain(id)
        && TokenEndpoint.isPlain(token)) {
      try {
        return new Renewal.Good<>(
            new AwsKeys(id, Secret.of(secret), Secret.of(token)), Instant.parse(until));
      } catch (DateTimeException notTime) {
        throw endpoint.broken("the keys do not say how long they are good");
      }
    }
    throw endpoint.broken(
        "the container's or machine's keys are not there (" + answer.status() + ")");
  }
}
