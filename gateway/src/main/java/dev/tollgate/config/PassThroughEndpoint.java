package dev.tollgate.config;

import dev.tollgate.model.Secret;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code general_settings.pass_through_endpoints}.
 *
 * @param path {@code path}: where it is served
 * @param target {@code target}: where it goes, an address that may hold a key
 * @param headers {@code headers}: what is sent along, credentials among them
 * @param headersForwarded {@code forward_headers}: the client's headers go along
 * @param queryDefaults {@code default_query_params}
 * @param subpaths {@code include_subpath}: also what is below the path
 * @param costPerRequest {@code cost_per_request}, dollars; null if not known
 * @param methods {@code methods}; empty for all
 * @param timeout {@code timeout}; null for the router's
 * @param position where the entry stands
 */
public record PassThroughEndpoint(
    String path,
    Secret target,
    Map<String, Secret> headers,
    boolean headersForwarded,
    Map<String, String> queryDefaults,
    boolean subpaths,
    @Nullable BigDecimal costPerRequest,
    Set<String> methods,
    @Nullable Duration timeout,
    Position position) {
  private static final String KEY = "pass_through_endpoints";
  private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "PATCH", "DELETE");

  public PassThroughEndpoint {
    SettingRefused.unless(
        path.matches("(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*){1,20}"),
        "path",
        "a path such as /v1/rerank, without a slash at the end");
    SettingRefused.unless(
        METHODS.containsAll(methods), "methods", "GET, POST, PUT, PATCH or DELETE");
    SettingRefused.unless(
        queryDefaults.keySet().stream().noneMatch(String::isEmpty),
        "default_query_params",
        "parameters with names");
    SettingRefused.unless(
        timeout == null || timeout.isPositive(), "timeout", "seconds, more than 0");
    SettingRefused.unless(
        costPerRequest == null || costPerRequest.signum() >= 0, "cost_per_request", "0 or more");
  }

  static List<PassThroughEndpoint> from(Section general) {
    Node node = general.take(KEY);
    if (node == null) {
      return List.of();
    }
    if (!(node instanceof Node.Sequence sequence)) {
      throw ValueType.wrong(node, general.path(KEY), "a list of endpoints");
    }
    List<PassThroughEndpoint> endpoints = new ArrayList<>();
    List<Finding> findings = new ArrayList<>();
    for (Node item : sequence.items()) {
      String part = KEY + "[" + endpoints.size() + "]";
      Section section =
          new Section(general.path(part), "pass_through_endpoint", general.mapping(part, item));
      endpoints.add(read(section, item));
      section.finish(findings);
    }
    general.retell(KEY, findings);
    return List.copyOf(endpoints);
  }

  private static PassThroughEndpoint read(Section section, Node item) {
    String path = section.text("path");
    Secret target = section.secret("target");
    if (path == null || target == null) {
      throw ValueType.wrong(item, section.path("path"), "an endpoint with path and target");
    }
    Map<String, Secret> headers = new LinkedHashMap<>();
    section
        .map("headers")
        .forEach((name, value) -> headers.put(name, Secret.of(String.valueOf(value))));
    Map<String, String> defaults = new LinkedHashMap<>();
    section
        .map("default_query_params")
        .forEach((name, value) -> defaults.put(name, String.valueOf(value)));
    Set<String> methods = new TreeSet<>();
    if (!section.flag("auth", true)) {
      section.retell("auth", Finding.Status.NOT_YET, "a key is asked for in any case");
    }
    List<String> named = section.texts("methods");
    if (named != null) {
      named.forEach(method -> methods.add(method.toUpperCase(Locale.ROOT)));
    }
    return section.checked(
        () ->
            new PassThroughEndpoint(
                path,
                target,
                headers,
                section.flag("forward_headers", false),
                defaults,
                section.flag("include_subpath", false),
                section.number("cost_per_request"),
                methods,
                section.seconds("timeout"),
                item.position()));
  }

  /** Not the values: they hold credentials. */
  @Override
  public String toString() {
    return "PassThroughEndpoint[" + path + "]";
  }
}
