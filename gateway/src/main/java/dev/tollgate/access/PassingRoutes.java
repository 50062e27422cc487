package dev.tollgate.access;

import dev.tollgate.model.PassingGrant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the pass-through routes out of the metadata of a key and its team. */
final class PassingRoutes {
  static final String ALLOWED = "allowed_passthrough_routes";
  static final String DENIED = "denied_passthrough_routes";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private PassingRoutes() {}

  static PassingGrant of(String metadata, @Nullable Tenant team) {
    String above = team == null ? "{}" : team.terms().metadata();
    if (!metadata.contains("_passthrough_routes") && !above.contains("_passthrough_routes")) {
      return PassingGrant.ALL; // nearly all keys
    }
    List<String> denied = new ArrayList<>(routes(metadata, DENIED));
    denied.addAll(routes(above, DENIED));
    return new PassingGrant(routes(metadata, ALLOWED), routes(above, ALLOWED), List.copyOf(denied));
  }

  private static List<String> routes(String document, String name) {
    List<String> routes = new ArrayList<>();
    try {
      for (JsonNode route : JSON.readTree(document).path(name)) {
        if (route.isString() && !route.stringValue().isEmpty()) {
          routes.add(route.stringValue());
        }
      }
    } catch (JacksonException _) {
      return List.of(); // the management API lets no such metadata in
    }
    return List.copyOf(routes);
  }
}
