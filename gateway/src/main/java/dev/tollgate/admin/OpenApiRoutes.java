package dev.tollgate.admin;

import dev.tollgate.admin.form.Json;
import dev.tollgate.http.ManagementRoute;
import dev.tollgate.http.ManagementRoute.Admission;
import dev.tollgate.http.ManagementRoute.Answer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /openapi.json}, made from the table of endpoints when it is first asked for. Thread-safe.
 */
public final class OpenApiRoutes {
  private static final Pattern PARAMETER = Pattern.compile("\\{([a-z_]+)}");
  private static final byte[] NONE = "{}".getBytes(StandardCharsets.UTF_8);

  private volatile @Nullable Table table;
  private volatile byte @Nullable [] document;

  private record Table(Map<String, Set<String>> templates, List<ManagementRoute> management) {}

  public List<ManagementRoute> all() {
    return List.of(
        new ManagementRoute(
            "GET",
            "/openapi.json",
            Admission.PUBLIC,
            "public_routes",
            _ -> Answer.json(200, document())));
  }

  /**
   * Takes the table of all routes, once it is complete.
   *
   * @param templates every path with its methods
   * @param management those that spend nothing, which say who may call them
   */
  public void lists(Map<String, Set<String>> templates, List<ManagementRoute> management) {
    table = new Table(Map.copyOf(templates), List.copyOf(management));
  }

  private byte[] document() {
    Table from = table;
    byte[] made = document;
    if (made == null && from != null) {
      made = written(from.templates(), from.management());
      document = made;
    }
    return made == null ? NONE : made;
  }

  private static byte[] written(
      Map<String, Set<String>> templates, List<ManagementRoute> management) {
    Map<String, ManagementRoute> known = new TreeMap<>();
    management.forEach(route -> known.put(route.method() + " " + route.template(), route));
    ObjectNode root = Json.object();
    root.put("openapi", "3.1.0");
    root.putObject("info").put("title", "Tollgate").put("version", "1.106.2");
    ObjectNode paths = root.putObject("paths");
    new TreeMap<>(templates)
        .forEach(
            (template, methods) -> {
              ObjectNode path = paths.putObject(template);
              for (String method : methods) {
                ManagementRoute route = known.get(method + " " + template);
                path.set(method.toLowerCase(Locale.ROOT), operation(method, template, route));
              }
            });
    root.putObject("components")
        .putObject("securitySchemes")
        .putObject("APIKeyHeader")
        .put("type", "http")
        .put("scheme", "bearer");
    return Json.text(root).getBytes(StandardCharsets.UTF_8);
  }

  private static ObjectNode operation(
      String method, String template, @Nullable ManagementRoute route) {
    ObjectNode operation = Json.object();
    String[] words = template.substring(1).split("[^a-zA-Z0-9]+", -1);
    operation.putArray("tags").add(route == null ? "inference" : words[0]);
    operation.put("operationId", method.toLowerCase(Locale.ROOT) + "_" + String.join("_", words));
    ArrayNode parameters = operation.putArray("parameters");
    Matcher named = PARAMETER.matcher(template);
    while (named.find()) {
      parameters
          .addObject()
          .put("name", named.group(1))
          .put("in", "path")
          .put("required", true)
          .putObject("schema")
          .put("type", "string");
    }
    if (!method.equals("GET")) {
      operation
          .putObject("requestBody")
          .putObject("content")
          .putObject("application/json")
          .putObject("schema")
          .put("type", "object");
    }
    ObjectNode responses = operation.putObject("responses");
    responses.putObject("200").put("description", "Successful Response");
    boolean open = route != null && route.admission() == Admission.PUBLIC;
    if (!open) {
      responses.putObject("401").put("description", "No valid key, or a role that may not");
      operation.putArray("security").addObject().putArray("APIKeyHeader");
    }
    if (!method.equals("GET")) {
      responses.putObject("422").put("description", "Validation Error");
    }
    if (route != null) {
      operation.put("x-tollgate-admission", route.admission().name().toLowerCase(Locale.ROOT));
    }
    return operation;
  }
}
