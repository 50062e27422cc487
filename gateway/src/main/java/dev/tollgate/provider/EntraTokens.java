package dev.tollgate.provider;

import dev.tollgate.model.Address;
import dev.tollgate.model.Secret;
import dev.tollgate.model.Signing;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tokens of an application that is registered in Microsoft's Entra ID: its secret exchanged at the
 * tenant's token endpoint (client credentials). Thread-safe.
 */
final class EntraTokens implements Signing {
  private static final String AUTHORITY = "https://login.microsoftonline.com";
  private static final String SCOPE = "https://cognitiveservices.azure.com/.default";
  private static final Pattern TENANT = Pattern.compile("[A-Za-z0-9.-]{1,200}");

  private final Application application;
  private final TokenEndpoint endpoint;
  private final InstantSource clock;
  private final Renewal<Map<String, Secret>> tokens;

  /**
   * Who asks, and what for.
   *
   * @param uri the tenant's token endpoint
   */
  record Application(String uri, String id, Secret secret, String scope) {}

  EntraTokens(Application application, TokenEndpoint endpoint, InstantSource clock) {
    this.application = application;
    this.endpoint = endpoint;
    this.clock = clock;
    this.tokens = new Renewal<>("entra-token", clock, this::fetch);
  }

  /**
   * The application that an entry or the environment names, null if none does.
   *
   * @throws IllegalArgumentException naming a parameter that is missing or not supported
   */
  static @Nullable Application application(
      Params params, Function<String, @Nullable String> environment) {
    for (String name : new String[] {"azure_username", "azure_password"}) {
      if (params.value(name) != null) {
        throw new IllegalArgumentException(
            name
                + ": signing in as a person is not supported; give tenant_id, client_id and"
                + " client_secret of an application, or azure_ad_token");
      }
    }
    String tenant = given(params, "tenant_id", environment, "AZURE_TENANT_ID");
    String id = given(params, "client_id", environment, "AZURE_CLIENT_ID");
    String secret = given(params, "client_secret", environment, "AZURE_CLIENT_SECRET");
    if (params.text("client_secret") == null && (tenant == null || id == null || secret == null)) {
      return null; // what the environment has in part is not meant for us
    }
    if (tenant == null || id == null || secret == null) {
      throw new IllegalArgumentException(
          (tenant == null ? "tenant_id" : "client_id") + ": required beside client_secret");
    }
    if (!TENANT.matcher(tenant).matches()) {
      throw new IllegalArgumentException("tenant_id: expected the id or a domain of a tenant");
    }
    String scope = given(params, "azure_scope", environment, "AZURE_SCOPE");
    String authority = Deployments.variable(environment, "AZURE_AUTHORITY_HOST");
    String base = authority == null ? AUTHORITY : authority.replaceFirst("/+$", "");
    return new Application(
        base + "/" + tenant + "/oauth2/v2.0/token",
        id,
        Secret.of(secret),
        scope == null ? SCOPE : scope);
  }

  private static @Nullable String given(
      Params params, String name, Function<String, @Nullable String> environment, String variable) {
    String own = params.text(name);
    return own == null ? Deployments.variable(environment, variable) : own;
  }

  @Override
  public CompletionStage<Map<String, Secret>> headers(String method, Address address, byte[] body) {
    return tokens.get();
  }

  private Renewal.Good<Map<String, Secret>> fetch() {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "client_credentials");
    form.put("client_id", application.id());
    form.put("client_secret", application.secret().reveal());
    form.put("scope", application.scope());
    return endpoint.token(TokenEndpoint.form(form), token -> "Bearer " + token, clock.instant());
  }
}
