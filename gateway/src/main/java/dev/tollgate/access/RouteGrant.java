package dev.tollgate.access;

import java.util.List;
import java.util.Set;

/** Whether a key's {@code allowed_routes} cover a route. */
final class RouteGrant {
  private static final Set<String> INFERENCE =
      Set.of(
          "llm_api_routes",
          "openai_routes",
          "anthropic_routes",
          "google_routes",
          "mapped_pass_through_routes",
          "mcp_routes",
          "agent_routes");

  /** Where reading is management too. */
  private static final List<String> MANAGED =
      List.of("/key/", "/user/", "/team/", "/organization/", "/customer/", "/budget/");

  private RouteGrant() {}

  static boolean covers(List<String> allowed, String path, String group) {
    if (allowed.isEmpty()) {
      return true;
    }
    for (String entry : allowed) {
      if (entry.equals(path) || entry.equals(group) || inGroup(entry, path, group)) {
        return true;
      }
      if (entry.endsWith("/*") && path.startsWith(entry.substring(0, entry.length() - 1))) {
        return true;
      }
    }
    return false;
  }

  private static boolean inGroup(String entry, String path, String group) {
    return switch (entry) {
      case "llm_api_routes" -> INFERENCE.contains(group);
      // Routes that name no narrower group speak OpenAI's dialect.
      case "openai_routes" -> group.equals("llm_api_routes");
      case "management_routes" ->
          group.equals("info_routes") && MANAGED.stream().anyMatch(path::startsWith);
      default -> false;
    };
  }

  /** LiteLLM's text, with its list as Python writes one. */
  static String denial(List<String> allowed, String path) {
    StringBuilder list = new StringBuilder("[");
    for (String entry : allowed) {
      if (list.length() > 1) {
        list.append(", ");
      }
      char quote = entry.indexOf('\'') >= 0 && entry.indexOf('"') < 0 ? '"' : '\'';
      String escaped = entry.replace("\\", "\\\\");
      list.append(quote)
          .append(quote == '\'' ? escaped.replace("'", "\\'") : escaped)
          .append(quote);
    }
    return "Virtual key is not allowed to call this route. Only allowed to call routes: "
        + list.append(']')
        + ". Tried to call route: "
        + path;
  }
}
