package dev.tollgate.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Secret;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a deployment's requests, its credential among them.
 *
 * @param headers names in lower case
 * @param missing the environment variables that could have held the credential; empty if there is
 *     one, or none is needed
 */
record Credential(Map<String, Secret> headers, List<String> missing) {
  /** {@code auth} of a row whose credential is a token that Google gives. */
  static final String GOOGLE = "google";

  /** {@code auth} of a row whose credential is a token that IBM gives for a key. */
  static final String IBM = "ibm";

  private static final String BASIC = "basic";
  private static final String AUTHORIZATION = "authorization";

  private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9a-z-]+");
  private static final Pattern VALUE = Pattern.compile("[\\t\\x20-\\x7e\\x80-\\xff]*");

  /** Headers that frame the message; the HTTP client alone sets them. */
  private static final Set<String> FRAMING =
      Set.of(
          "host",
          "connection",
          "content-length",
          "transfer-encoding",
          "te",
          "trailer",
          "upgrade",
          "keep-alive",
          "expect",
          "proxy-connection");

  /**
   * Reads the credential from the parameters, else from the environment.
   *
   * @throws IllegalArgumentException naming a header that cannot be sent
   */
  static Credential of(
      Target target,
      Addresses addresses,
      Params params,
      Function<String, @Nullable String> environment) {
    ProviderRow row = target.row();
    Map<String, Secret> headers = new LinkedHashMap<>();
    row.headers().forEach((name, value) -> add(headers, name, value));
    row.headerVariables()
        .forEach(
            (name, variable) -> {
              String value = Deployments.variable(environment, variable);
              if (value != null) {
                add(headers, name, value);
              }
            });
    String organization = params.text("organization");
    if (organization != null) {
      add(headers, "openai-organization", organization);
    }
    if (row.auth().equals(GOOGLE)) {
      params.map("extra_headers").forEach((name, value) -> add(headers, name, value.toString()));
      boolean there =
          headers.containsKey(AUTHORIZATION)
              || new GoogleIdentity.Search(params, environment).named() != null;
      return new Credential(
          Collections.unmodifiableMap(headers),
          there ? List.of() : List.of("VERTEXAI_CREDENTIALS", "GOOGLE_APPLICATION_CREDENTIALS"));
    }
    if (row.auth().equals(IBM)) {
      String given = IbmIdentity.header(params, environment);
      if (given != null) {
        add(headers, AUTHORIZATION, given);
      }
      params.map("extra_headers").forEach((name, value) -> add(headers, name, value.toString()));
      boolean there =
          headers.containsKey(AUTHORIZATION) || IbmIdentity.key(row, params, environment) != null;
      return new Credential(
          Collections.unmodifiableMap(headers), there ? List.of() : row.keyVariables());
    }
    String key = key(row, addresses, params, environment);
    String bearer = key == null ? azureToken(row, params, environment) : null;
    if (key != null && target.isFoundryClaude()) {
      add(headers, "x-api-key", key);
    } else if (key != null) {
      authorize(headers, row, addresses, key);
    } else if (bearer != null) {
      add(headers, AUTHORIZATION, "Bearer " + bearer);
    } else if (row.keyDefault() != null) {
      authorize(headers, row, addresses, row.keyDefault());
    }
    boolean given = key != null || bearer != null || row.keyOptional();
    params.map("extra_headers").forEach((name, value) -> add(headers, name, value.toString()));
    boolean ownHeader =
        headers.containsKey(AUTHORIZATION)
            || headers.containsKey("api-key")
            || headers.containsKey("x-api-key");
    return new Credential(
        Collections.unmodifiableMap(headers), given || ownHeader ? List.of() : row.keyVariables());
  }

  private static @Nullable String key(
      ProviderRow row,
      Addresses addresses,
      Params params,
      Function<String, @Nullable String> environment) {
    String key = params.text("api_key");
    boolean signs = row.auth().equals("aws") && params.text("aws_access_key_id") != null;
    boolean fromEnvironment = !signs && (addresses.isDefault() || !row.envKeyForDefaultBaseOnly());
    for (String variable : row.keyVariables()) {
      if (key == null && fromEnvironment) {
        key = Deployments.variable(environment, variable);
      }
    }
    return key == null || !row.auth().equals(BASIC) ? key : pair(row, key, environment);
  }

  /** Name and password; null where there is no name. */
  private static @Nullable String pair(
      ProviderRow row, String key, Function<String, @Nullable String> environment) {
    if (row.userVariable() == null) {
      return key + ":";
    }
    String user = Deployments.variable(environment, row.userVariable());
    return user == null ? null : user + ":" + key;
  }

  private static @Nullable String azureToken(
      ProviderRow row, Params params, Function<String, @Nullable String> environment) {
    if (row.style() != ProviderRow.Style.AZURE && row.style() != ProviderRow.Style.AZURE_AI) {
      return null;
    }
    String own = params.text("azure_ad_token");
    String token = own == null ? Deployments.variable(environment, "AZURE_AD_TOKEN") : own;
    return token == null || token.startsWith(IdentityToken.PREFIX) ? null : token;
  }

  private static void authorize(
      Map<String, Secret> headers, ProviderRow row, Addresses addresses, String key) {
    if (row.auth().equals("anthropic")) {
      authorizeAnthropic(headers, key);
      return;
    }
    String name =
        switch (row.auth()) {
          case "bearer", "aws", BASIC, "key", "token", "plain" -> AUTHORIZATION;
          case "azure" -> "api-key";
          case "azure_ai" -> AzureAddresses.isFoundry(addresses.base()) ? "api-key" : AUTHORIZATION;
          default -> row.auth();
        };
    String value =
        switch (row.auth()) {
          case BASIC -> basic(key);
          case "key" -> "Key " + key;
          case "token" -> "Token " + key;
          case "plain" -> key;
          default -> name.equals(AUTHORIZATION) ? "Bearer " + key : key;
        };
    add(headers, name, value);
  }

  /** The header's value for a name and a password with a colon between. */
  static String basic(String pair) {
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
  }

  /** A token of a subscription is no key: it goes as a bearer, by a feature in trial. */
  private static void authorizeAnthropic(Map<String, Secret> headers, String key) {
    if (key.startsWith("sk-ant-oat")) {
      add(headers, AUTHORIZATION, "Bearer " + key);
      add(headers, "anthropic-beta", "oauth-2025-04-20");
    } else {
      add(headers, "x-api-key", key);
    }
  }

  static void add(Map<String, Secret> headers, String name, String value) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (!NAME.matcher(lower).matches() || FRAMING.contains(lower)) {
      throw new IllegalArgumentException(
          "extra_headers: '" + name + "' is no header that can be set");
    }
    if (!VALUE.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "the value of the header '" + lower + "' has characters that no header may have");
    }
    headers.put(lower, Secret.of(value));
  }
}
