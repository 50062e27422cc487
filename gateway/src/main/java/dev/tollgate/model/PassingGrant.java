package dev.tollgate.model;

import java.util.List;
import java.util.Locale;

/**
 * Which paths of providers' own APIs a caller may call. Immutable.
 *
 * @param ofKey {@code allowed_passthrough_routes} of the key; empty for all
 * @param ofTeam the same of its team
 * @param denied {@code denied_passthrough_routes} of both
 */
public record PassingGrant(List<String> ofKey, List<String> ofTeam, List<String> denied) {
  public static final PassingGrant ALL = new PassingGrant(List.of(), List.of(), List.of());

  /** Whether this path may be called. */
  public boolean allows(String path) {
    return (ofKey.isEmpty() || covers(ofKey, path))
        && (ofTeam.isEmpty() || covers(ofTeam, path))
        && !covers(denied, path);
  }

  /** Whether this path, or one above it, was given by name. */
  public boolean names(String path) {
    return allows(path) && !(ofKey.isEmpty() && ofTeam.isEmpty());
  }

  /** Where the metadata of a key or a team name what it may call, in LiteLLM's words. */
  public static final String ALLOWED = "allowed_passthrough_routes";

  /** And what it may not. */
  public static final String DENIED = "denied_passthrough_routes";

  /** Whether each of some routes, and so all below it, is covered by one of {@code routes}. */
  public static boolean coverAll(List<String> routes, List<String> others) {
    return others.stream().allMatch(each -> covers(routes, above(each)));
  }

  /** A route covers what is below it; in any case of letters, as some providers read paths. */
  private static boolean covers(List<String> routes, String path) {
    String called = trimmed(path.toLowerCase(Locale.ROOT));
    for (String entry : routes) {
      String above = above(entry.toLowerCase(Locale.ROOT));
      if (called.equals(above) || called.startsWith(above + "/")) {
        return true;
      }
    }
    return false;
  }

  /** The path at and below which a route is. */
  private static String above(String route) {
    return trimmed(route.endsWith("*") ? route.substring(0, route.length() - 1) : route);
  }

  private static String trimmed(String path) {
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }
}
