package dev.tollgate.provider;

import dev.tollgate.model.Address;
import dev.tollgate.model.Secret;
import dev.tollgate.model.Signing;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Tokens of IBM's Identity and Access Management, given for one API key. Thread-safe. */
final class IbmTokens implements Signing {
  private static final String GRANT = "urn:ibm:params:oauth:grant-type:apikey";

  private static final Secret JSON = Secret.of("application/json");

  private final IbmIdentity identity;
  private final TokenClient client;
  private final InstantSource clock;
  private final Renewal<Map<String, Secret>> tokens;

  IbmTokens(IbmIdentity identity, TokenClient client, InstantSource clock) {
    this.identity = identity;
    this.client = client;
    this.clock = clock;
    this.tokens = new Renewal<>("ibm-token", clock, this::fetch);
  }

  @Override
  public CompletionStage<Map<String, Secret>> headers(String method, Address address, byte[] body) {
    return tokens.get();
  }

  private Renewal.Good<Map<String, Secret>> fetch() {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", GRANT);
    form.put("apikey", identity.key().reveal());
    TokenEndpoint endpoint = identity.endpoint();
    return endpoint.bearer(
        endpoint.post(client, TokenEndpoint.form(form), Map.of("accept", JSON)), clock.instant());
  }
}
