package dev.tollgate.admin.tenant;

import dev.tollgate.admin.form.Json;
import dev.tollgate.admin.form.Rights;
import dev.tollgate.model.PassingGrant;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Who may say which providers' own APIs a team's keys call: a route that is given by name is open
 * whatever models the organisation has.
 */
final class TeamPassing {
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
    if (!routes(before, PassingGrant.ALLOWED).equals(routes(after, PassingGrant.ALLOWED))) {
      throw TeamRoutes.adminsOnly(PassingGrant.ALLOWED);
    }
    if (!routes(after, PassingGrant.DENIED).containsAll(routes(before, PassingGrant.DENIED))) {
      throw TeamRoutes.adminsOnly(PassingGrant.DENIED);
    }
  }

  private static Set<String> routes(String metadata, String name) {
    Set<String> routes = new LinkedHashSet<>();
    Json.read(metadata).path(name).forEach(route -> routes.add(route.asString("")));
    return routes;
  }
}
