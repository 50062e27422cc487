package dev.tollgate.provider;

import dev.tollgate.model.Address;
import dev.tollgate.model.Secret;
import dev.tollgate.model.Signing;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tokens of Microsoft's Entra ID: what an identity can show exchanged at its tenant's token
 * endpoint, or asked of the machine. Thread-safe.
 */
final class EntraTokens implements Signing {
  private static final String ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

  private final EntraIdentity identity;
  private final Function<String, @Nullable String> environment;
  private final TokenClient client;
  private final InstantSource clock;
  private final TokenEndpoint endpoint;
  private final Renewal<Map<String, Secret>> tokens;

  /**
   * @throws IllegalArgumentException if the environment's authority is no address to send secrets
   */
  EntraTokens(
      EntraIdentity identity,
      Function<String, @Nullable String> environment,
      TokenClient client,
      InstantSource clock) {
    this.identity = identity;
    this.environment = environment;
    this.client = client;
    this.clock = clock;
    this.endpoint =
        switch (identity) {
          case EntraIdentity.Application one -> tenant(one.uri());
          case EntraIdentity.Federated one -> tenant(one.uri());
          case EntraIdentity.Person one -> tenant(one.uri());
          case EntraIdentity.Machine one -> one.endpoint();
        };
    this.tokens = new Renewal<>("entra-token", clock, this::fetch);
  }

  private static TokenEndpoint tenant(String uri) {
    return TokenEndpoint.of(uri, "azure", "AZURE_AUTHORITY_HOST");
  }

  @Override
  public CompletionStage<Map<String, Secret>> headers(String method, Address address, byte[] body) {
    return tokens.get();
  }

  private Renewal.Good<Map<String, Secret>> fetch() {
    TokenEndpoint.Answer answer =
        switch (identity) {
          case EntraIdentity.Application one -> {
            Map<String, String> form = form("client_credentials", one.id(), one.scope());
            form.put("client_secret", one.secret().reveal());
            yield posted(form);
          }
          case EntraIdentity.Federated one -> {
            Map<String, String> form = form("client_credentials", one.id(), one.scope());
            form.put("client_assertion_type", ASSERTION);
            form.put("client_assertion", one.token().read(endpoint, environment));
            yield posted(form);
          }
          case EntraIdentity.Person one -> {
            Map<String, String> form = form("password", one.id(), one.scope());
            form.put("username", one.name());
            form.put("password", one.password().reveal());
            yield posted(form);
          }
          case EntraIdentity.Machine one ->
              client.ask(
                  endpoint,
                  "GET",
                  "",
                  one.proof() == null
                      ? Map.of("metadata", Secret.of("true"))
                      : Map.of("x-identity-header", one.proof()));
        };
    return endpoint.bearer(answer, clock.instant());
  }

  private static Map<String, String> form(String grant, String id, String scope) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", grant);
    form.put("client_id", id);
    form.put("scope", scope);
    return form;
  }

  private TokenEndpoint.Answer posted(Map<String, String> form) {
    return endpoint.post(client, TokenEndpoint.form(form), Map.of());
  }
}
