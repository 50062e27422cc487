package dev.tollgate.routing;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Wildcard;
import dev.tollgate.routing.RoutingTable.Alias;
import dev.tollgate.routing.RoutingTable.Entry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * A routing table made ready to be looked up: alias, then exact name, then id, then the longest
 * wildcard that matches.
 *
 * <p>Immutable but for the groups that wildcards have made. Callers choose those names, so they are
 * kept up to a bound and short ones only; the one thrown out is made again when it is asked for.
 * The calls in flight are counted by the wildcard's entry, so that new names give nobody new
 * places. Safe for several threads.
 */
final class Groups {
  private static final int NAME_MAX = 512;
  private static final int MADE_MAX = 1_000;

  private final RoutingTable table;
  private final Map<String, Group> exact = new HashMap<>();
  private final Map<String, Group> byId = new HashMap<>();
  private final List<Pattern> patterns;
  private final List<Pattern> passing;
  private final ConcurrentMap<String, Group> made = new ConcurrentHashMap<>();
  private final Map<String, Health> healths = new HashMap<>();

  private record Pattern(Wildcard wildcard, List<Maker> makers) {}

  private record Maker(Entry entry, Health places) {}

  /** Health of a deployment that was there before is kept by its id. */
  Groups(RoutingTable table, @Nullable Groups before) {
    this.table = table;
    Map<String, List<Lane>> lanes = new LinkedHashMap<>();
    Map<String, List<Maker>> makers = new LinkedHashMap<>();
    for (Entry entry : table.entries()) {
      if (entry.wildcard()) {
        List<Maker> group = makers.computeIfAbsent(entry.name(), _ -> new ArrayList<>());
        group.add(new Maker(entry, health(entry.name() + "#" + group.size(), before)));
      } else {
        Deployment deployment = entry.make().apply(entry.name());
        Health health = health(deployment.id(), before);
        Lane lane = lane(deployment, health, health);
        lanes.computeIfAbsent(entry.name(), _ -> new ArrayList<>()).add(lane);
        byId.put(deployment.id(), Group.of(entry.name(), List.of(lane)));
      }
    }
    patterns = patterns(makers);
    makers.clear();
    for (Entry entry : table.passing()) {
      if (entry.wildcard()) {
        Maker maker = new Maker(entry, health(entry.name(), before));
        makers.computeIfAbsent(entry.name(), _ -> new ArrayList<>()).add(maker);
      } else {
        Deployment deployment = entry.make().apply(entry.name());
        Health health = health(deployment.id(), before);
        lanes
            .computeIfAbsent(entry.name(), _ -> new ArrayList<>())
            .add(lane(deployment, health, health));
      }
    }
    passing = patterns(makers);
    lanes.forEach((name, group) -> exact.put(name, Group.of(name, group)));
  }

  private static List<Pattern> patterns(Map<String, List<Maker>> makers) {
    List<Pattern> patterns = new ArrayList<>();
    makers.forEach((name, list) -> patterns.add(new Pattern(Wildcard.of(name), List.copyOf(list))));
    patterns.sort(Comparator.comparingInt(p -> -p.wildcard().pattern().length()));
    return patterns;
  }

  private Health health(String key, @Nullable Groups before) {
    Health kept = before == null ? null : before.healths.get(key);
    return healths.computeIfAbsent(key, _ -> kept == null ? new Health() : kept);
  }

  private Lane lane(Deployment deployment, Health health, Health places) {
    Integer own = deployment.limits().parallelRequests();
    return new Lane(
        deployment, health, places, own == null ? table.settings().parallelRequests() : own);
  }

  RoutingTable table() {
    return table;
  }

  RoutingSettings settings() {
    return table.settings();
  }

  /** The group that serves a model name, null if none does. */
  @Nullable Group find(String name) {
    Group found = exact.get(name);
    if (found != null) {
      return found;
    }
    Alias alias = table.aliases().get(name);
    if (alias != null) {
      return findTarget(alias.group());
    }
    return findTarget(name);
  }

  private @Nullable Group findTarget(String name) {
    Group found = exact.get(name);
    if (found == null) {
      found = byId.get(name);
    }
    if (found == null) {
      found = made.get(name);
    }
    return found == null && name.length() <= NAME_MAX ? make(name) : found;
  }

  private @Nullable Group make(String name) {
    for (Pattern pattern : RoutingTable.isBelow(name) ? passing : patterns) {
      if (pattern.wildcard().match(name) == null) {
        continue;
      }
      List<Lane> lanes = new ArrayList<>();
      for (Maker maker : pattern.makers()) {
        try {
          Deployment deployment = maker.entry().make().apply(name);
          lanes.add(lane(deployment, new Health(), maker.places()));
        } catch (IllegalArgumentException _) {
          // the name means no provider that is known: this entry does not serve it
        }
      }
      if (!lanes.isEmpty()) {
        return keep(name, Group.of(name, lanes));
      }
    }
    return null;
  }

  private Group keep(String name, Group group) {
    if (made.size() >= MADE_MAX) {
      Iterator<String> any = made.keySet().iterator();
      if (any.hasNext()) {
        made.remove(any.next());
      }
    }
    Group raced = made.putIfAbsent(name, group);
    return raced == null ? group : raced;
  }

  /** How many groups wildcards have made: bounded. */
  int madeCount() {
    return made.size();
  }

  @Nullable Health health(String deploymentId) {
    return healths.get(deploymentId);
  }

  /** Exact names, wildcards as written, and aliases that are not hidden, in the config's order. */
  List<String> names() {
    Map<String, Boolean> names = new LinkedHashMap<>();
    table.entries().forEach(entry -> names.put(entry.name(), true));
    table
        .aliases()
        .forEach(
            (name, alias) -> {
              if (!alias.hidden()) {
                names.putIfAbsent(name, true);
              }
            });
    return List.copyOf(names.keySet());
  }
}
