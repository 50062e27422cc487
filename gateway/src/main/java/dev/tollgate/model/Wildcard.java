package dev.tollgate.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model name with {@code *} in it, each of which stands for any text, slashes included.
 *
 * <p>Matched by its literal parts from left to right, in time linear in the name, since callers
 * choose the names; a regular expression would not be.
 *
 * @param pattern as the operator wrote it
 * @param literals the texts around the stars, one more than there are stars
 */
public record Wildcard(String pattern, List<String> literals) {

  /** Reads a pattern; one without a star matches only itself. */
  public static Wildcard of(String pattern) {
    return new Wildcard(pattern, List.of(pattern.split("\\*", -1)));
  }

  /** What the stars stand for in this name, in their order; null if it does not match. */
  public @Nullable List<String> match(String name) {
    int last = literals.size() - 1;
    if (last == 0) {
      return name.equals(pattern) ? List.of() : null;
    }
    int end = name.length() - literals.get(last).length();
    int at = literals.getFirst().length();
    if (end < at || !name.startsWith(literals.getFirst()) || !name.endsWith(literals.get(last))) {
      return null;
    }
    List<String> captured = new ArrayList<>(last);
    for (int i = 1; i < last; i++) {
      int found = name.indexOf(literals.get(i), at);
      if (found < 0 || found + literals.get(i).length() > end) {
        return null;
      }
      captured.add(name.substring(at, found));
      at = found + literals.get(i).length();
    }
    captured.add(name.substring(at, end));
    return captured;
  }
}
