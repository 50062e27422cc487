package dev.tollgate.app;

import dev.tollgate.config.Config;
import dev.tollgate.config.Fallbacks;
import dev.tollgate.config.ModelEntry;
import dev.tollgate.model.Wildcard;
import dev.tollgate.routing.RoutingTable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Names in a config that nothing answers to: a fallback to them fails, and nothing else says so.
 */
final class Dangling {
  private static final String ANY = "*";

  private final Set<String> exact = new HashSet<>();
  private final List<Wildcard> patterns = new ArrayList<>();
  private final Set<String> notes = new LinkedHashSet<>();

  private Dangling(Config config, List<RoutingTable.Entry> entries) {
    for (RoutingTable.Entry entry : entries) {
      if (entry.wildcard()) {
        patterns.add(Wildcard.of(entry.name()));
      } else {
        exact.add(entry.name());
      }
    }
    for (ModelEntry entry : config.models()) {
      Object id = entry.modelInfo().get("id");
      if (id != null && !exact.add(String.valueOf(id))) {
        notes.add(
            "model_info.id: '" + id + "' stands at more than one entry, or is a model's name too");
      }
    }
  }

  /**
   * What the operator should know.
   *
   * @param entries what is served
   */
  static List<String> notes(Config config, List<RoutingTable.Entry> entries) {
    Dangling dangling = new Dangling(config, entries);
    config
        .router()
        .aliases()
        .forEach((name, alias) -> dangling.check("model_group_alias." + name, alias.group()));
    dangling.exact.addAll(config.router().aliases().keySet());
    Fallbacks fallbacks = config.router().fallbacks();
    dangling.check("fallbacks", fallbacks.general());
    dangling.check("context_window_fallbacks", fallbacks.contextWindow());
    dangling.check("content_policy_fallbacks", fallbacks.contentPolicy());
    fallbacks.defaults().forEach(target -> dangling.check("default_fallbacks", target));
    return List.copyOf(dangling.notes);
  }

  private void check(String setting, Map<String, List<String>> groups) {
    groups.forEach(
        (group, targets) -> {
          if (!group.equals(ANY)) {
            check(setting, group);
          }
          targets.forEach(target -> check(setting + "." + group, target));
        });
  }

  private void check(String setting, String name) {
    if (!exact.contains(name) && patterns.stream().noneMatch(each -> each.match(name) != null)) {
      notes.add(setting + ": no model is served as '" + name + "'");
    }
  }
}
