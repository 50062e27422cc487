package dev.tollgate.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Address;
import dev.tollgate.model.Secret;
import dev.tollgate.model.Signing;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** Tokens of one identity, given for what it can show. Thread-safe. */
final class GoogleTokens implements Signing {
  private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";
  private static final String OAUTH = "urn:ietf:params:oauth:";
  private static final Duration STATEMENT_LIFE = Duration.ofHours(1);

  private final GoogleIdentity identity;
  private final Function<String, @Nullable String> environment;
  private final TokenClient client;
  private final InstantSource clock;
  private final Renewal<Map<String, Secret>> tokens;

  GoogleTokens(
      GoogleIdentity identity,
      Function<String, @Nullable String> environment,
      TokenClient client,
      InstantSource clock) {
    this.identity = identity;
    this.environment = environment;
    this.client = client;
    this.clock = clock;
    this.tokens = new Renewal<>("google-token", clock, this::fetch);
  }

  @Override
  public CompletionStage<Map<String, Secret>> headers(String method, Address address, byte[] body) {
    return tokens.get();
  }

  private Renewal.Good<Map<String, Secret>> fetch() {
    return switch (identity) {
      case GoogleIdentity.Account one -> {
        Map<String, String> form = form(OAUTH + "grant-type:jwt-bearer");
        form.put("assertion", statement(one));
        yield exchanged(one.endpoint(), form);
      }
      case GoogleIdentity.Person one -> {
        Map<String, String> form = form("refresh_token");
        form.put("client_id", one.clientId());
        form.put("client_secret", one.clientSecret().reveal());
        form.put("refresh_token", one.refreshToken().reveal());
        yield exchanged(one.endpoint(), form);
      }
      case GoogleIdentity.Federated one -> {
        Map<String, String> form = form(OAUTH + "grant-type:token-exchange");
        form.put("audience", one.audience());
        form.put("scope", SCOPE);
        form.put("requested_token_type", OAUTH + "token-type:access_token");
        form.put("subject_token_type", one.tokenType());
        form.put("subject_token", shown(one));
        Renewal.Good<Map<String, Secret>> own = exchanged(one.endpoint(), form);
        yield one.account() == null ? own : impersonated(one.account(), own.value());
      }
      case GoogleIdentity.Machine one ->
          one.endpoint()
              .bearer(
                  client.ask(
                      one.endpoint(), "GET", "", Map.of("metadata-flavor", Secret.of("Google"))),
                  clock.instant());
    };
  }

  private static Map<String, String> form(String grant) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", grant);
    return form;
  }

  private Renewal.Good<Map<String, Secret>> exchanged(
      TokenEndpoint endpoint, Map<String, String> form) {
    return endpoint.bearer(
        endpoint.post(client, TokenEndpoint.form(form), Map.of()), clock.instant());
  }

  /** The token of the service account as which somebody acts. */
  private Renewal.Good<Map<String, Secret>> impersonated(
      TokenEndpoint account, Map<String, Secret> own) {
    Map<String, Secret> headers = new LinkedHashMap<>(own);
    headers.put("content-type", Secret.of("application/json"));
    TokenEndpoint.Answer answer =
        client.ask(account, "POST", Json.text(Map.of("scope", List.of(SCOPE))), headers);
    Map<?, ?> members = account.members(answer);
    if (answer.status() != 200
        || !(members.get("accessToken") instanceof String token)
        || !(members.get("expireTime") instanceof String until)
        || !TokenEndpoint.isPlain(token)) {
      throw account.broken("the service account is not given (" + answer.status() + ")");
    }
    Instant now = clock.instant();
    try {
      return TokenEndpoint.good(
          "Bearer " + token, now, Duration.between(now, Instant.parse(until)));
    } catch (DateTimeException notTime) {
      throw account.broken("the service account's token does not say how long it is good");
    }
  }

  private String shown(GoogleIdentity.Federated one) {
    String text = one.token().read(one.endpoint(), environment);
    if (one.member() == null) {
      return text;
    }
    try {
      if (Json.read(new ByteArrayInputStream(text.getBytes(UTF_8))) instanceof Map<?, ?> members
          && members.get(one.member()) instanceof String token) {
        return token;
      }
    } catch (JacksonException notJson) {
      // told below, without the parser's words: they quote the text
    }
    throw one.endpoint().broken("the file of credential_source.file has no such member");
  }

  /** A JWT in which the account says who it is and what for. */
  private String statement(GoogleIdentity.Account account) {
    GoogleKey key = account.key();
    Instant now = clock.instant();
    Map<String, Object> head = new LinkedHashMap<>();
    head.put("alg", "RS256");
    head.put("typ", "JWT");
    if (!key.id().isEmpty()) {
      head.put("kid", key.id());
    }
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", key.account());
    claims.put("scope", SCOPE);
    claims.put("aud", account.endpoint().uri());
    claims.put("iat", now.getEpochSecond());
    claims.put("exp", now.plus(STATEMENT_LIFE).getEpochSecond());
    String signed =
        base64(Json.text(head).getBytes(UTF_8)) + "." + base64(Json.text(claims).getBytes(UTF_8));
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(key.decoded());
      signature.update(signed.getBytes(UTF_8));
      return signed + "." + base64(signature.sign());
    } catch (GeneralSecurityException e) {
      throw account.endpoint().broken("the service account's key cannot sign");
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
