package dev.tollgate.provider;

import dev.tollgate.model.Address;
import dev.tollgate.model.Dialect;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Route;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a deployment's requests go.
 *
 * @param base the base address as configured, without a query
 * @param isDefault whether the provider's own default base is used
 * @param byOperation the address of each operation that it offers
 * @param streams the address for streams, where it is another
 */
record Addresses(
    String base,
    boolean isDefault,
    Map<Operation, Address> byOperation,
    Map<Operation, Address> streams) {

  private static final String CHAT_PATH = Operation.CHAT.path();
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([A-Z0-9_]+)}");
  private static final Pattern BASETEN_ID = Pattern.compile("[a-z0-9]{8}");

  /**
   * The addresses of one model.
   *
   * @throws IllegalArgumentException if there is no base address, or it is not to be called
   */
  static Addresses of(
      ProviderRow row,
      String model,
      Params params,
      Function<String, @Nullable String> environment) {
    String given = given(row, params, environment);
    String base =
        given != null
            ? given
            : row.style() == ProviderRow.Style.VERTEX
                ? VertexPlace.of(row, params, environment).base(model)
                : defaultBase(row, model, params, environment);
    if (base == null) {
      List<String> variables = baseVariables(row);
      throw new PlaceMissing(
          "api_base: required for '"
              + row.prefix()
              + "'"
              + (variables.isEmpty() ? "" : " (or set " + String.join(" or ", variables) + ")"),
          params.text("api_key") != null
              || row.keyVariables().stream()
                  .anyMatch(name -> Deployments.variable(environment, name) != null));
    }
    base = base.replaceFirst("^ws(s?)://", "http$1://"); // the same server, asked for WebSockets
    String query = "";
    int question = base.indexOf('?');
    if (question >= 0) {
      query = base.substring(question + 1);
      base = base.substring(0, question);
    }
    while (base.endsWith("/")) {
      base = base.substring(0, base.length() - 1);
    }
    base = withoutPath(row, base);
    check(base, params);
    String version = version(row, params, environment);
    Map<Operation, Address> addresses = new EnumMap<>(Operation.class);
    Map<Operation, Address> streams = new EnumMap<>(Operation.class);
    for (Operation operation : row.operations()) {
      String path = row.paths().getOrDefault(operation, operation.path());
      addresses.put(operation, address(row, model, base, operation, path, version, query));
      String streamPath = row.streamPaths().get(operation);
      if (streamPath != null) {
        streams.put(operation, address(row, model, base, operation, streamPath, version, query));
      }
    }
    return new Addresses(
        base,
        given == null,
        Collections.unmodifiableMap(addresses),
        Collections.unmodifiableMap(streams));
  }

  /** What says where a provider is: its address, or what is missing of its default one. */
  private static List<String> baseVariables(ProviderRow row) {
    List<String> variables = new ArrayList<>(row.baseVariables());
    Matcher placeholder = PLACEHOLDER.matcher(row.base() == null ? "" : row.base());
    while (placeholder.find()) {
      variables.add(placeholder.group(1));
    }
    return variables;
  }

  /** What the paths of the provider's own API stand below. */
  Address root(ProviderRow row) {
    String end =
        switch (row.style()) {
          case VERTEX -> "/publishers/";
          case AZURE -> "/openai";
          case PLAIN, AZURE_AI, BASETEN, CLARIFAI, BEDROCK, RAGFLOW -> "";
        };
    int at = end.isEmpty() ? -1 : base.indexOf(end, base.indexOf("//") + 2);
    String root = at < 0 ? base : base.substring(0, at);
    return Address.of(row.query().isEmpty() ? root : root + "?" + row.query());
  }

  /** Without the path of an operation, which some operators write into the base address. */
  private static String withoutPath(ProviderRow row, String base) {
    if (base.endsWith(CHAT_PATH)) {
      return base.substring(0, base.length() - CHAT_PATH.length());
    }
    for (Operation operation : row.operations()) {
      String path = row.paths().getOrDefault(operation, operation.path());
      boolean own = operation.dialect() != Dialect.OPENAI || operation == Operation.RERANK;
      if (own && base.endsWith(path)) {
        return base.substring(0, base.length() - path.length());
      }
    }
    return base;
  }

  private static @Nullable String given(
      ProviderRow row, Params params, Function<String, @Nullable String> environment) {
    String given =
        row.style() == ProviderRow.Style.BEDROCK
            ? params.text("aws_bedrock_runtime_endpoint")
            : null;
    if (given == null) {
      given = params.text("api_base");
    }
    if (given == null) {
      given = params.text("base_url");
    }
    for (String variable : row.baseVariables()) {
      if (given == null) {
        given = Deployments.variable(environment, variable);
      }
    }
    return given;
  }

  private static @Nullable String defaultBase(
      ProviderRow row,
      String model,
      Params params,
      Function<String, @Nullable String> environment) {
    if (row.style() == ProviderRow.Style.BEDROCK) {
      return BedrockName.base(BedrockName.of(model).region(params, environment));
    }
    if (row.base() == null) {
      return null;
    }
    Matcher placeholder = PLACEHOLDER.matcher(row.base());
    StringBuilder base = new StringBuilder();
    while (placeholder.find()) {
      String value = Deployments.variable(environment, placeholder.group(1));
      if (value == null) {
        return null;
      }
      placeholder.appendReplacement(base, Matcher.quoteReplacement(value));
    }
    return placeholder.appendTail(base).toString();
  }

  /**
   * An address of the operator's, without a slash at its end.
   *
   * @throws IllegalArgumentException if it is none, or where a cloud keeps credentials
   */
  static Address checked(String key, String uri) {
    Address address;
    try {
      address = Address.of(uri);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(key + ": expected an http:// or https:// address", e);
    }
    if (LinkLocal.isRefused(address.host())) {
      throw new IllegalArgumentException(key + ": a link-local or metadata address");
    }
    int question = address.target().indexOf('?');
    String path = question < 0 ? address.target() : address.target().substring(0, question);
    String query = question < 0 ? "" : address.target().substring(question);
    return path.length() > 1 && path.endsWith("/")
        ? address.withTarget(path.substring(0, path.length() - 1) + query)
        : address;
  }

  private static void check(String base, Params params) {
    String host;
    try {
      host = Address.of(base).host();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("api_base: " + e.getMessage(), e);
    }
    if (LinkLocal.isRefused(host) && !params.flag("allow_link_local", false)) {
      throw new IllegalArgumentException(
          "api_base: '"
              + host
              + "' is a link-local or metadata address, where clouds keep credentials; say"
              + " allow_link_local: true in litellm_params if it is meant");
    }
  }

  private static @Nullable String version(
      ProviderRow row, Params params, Function<String, @Nullable String> environment) {
    String version = params.text("api_version");
    if (version == null && row.style() == ProviderRow.Style.AZURE) {
      version = Deployments.variable(environment, "AZURE_API_VERSION");
    }
    return version;
  }

  private static Address address(
      ProviderRow row,
      String model,
      String base,
      Operation operation,
      String path,
      @Nullable String version,
      String query) {
    String id = row.style() == ProviderRow.Style.BEDROCK ? BedrockName.of(model).id() : model;
    String below = path.replace("{model}", encoded(id)).replace("{id}", Route.ID);
    return Address.of(withQuery(uri(row, model, base, operation, below, version), query));
  }

  private static String uri(
      ProviderRow row,
      String model,
      String base,
      Operation operation,
      String path,
      @Nullable String version) {
    return switch (row.style()) {
      case VERTEX -> base + path;
      case PLAIN, CLARIFAI, BEDROCK -> suffixed(base, row.baseSuffix()) + path;
      case AZURE -> AzureAddresses.openAi(base, model, operation, path, version);
      case AZURE_AI ->
          operation.dialect() == Dialect.ANTHROPIC
              ? AzureAddresses.foundryAnthropic(base, path)
              : AzureAddresses.foundry(base, path, version);
      case BASETEN ->
          BASETEN_ID.matcher(model).matches()
              ? "https://model-" + model + ".api.baseten.co/environments/production/sync/v1" + path
              : base + path;
      case RAGFLOW -> ragflow(base, model, path);
    };
  }

  private static String suffixed(String base, String suffix) {
    return base.endsWith(suffix) ? base : base + suffix;
  }

  private static String ragflow(String base, String model, String path) {
    String[] parts = model.split("/", 3);
    if (parts.length < 3 || !(parts[0].equals("chat") || parts[0].equals("agent"))) {
      throw new IllegalArgumentException(
          "model: expected ragflow/chat/{id}/{model} or ragflow/agent/{id}/{model}");
    }
    return base + "/api/v1/" + parts[0] + "s_openai/" + encoded(parts[1]) + path;
  }

  private static String withQuery(String uri, String query) {
    if (query.isEmpty()) {
      return uri;
    }
    int question = uri.indexOf('?');
    if (question < 0) {
      return uri + "?" + query;
    }
    // what the operator wrote into the address wins over what would have been added
    StringBuilder merged = new StringBuilder(uri.substring(0, question)).append('?').append(query);
    for (String own : uri.substring(question + 1).split("&", -1)) {
      String name = own.substring(0, own.indexOf('=') + 1);
      if (!query.startsWith(name) && !query.contains("&" + name)) {
        merged.append('&').append(own);
      }
    }
    return merged.toString();
  }

  static String encoded(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
