package dev.tollgate.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Address;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Secret;
import dev.tollgate.model.Signing;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Tokens of one service account: signed statements exchanged at Google's token endpoint, kept while
 * they are good and renewed before they are not. Thread-safe; one exchange at a time, on a virtual
 * thread, so that nothing here blocks.
 */
final class GoogleTokens implements Signing {
  private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";
  private static final String GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";
  private static final Duration STATEMENT_LIFE = Duration.ofHours(1);
  private static final Duration EARLY = Duration.ofMinutes(5);
  private static final Duration LATE = Duration.ofSeconds(30);

  /** Calls that come in after a failed exchange must not each start another. */
  private static final Duration QUIET = Duration.ofSeconds(1);

  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Duration LIFE_MAX = Duration.ofHours(12);
  private static final int ANSWER_BYTES_MAX = 64 << 10;

  private final GoogleCredential credential;
  private final InstantSource clock;
  private final Object lock = new Object();
  private @Nullable Token token;
  private @Nullable CompletableFuture<Token> renewal;
  private @Nullable RuntimeException failure;
  private Instant quietUntil = Instant.MIN;

  private record Token(Map<String, Secret> headers, Instant goodUntil) {}

  GoogleTokens(GoogleCredential credential, InstantSource clock) {
    this.credential = credential;
    this.clock = clock;
  }

  @Override
  public CompletionStage<Map<String, Secret>> headers(String method, Address address, byte[] body) {
    Instant now = clock.instant();
    synchronized (lock) {
      Token known = token;
      if (known != null && now.isBefore(known.goodUntil().minus(LATE))) {
        if (!now.isBefore(known.goodUntil().minus(EARLY))) {
          var _ = renew(now); // in the background: this one is still good
        }
        return CompletableFuture.completedStage(known.headers());
      }
      return renew(now).thenApply(Token::headers);
    }
  }

  /** The exchange under way, or a new one; soon after one that failed, its failure. */
  private CompletableFuture<Token> renew(Instant now) {
    CompletableFuture<Token> running = renewal;
    if (running != null) {
      return running;
    }
    RuntimeException failed = failure;
    if (failed != null && now.isBefore(quietUntil)) {
      return CompletableFuture.failedFuture(failed);
    }
    CompletableFuture<Token> started = new CompletableFuture<>();
    renewal = started;
    Thread.ofVirtual().name("google-token").start(() -> exchange(started));
    return started;
  }

  private void exchange(CompletableFuture<Token> outcome) {
    Token fetched = null;
    RuntimeException failed = null;
    try {
      fetched = fetch();
    } catch (RuntimeException e) {
      failed = e;
    }
    synchronized (lock) {
      renewal = null;
      token = fetched == null ? token : fetched;
      failure = failed;
      quietUntil = clock.instant().plus(QUIET);
    }
    if (fetched != null) {
      outcome.complete(fetched);
    } else {
      outcome.completeExceptionally(failed);
    }
  }

  private Token fetch() {
    String form =
        "grant_type="
            + URLEncoder.encode(GRANT, UTF_8)
            + "&assertion="
            + URLEncoder.encode(statement(), UTF_8);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(credential.tokenUri()))
            .timeout(PATIENCE)
            .header("content-type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form))
            .build();
    try (HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(PATIENCE)
            .build()) {
      HttpResponse<InputStream> answer =
          client.send(request, HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream in = answer.body()) {
        return read(answer.statusCode(), in.readNBytes(ANSWER_BYTES_MAX));
      }
    } catch (IOException unreachable) {
      throw broken(
          "the token endpoint could not be reached: " + unreachable.getClass().getSimpleName());
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw broken("the gateway is stopping");
    }
  }

  private Token read(int status, byte[] body) {
    Map<?, ?> answer = Map.of();
    try {
      if (Json.read(new ByteArrayInputStream(body)) instanceof Map<?, ?> members) {
        answer = members;
      }
    } catch (JacksonException notJson) {
      throw broken("the token endpoint answered " + status + ", and no JSON");
    }
    if (status != 200 || !(answer.get("access_token") instanceof String text) || !plain(text)) {
      Object error = answer.get("error");
      throw broken(
          "the token endpoint answered "
              + status
              + (error instanceof String word && word.length() < 100 ? ": " + word : ""));
    }
    long seconds = answer.get("expires_in") instanceof Number life ? life.longValue() : 3600;
    Duration life = Duration.ofSeconds(Math.clamp(seconds, 0, LIFE_MAX.toSeconds()));
    return new Token(
        Map.of("authorization", Secret.of("Bearer " + text)), clock.instant().plus(life));
  }

  /** Whether a token can stand in a header. */
  private static boolean plain(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c > 0x20 && c < 0x7f);
  }

  /** A JWT in which the account says who it is and what for. */
  private String statement() {
    Instant now = clock.instant();
    Map<String, Object> head = new LinkedHashMap<>();
    head.put("alg", "RS256");
    head.put("typ", "JWT");
    if (!credential.keyId().isEmpty()) {
      head.put("kid", credential.keyId());
    }
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", credential.account());
    claims.put("scope", SCOPE);
    claims.put("aud", credential.tokenUri());
    claims.put("iat", now.getEpochSecond());
    claims.put("exp", now.plus(STATEMENT_LIFE).getEpochSecond());
    String signed =
        base64(Json.text(head).getBytes(UTF_8)) + "." + base64(Json.text(claims).getBytes(UTF_8));
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(credential.key());
      signature.update(signed.getBytes(UTF_8));
      return signed + "." + base64(signature.sign());
    } catch (GeneralSecurityException e) {
      throw broken("the service account's key cannot sign");
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static FailureException broken(String why) {
    return new FailureException(
        new Failure.UpstreamBroken(
            "litellm.APIConnectionError: Vertex_aiException - no token: " + why + ".",
            "vertex_ai"));
  }
}
