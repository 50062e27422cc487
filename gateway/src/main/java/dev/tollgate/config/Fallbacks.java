package dev.tollgate.config;

import dev.tollgate.config.Finding.Status;
import dev.tollgate.config.Node.Entry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a model group's calls go when it fails; {@code *} stands for every group.
 *
 * @param general {@code fallbacks}: group to the groups tried after it, in order
 * @param contextWindow {@code context_window_fallbacks}: when the prompt is too long
 * @param contentPolicy {@code content_policy_fallbacks}: when the provider's filter refuses
 * @param defaults {@code default_fallbacks}: for a group that {@code general} does not name
 */
public record Fallbacks(
    Map<String, List<String>> general,
    Map<String, List<String>> contextWindow,
    Map<String, List<String>> contentPolicy,
    List<String> defaults) {
  public static final Fallbacks NONE = new Fallbacks(Map.of(), Map.of(), Map.of(), List.of());

  /** Reads the four keys; each that is absent is taken from {@code otherwise}. */
  static Fallbacks from(Section section, Fallbacks otherwise) {
    List<String> defaults = section.texts("default_fallbacks");
    return new Fallbacks(
        groups(section, "fallbacks", otherwise.general),
        groups(section, "context_window_fallbacks", otherwise.contextWindow),
        groups(section, "content_policy_fallbacks", otherwise.contentPolicy),
        defaults == null ? otherwise.defaults : defaults);
  }

  private static Map<String, List<String>> groups(
      Section section, String key, Map<String, List<String>> otherwise) {
    Node node = section.take(key);
    if (node == null) {
      return otherwise;
    }
    if (!(node instanceof Node.Sequence sequence)) {
      throw ValueType.wrong(node, section.path(key), "a list such as [{group: [other]}]");
    }
    Map<String, List<String>> groups = new LinkedHashMap<>();
    for (int i = 0; i < sequence.items().size(); i++) {
      String part = key + "[" + i + "]";
      for (Map.Entry<String, Entry> group :
          section.mapping(part, sequence.items().get(i)).entrySet()) {
        // LiteLLM takes the first entry of a list that names the group
        groups.putIfAbsent(group.getKey(), targets(section, key, part, group));
      }
    }
    return Collections.unmodifiableMap(groups);
  }

  private static List<String> targets(
      Section section, String key, String part, Map.Entry<String, Entry> group) {
    String path = part + "." + group.getKey();
    Node node = group.getValue().value();
    if (!(node instanceof Node.Sequence sequence)) {
      throw ValueType.wrong(node, section.path(path), "a list of model groups");
    }
    List<String> targets = new ArrayList<>();
    for (int i = 0; i < sequence.items().size(); i++) {
      String target = target(section, key, path + "[" + i + "]", sequence.items().get(i));
      if (target != null) {
        targets.add(target);
      }
    }
    return Collections.unmodifiableList(targets);
  }

  private static @Nullable String target(Section section, String key, String path, Node item) {
    return switch (item) {
      case Node.Scalar scalar -> scalar.value() == null ? null : scalar.text();
      case Node.Mapping _ -> {
        section.note(
            key,
            new Finding(
                Status.NOT_YET,
                section.path(path),
                item.position(),
                "a fallback with parameters of its own is left out",
                true));
        yield null;
      }
      case Node.Sequence _ -> throw ValueType.wrong(item, section.path(path), "a model group");
    };
  }
}
