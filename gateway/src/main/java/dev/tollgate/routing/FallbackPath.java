package dev.tollgate.routing;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The other model groups that one call may go to: those of the group that failed come before those
 * left over from an earlier one, none is gone to twice, and there is a bound on all of them. Not
 * safe for several threads.
 */
final class FallbackPath {
  private static final String EVERY = "*";

  private final RoutingSettings settings;
  private final @Nullable List<String> wanted;
  private final boolean disabled;
  private final Deque<String> waiting = new ArrayDeque<>();
  private final Set<String> visited = new HashSet<>();
  private int hops;

  /**
   * Starts at the group that was asked for.
   *
   * @param wanted the client's own list, which takes the place of that group's; null for none
   */
  FallbackPath(
      RoutingSettings settings, String start, @Nullable List<String> wanted, boolean disabled) {
    this.settings = settings;
    this.wanted = wanted;
    this.disabled = disabled;
    visited.add(start);
  }

  /** The next group after a failure of this one, null if there is none. */
  @Nullable String next(String failed, @Nullable String failedTarget, ErrorKind kind) {
    if (disabled || hops >= settings.fallbackHopsMax()) {
      return null;
    }
    List<String> targets =
        hops == 0 && wanted != null ? wanted : targets(failed, failedTarget, kind);
    for (int i = targets.size() - 1; i >= 0; i--) {
      waiting.addFirst(targets.get(i));
    }
    while (!waiting.isEmpty()) {
      String target = waiting.removeFirst();
      if (visited.add(target)) {
        hops++;
        return target;
      }
    }
    return null;
  }

  private List<String> targets(String group, @Nullable String target, ErrorKind kind) {
    return switch (kind) {
      case CONTEXT_WINDOW -> of(settings.contextFallbacks(), group, target, List.of());
      case CONTENT_POLICY -> of(settings.policyFallbacks(), group, target, List.of());
      case FINAL -> List.of();
      case BAD_REQUEST,
          AUTHENTICATION,
          NOT_FOUND,
          TIMEOUT,
          RATE_LIMIT,
          INTERNAL_SERVER,
          BAD_GATEWAY,
          SERVICE_UNAVAILABLE,
          DEFAULT ->
          of(settings.fallbacks(), group, target, settings.defaultFallbacks());
    };
  }

  /** By the name that was asked for, by the group behind the alias, by {@code *}. */
  private static List<String> of(
      Map<String, List<String>> lists,
      String group,
      @Nullable String target,
      List<String> otherwise) {
    List<String> found = lists.get(group);
    if (found == null && target != null) {
      found = lists.get(target);
    }
    if (found == null) {
      found = lists.get(EVERY);
    }
    return found == null ? otherwise : found;
  }

  int hops() {
    return hops;
  }

  Set<String> visited() {
    return visited;
  }
}
