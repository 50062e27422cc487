package dev.tollgate.platform.settings;

import java.nio.file.Path;
import java.util.Optional;

/** Where a setting's value came from. Immutable. */
public sealed interface Origin {

  /** Given by the program itself. */
  record Constructor() implements Origin {}

  /**
   * The environment of the process.
   *
   * @param name as it is spelled there
   */
  record Environment(String name) implements Origin {}

  /**
   * A dotenv file.
   *
   * @param line counted from 1
   */
  record DotenvFile(Path file, int line) implements Origin {}

  /**
   * Nothing was set.
   *
   * @param emptyIn where the variable stands without a value, if it stands somewhere
   */
  record Default(Optional<Origin> emptyIn) implements Origin {}

  /** Nothing was set, so another setting's value is used. */
  record DefaultedFrom(Setting setting) implements Origin {}

  /**
   * Nothing was set, and the other setting's value would have gone to an address not meant for it.
   */
  record Withheld(Setting setting, String reason) implements Origin {}

  /** One phrase for people, such as {@code .env line 3}. */
  default String phrase() {
    return switch (this) {
      case Constructor() -> "the program";
      case Environment(String name) -> "environment variable " + name;
      case DotenvFile(Path file, int line) -> file + " line " + line;
      case Default(Optional<Origin> emptyIn) ->
          "default" + emptyIn.map(origin -> " (empty in " + origin.phrase() + ")").orElse("");
      case DefaultedFrom(Setting setting) -> "defaulted from " + setting;
      case Withheld(Setting setting, String reason) ->
          "not set; " + setting + " is not used for it: " + reason;
    };
  }
}
