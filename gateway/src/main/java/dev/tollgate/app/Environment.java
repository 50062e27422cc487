package dev.tollgate.app;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The process's variables, below those that the config sets.
 *
 * @param variables by name
 */
record Environment(Map<String, String> variables) {
  @Nullable String get(String name) {
    String value = variables.get(name);
    return value == null || value.isEmpty() ? null : value;
  }

  boolean isTrue(String name) {
    String value = get(name);
    return value != null && (value.equalsIgnoreCase("true") || value.equals("1"));
  }

  Environment below(Map<String, String> config) {
    Map<String, String> both = new HashMap<>(variables);
    both.putAll(config);
    return new Environment(Map.copyOf(both));
  }
}
