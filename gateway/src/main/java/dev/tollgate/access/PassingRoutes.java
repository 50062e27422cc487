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
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private PassingRoutes() {}

  static PassingGrant of(String metadata, @Nullable Tenant team) {
    String above = team == null ? "{}" : team.terms().metadata();
    if (!metadata.contains("_passthrough_routes") && !above.contains("_passthrough_routes")) {
      return PassingGrant.ALL; // nearly all keys
    }
    List<String> denied = new ArrayList<>(routes(metadata, PassingGrant.DENIED));
    denied.addAll(routes(above, PassingGrant.DENIED));
    return new PassingGrant(
        routes(metadata, PassingGrant.ALLOWED),
        routes(above, PassingGrant.ALLOWED),
        List.copyOf(denied));
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
