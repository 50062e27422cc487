package dev.tollgate.platform.cli;

import org.jspecify.annotations.Nullable;

/**
 * One flag: from this row come its parsing, its default and its line of help.
 *
 * @param name without the dashes
 * @param value what its value is called; null for a flag that is on or off
 * @param meaning for the help
 * @param fallback the value when it is not given; null for none
 * @param repeatable whether it may be given again
 */
record Flag(
    String name,
    @Nullable String value,
    String meaning,
    @Nullable String fallback,
    boolean repeatable) {

  static final Flag HELP = on("help", "Show this help and end.");
  static final Flag JSON = on("json", "Print one JSON object, for machines.");

  static Flag on(String name, String meaning) {
    return new Flag(name, null, meaning, null, true);
  }

  static Flag valued(String name, String value, String meaning) {
    return new Flag(name, value, meaning, null, false);
  }

  Flag fallback(Object usual) {
    return new Flag(name, value, meaning, usual.toString(), repeatable);
  }

  Flag again() {
    return new Flag(name, value, meaning, fallback, true);
  }

  String dashed() {
    return "--" + name;
  }
}
