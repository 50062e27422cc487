package dev.tollgate.platform.cli;

import java.util.List;
import org.apache.commons.cli.CommandLine;
import org.jspecify.annotations.Nullable;

/** What a command was given: its flags, and below them the flags' defaults. */
final class Arguments {
  private final Grammar grammar;
  private final CommandLine line;

  Arguments(Grammar grammar, CommandLine line) {
    this.grammar = grammar;
    this.line = line;
  }

  boolean has(Flag flag) {
    return line.hasOption(flag.name());
  }

  @Nullable String textIfAny(Flag flag) {
    var given = line.getOptionValue(flag.name());
    return given == null ? flag.fallback() : given;
  }

  /** Of a flag that has a default. */
  String text(Flag flag) {
    var text = textIfAny(flag);
    if (text == null) {
      throw new UsageException(flag.dashed() + ": found nothing, expected " + flag.value());
    }
    return text;
  }

  List<String> all(Flag flag) {
    var values = line.getOptionValues(flag.name());
    return values == null ? List.of() : List.of(values);
  }

  /**
   * A whole number.
   *
   * @throws UsageException if it is none, or out of the range
   */
  int number(Flag flag, int least, int most) {
    var text = text(flag);
    try {
      int number = Integer.parseInt(text.strip());
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException _) {
      // Said below, as a number out of range is.
    }
    throw new UsageException(
        "%s: found '%s', expected a whole number from %d to %d"
            .formatted(flag.dashed(), text, least, most));
  }

  /**
   * Everything that is no flag and no flag's value.
   *
   * @throws UsageException if there are fewer or more than the command takes
   */
  List<String> operands(int least, int most) {
    var operands = line.getArgList();
    if (operands.size() < least) {
      throw new UsageException(
          "found nothing, expected " + grammar.operands() + "; " + grammar.pointer());
    }
    if (operands.size() > most) {
      throw new UsageException(
          "found %d words, expected %s (a text of several words stands in quotes); %s"
              .formatted(
                  operands.size(),
                  most == 0 ? "flags only" : grammar.operands(),
                  grammar.pointer()));
    }
    return operands;
  }
}
