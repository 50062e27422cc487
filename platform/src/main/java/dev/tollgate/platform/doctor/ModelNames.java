package dev.tollgate.platform.doctor;

import java.util.LinkedHashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** What {@code /models} lists; a name may hold {@code *} for anything. Immutable. */
record ModelNames(Set<String> names) {

  static ModelNames of(JsonNode reply) {
    var names = new LinkedHashSet<String>();
    for (var model : reply.path("data")) {
      var id = model.path("id");
      if (id.isString()) {
        names.add(id.stringValue());
      }
    }
    return new ModelNames(names);
  }

  int size() {
    return names.size();
  }

  boolean has(String model) {
    return names.contains(model)
        || names.stream().anyMatch(name -> name.indexOf('*') >= 0 && fits(name, model));
  }

  /** By its fixed parts in order, since a pattern of many stars would take long otherwise. */
  private static boolean fits(String pattern, String model) {
    var parts = pattern.split("\\*", -1);
    if (!model.startsWith(parts[0])) {
      return false;
    }
    int at = parts[0].length();
    for (int i = 1; i < parts.length - 1; i++) {
      int found = model.indexOf(parts[i], at);
      if (found < 0) {
        return false;
      }
      at = found + parts[i].length();
    }
    var last = parts[parts.length - 1];
    return model.length() - last.length() >= at && model.endsWith(last);
  }
}
