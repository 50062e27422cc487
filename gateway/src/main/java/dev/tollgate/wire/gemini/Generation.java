package dev.tollgate.wire.gemini;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a model's name says of its abilities.
 *
 * @param major {@code 2} of {@code gemini-2.5-flash}; 0 where the name has no number
 * @param minor {@code 5} of it
 * @param flash whether it is one of the small ones
 * @param lite whether it is one of the smallest
 */
record Generation(int major, int minor, boolean flash, boolean lite) {
  private static final Pattern NUMBER = Pattern.compile("gemini-(\\d{1,3})(?:\\.(\\d{1,3}))?");

  static Generation of(String model) {
    Matcher number = NUMBER.matcher(model);
    boolean found = number.find();
    return new Generation(
        found ? Integer.parseInt(number.group(1)) : 0,
        found && number.group(2) != null ? Integer.parseInt(number.group(2)) : 0,
        model.contains("flash"),
        model.contains("lite"));
  }

  /** Whether thought is set by levels instead of token budgets, and calls are signed. */
  boolean thinksInLevels() {
    return major >= 3;
  }

  /** Whether a schema of the answer may be any JSON schema. */
  boolean takesJsonSchema() {
    return major != 1;
  }

  /** Whether it has the level between low and high. */
  boolean hasMediumLevel() {
    return flash || major > 3 || minor > 0;
  }
}
