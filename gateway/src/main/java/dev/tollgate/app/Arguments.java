package dev.tollgate.app;

import java.nio.file.Path;
import java.util.List;
import org.apache.commons.cli.CommandLine;
import org.jspecify.annotations.Nullable;

/** What a command was given: its flags, below them the environment, below that the fallbacks. */
final class Arguments {
  private final Grammar grammar;
  private final CommandLine line;
  private final Environment environment;

  Arguments(Grammar grammar, CommandLine line, Environment environment) {
    this.grammar = grammar;
    this.line = line;
    this.environment = environment;
  }

  boolean has(Flag flag) {
    return textIfAny(flag) != null || line.hasOption(flag.name());
  }

  @Nullable String textIfAny(Flag flag) {
    String given = line.getOptionValue(flag.name());
    if (given == null && flag.variable() != null) {
      given = environment.get(flag.variable());
    }
    return given == null ? flag.fallback() : given;
  }

  String text(Flag flag) {
    String text = textIfAny(flag);
    if (text == null) {
      throw new StartException(flag.dashed() + ": expected " + flag.value());
    }
    return text;
  }

  @Nullable Path pathIfAny(Flag flag) {
    String text = textIfAny(flag);
    return text == null ? null : Path.of(text);
  }

  /**
   * A whole number.
   *
   * @throws StartException if it is none, or out of the range; names where the value came from
   */
  long number(Flag flag, long least, long most) {
    String text = text(flag);
    try {
      long number = Long.parseLong(text.strip());
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException _) {
      // Said below, as a number out of range is.
    }
    String range =
        most >= Integer.MAX_VALUE ? "of at least " + least : "from " + least + " to " + most;
    throw new StartException(
        source(flag) + ": expected a number " + range + ", got '" + text + "'");
  }

  /** Every value of a repeatable flag. */
  List<String> all(Flag flag) {
    String[] values = line.getOptionValues(flag.name());
    return values == null ? List.of() : List.of(values);
  }

  /** Everything that is no flag and no flag's value. */
  List<String> operands() {
    return line.getArgList();
  }

  /**
   * The operands, when there are as many as the command takes.
   *
   * @throws StartException if there are fewer or more
   */
  List<String> operands(int least, int most) {
    List<String> operands = operands();
    if (operands.size() < least) {
      throw new StartException(
          grammar.command() + ": expected " + grammar.operands() + "; " + grammar.pointer());
    }
    if (operands.size() > most) {
      throw new StartException(
          grammar.command()
              + ": unexpected argument '"
              + operands.get(most)
              + "'; "
              + grammar.pointer());
    }
    return operands;
  }

  private String source(Flag flag) {
    return line.hasOption(flag.name()) || flag.variable() == null ? flag.dashed() : flag.variable();
  }
}
