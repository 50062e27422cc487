package dev.tollgate.admin.tenant;

import dev.tollgate.admin.form.Json;
import dev.tollgate.admin.form.Rights;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Who may say which providers' own APIs a team's keys call: a route that is given by name is open
 * whatever models the organisation has.
 */
final class TeamPassing {
  private static final String ALLOWED = "allowed_passthrough_routes";
  private static final String DENIED = "denied_passthrough_routes";

  private TeamPassing() {}

  /**
   * Checks a change of a team's metadata, whether a request names the routes or brings them with
   * all of the metadata. Others than administrators may deny more routes, and nothing else.
   *
   * @throws dev.tollgate.admin.form.RefusedException if the caller may not make it
   */
  static void mustBeFor(Rights rights, String before, String after) {
    if (rights.administers()) {
      return;
    }
    if (!routes(before, ALLOWED).equals(routes(after, ALLOWED))) {
      throw TeamRoutes.adminsOnly(ALLOWED);
    }
    if (!routes(after, DENIED).containsAll(routes(before, DENIED))) {
      throw TeamRoutes.adminsOnly(DENIED);
    }
  }

  private static Set<String> routes(String metadata, String name) {
    Set<String> routes = new LinkedHashSet<>();
    Json.read(metadata).path(name).forEach(route -> routes.add(route.asString("")));
    return routes;
  }
}
