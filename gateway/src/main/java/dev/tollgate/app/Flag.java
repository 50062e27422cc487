package dev.tollgate.app;

import org.jspecify.annotations.Nullable;

/**
 * One flag of a command, as a row: from it come the parsing, the default and the line of help.
 *
 * @param name without the dashes
 * @param letter its short name
 * @param value what its value is called in the help; without one, the flag is on or off
 * @param meaning for the help; an empty one keeps the flag out of it
 * @param variable in the environment, read when the flag is not given
 * @param fallback value without flag and variable
 * @param repeatable whether it may be given again
 */
record Flag(
    String name,
    @Nullable String letter,
    @Nullable String value,
    String meaning,
    @Nullable String variable,
    @Nullable String fallback,
    boolean repeatable) {

  static final Flag HELP = on("help", "Show this help and exit.").letter("h");

  static Flag on(String name, String meaning) {
    return new Flag(name, null, null, meaning, null, null, true);
  }

  static Flag valued(String name, String value, String meaning) {
    return new Flag(name, null, value, meaning, null, null, false);
  }

  Flag letter(String letter) {
    return new Flag(name, letter, value, meaning, variable, fallback, repeatable);
  }

  Flag variable(String variable) {
    return new Flag(name, letter, value, meaning, variable, fallback, repeatable);
  }

  Flag fallback(Object fallback) {
    return new Flag(name, letter, value, meaning, variable, fallback.toString(), repeatable);
  }

  Flag again() {
    return new Flag(name, letter, value, meaning, variable, fallback, true);
  }

  /** As a user writes it. */
  String dashed() {
    return "--" + name;
  }

  boolean isShown() {
    return !meaning.isEmpty();
  }
}
