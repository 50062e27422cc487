package dev.tollgate.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Address;
import dev.tollgate.model.Secret;
import dev.tollgate.model.Signing;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * Tokens of one service account: signed statements exchanged at Google's token endpoint.
 * Thread-safe.
 */
final class GoogleTokens implements Signing {
  private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";
  private static final String GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";
  private static final Duration STATEMENT_LIFE = Duration.ofHours(1);

  private final GoogleCredential credential;
  private final InstantSource clock;
  private final TokenEndpoint endpoint;
  private final Renewal<Map<String, Secret>> tokens;

  GoogleTokens(GoogleCredential credential, InstantSource clock) {
    this.credential = credential;
    this.clock = clock;
    this.endpoint = new TokenEndpoint(credential.tokenUri(), "vertex_ai");
    this.tokens = new Renewal<>("google-token", clock, this::fetch);
  }

  @Override
  public CompletionStage<Map<String, Secret>> headers(String method, Address address, byte[] body) {
    return tokens.get();
  }

  private Renewal.Good<Map<String, Secret>> fetch() {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", GRANT);
    form.put("assertion", statement());
    return endpoint.token(TokenEndpoint.form(form), token -> "Bearer " + token, clock.instant());
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
      throw endpoint.broken("the service account's key cannot sign");
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
