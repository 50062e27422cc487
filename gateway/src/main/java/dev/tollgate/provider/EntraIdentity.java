package dev.tollgate.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Secret;
import java.net.URLEncoder;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who asks Microsoft's Entra ID for tokens. Immutable; equal ones share a token.
 *
 * <p>What an entry of {@code model_list} names comes first, in LiteLLM's order. What only the
 * environment has is looked for with {@code enable_azure_ad_token_refresh}, as {@code
 * AZURE_CREDENTIAL} says, else a pod's identity before the machine's.
 */
sealed interface EntraIdentity {
  /** An application and its secret. */
  record Application(String uri, String id, Secret secret, String scope) implements EntraIdentity {}

  /** An application that trusts another identity provider (workload identity). */
  record Federated(String uri, String id, IdentityToken token, String scope)
      implements EntraIdentity {}

  /** A person, by name and password, through an application. */
  record Person(String uri, String id, String name, Secret password, String scope)
      implements EntraIdentity {}

  /**
   * The machine's own identity (managed identity).
   *
   * @param endpoint where it hands out tokens, the query included
   * @param proof what App Service and Container Apps want to see; null for a virtual machine
   */
  record Machine(TokenEndpoint endpoint, @Nullable Secret proof) implements EntraIdentity {}

  /** Finds the identity of an entry. */
  record Search(
      Params params, Function<String, @Nullable String> environment, boolean ofEnvironment) {
    private static final String AUTHORITY = "https://login.microsoftonline.com";
    private static final String SCOPE = "https://cognitiveservices.azure.com/.default";
    private static final String MACHINE = "http://169.254.169.254";

    /** The tenant of whoever signs in. */
    private static final String ANY_TENANT = "organizations";

    private static final Pattern TENANT = Pattern.compile("[A-Za-z0-9.-]{1,200}");

    /**
     * The identity, null if there is none.
     *
     * @throws IllegalArgumentException naming a parameter or variable that is missing or not
     *     supported
     */
    @Nullable EntraIdentity identity() {
      String tenant = given("tenant_id", "AZURE_TENANT_ID");
      String id = given("client_id", "AZURE_CLIENT_ID");
      String secret = given("client_secret", "AZURE_CLIENT_SECRET");
      if (tenant != null && id != null && secret != null) {
        return new Application(uri(tenant), id, Secret.of(secret), scope());
      }
      if (params.text("client_secret") != null) {
        throw new IllegalArgumentException(
            (tenant == null ? "tenant_id" : "client_id") + ": required beside client_secret");
      }
      String name = given("azure_username", "AZURE_USERNAME");
      String password = given("azure_password", "AZURE_PASSWORD");
      if (name != null && password != null && id != null) {
        String at = uri(tenant == null ? ANY_TENANT : tenant);
        return new Person(at, id, name, Secret.of(password), scope());
      }
      if (params.text("azure_username") != null || params.text("azure_password") != null) {
        throw new IllegalArgumentException(
            (name == null ? "azure_username" : password == null ? "azure_password" : "client_id")
                + ": required to sign in as a person, beside azure_username, azure_password and"
                + " client_id");
      }
      String token = given("azure_ad_token", "AZURE_AD_TOKEN");
      if (token != null && token.startsWith(IdentityToken.PREFIX)) {
        return federated(tenant, id, new IdentityToken(token, "azure_ad_token"));
      }
      return ofEnvironment ? inEnvironment(tenant, id) : null;
    }

    private EntraIdentity inEnvironment(@Nullable String tenant, @Nullable String id) {
      String kind = Deployments.variable(environment, "AZURE_CREDENTIAL");
      String file = Deployments.variable(environment, IdentityToken.AZURE_FILE);
      boolean pod = tenant != null && id != null && file != null;
      return switch (kind == null ? "DefaultAzureCredential" : kind) {
        case "DefaultAzureCredential" -> pod ? pod(tenant, id) : machine(id);
        case "WorkloadIdentityCredential" -> pod(tenant, id);
        case "ManagedIdentityCredential" -> machine(id);
        case "ClientSecretCredential" ->
            throw new IllegalArgumentException(
                "AZURE_CREDENTIAL: ClientSecretCredential needs AZURE_TENANT_ID, AZURE_CLIENT_ID"
                    + " and AZURE_CLIENT_SECRET");
        default ->
            throw new IllegalArgumentException(
                "AZURE_CREDENTIAL: expected ClientSecretCredential, WorkloadIdentityCredential,"
                    + " ManagedIdentityCredential or DefaultAzureCredential; what starts programs,"
                    + " or signs with a certificate, is not supported");
      };
    }

    private Federated pod(@Nullable String tenant, @Nullable String id) {
      return federated(
          tenant, id, new IdentityToken(IdentityToken.PREFIX + "azure/", IdentityToken.AZURE_FILE));
    }

    private Federated federated(@Nullable String tenant, @Nullable String id, IdentityToken token) {
      if (tenant == null || id == null) {
        throw new IllegalArgumentException(
            token.parameter()
                + ": needs "
                + (tenant == null ? "tenant_id (or AZURE_TENANT_ID)" : "client_id")
                + " of the application that trusts it");
      }
      return new Federated(uri(tenant), id, token, scope());
    }

    /** Where App Service and Container Apps say it is, else where virtual machines have it. */
    private Machine machine(@Nullable String id) {
      String endpoint = Deployments.variable(environment, "IDENTITY_ENDPOINT");
      String proof = Deployments.variable(environment, "IDENTITY_HEADER");
      for (String other : new String[] {"IDENTITY_SERVER_THUMBPRINT", "IMDS_ENDPOINT"}) {
        if (endpoint != null && Deployments.variable(environment, other) != null) {
          throw new IllegalArgumentException(
              other + ": managed identities of Service Fabric and Azure Arc are not supported");
        }
      }
      String asked =
          "&resource="
              + URLEncoder.encode(scope().replaceFirst("/\\.default$", ""), UTF_8)
              + (id == null ? "" : "&client_id=" + URLEncoder.encode(id, UTF_8));
      if (endpoint != null && proof != null) {
        String uri = endpoint + "?api-version=2019-08-01" + asked;
        return new Machine(
            TokenEndpoint.ofMachine(uri, "azure", "IDENTITY_ENDPOINT"), Secret.of(proof));
      }
      String host = Deployments.variable(environment, "AZURE_POD_IDENTITY_AUTHORITY_HOST");
      String uri =
          trimmed(host == null ? MACHINE : host)
              + "/metadata/identity/oauth2/token?api-version=2018-02-01"
              + asked;
      return new Machine(
          TokenEndpoint.ofMachine(uri, "azure", "AZURE_POD_IDENTITY_AUTHORITY_HOST"), null);
    }

    private String uri(String tenant) {
      if (!TENANT.matcher(tenant).matches()) {
        throw new IllegalArgumentException("tenant_id: expected the id or a domain of a tenant");
      }
      String given = Deployments.variable(environment, "AZURE_AUTHORITY_HOST");
      String authority = given == null ? AUTHORITY : given;
      return trimmed(authority.contains("://") ? authority : "https://" + authority)
          + "/"
          + tenant
          + "/oauth2/v2.0/token";
    }

    private String scope() {
      String scope = given("azure_scope", "AZURE_SCOPE");
      return scope == null ? SCOPE : scope;
    }

    private @Nullable String given(String name, String variable) {
      String own = params.text(name);
      return own == null ? Deployments.variable(environment, variable) : own;
    }

    private static String trimmed(String base) {
      return base.replaceFirst("/+$", "");
    }
  }
}
