package dev.tollgate.app;

import dev.tollgate.config.Spelling;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.MissingArgumentException;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;
import org.jspecify.annotations.Nullable;

/**
 * What one command understands, and the help that says so.
 *
 * @param command as a user writes it, with the program's name where it is not the program itself
 * @param operands what follows the command besides flags, for example {@code FILE}
 * @param about what it does, line by line
 * @param commands below it: name and meaning, in the order of the help
 * @param flags in the order of the help
 * @param footer last lines of the help
 */
record Grammar(
    String command,
    String operands,
    List<String> about,
    List<Map.Entry<String, String>> commands,
    List<Flag> flags,
    List<String> footer) {

  private static final int WIDTH = 100;

  /** Stands for a space at which no line ends. */
  private static final char TIE = '\u00a0';

  static Grammar of(String command, String operands, List<String> about, List<Flag> flags) {
    return new Grammar(command, operands, about, List.of(), flags, List.of());
  }

  /**
   * Takes a command's words apart.
   *
   * @throws StartException if a flag is unknown, without its value, or given twice
   */
  Arguments read(List<String> words, Environment environment) {
    CommandLine line = parse(words, false);
    for (Flag flag : flags) {
      if (!flag.repeatable()) {
        String[] values = line.getOptionValues(flag.name());
        if (values != null && values.length > 1) {
          throw new StartException(
              flag.dashed() + ": given twice, '" + values[0] + "' and '" + values[1] + "'");
        }
      }
    }
    return new Arguments(this, line, environment);
  }

  /** Where the first word is that is neither a known flag nor a known flag's value. */
  int firstOperand(List<String> words) {
    return words.size() - parse(words, true).getArgList().size();
  }

  private CommandLine parse(List<String> words, boolean untilOperand) {
    DefaultParser parser =
        DefaultParser.builder()
            .setAllowPartialMatching(false)
            .setStripLeadingAndTrailingQuotes(false)
            .get();
    try {
      return parser.parse(options(), words.toArray(new String[0]), untilOperand);
    } catch (MissingArgumentException missing) {
      Option option = missing.getOption();
      throw new StartException("--" + option.getLongOpt() + ": expected " + option.getArgName());
    } catch (UnrecognizedOptionException unknown) {
      throw unknown(unknown.getOption());
    } catch (ParseException wrong) {
      throw new StartException(wrong.getMessage() + "; " + pointer());
    }
  }

  private Options options() {
    Options options = new Options();
    for (Flag flag : flags) {
      options.addOption(
          Option.builder(flag.letter())
              .longOpt(flag.name())
              .hasArg(flag.value() != null)
              .argName(flag.value())
              .get());
    }
    return options;
  }

  StartException unknown(String word) {
    int equals = word.indexOf('=');
    String dashed = equals < 0 ? word : word.substring(0, equals);
    String name = dashed.startsWith("--") ? dashed.substring(2) : dashed.substring(1);
    List<String> names = new ArrayList<>();
    for (Flag flag : flags) {
      if (equals >= 0 && flag.name().equals(name)) {
        return new StartException(
            dashed + ": takes no value, got '" + word.substring(equals + 1) + "'");
      }
      if (flag.isShown()) {
        names.add(flag.name());
      }
    }
    @Nullable String near = name.length() < 2 ? null : Spelling.nearest(names, name);
    String hint = near == null ? "" : "; did you mean --" + near + "?";
    return new StartException(
        dashed + ": unknown flag" + hint + (near == null ? "; " : " Else ") + pointer());
  }

  StartException unknownCommand(String word) {
    @Nullable String near =
        Spelling.nearest(commands.stream().map(Map.Entry::getKey).toList(), word);
    String hint = near == null ? "; " : "; did you mean " + near + "? Else ";
    return new StartException("unknown command '" + word + "'" + hint + pointer());
  }

  /** Where to read on. */
  String pointer() {
    return "see " + program() + " --help";
  }

  private String program() {
    return command.isEmpty() ? "tollgate" : "tollgate " + command;
  }

  String help() {
    StringBuilder text = new StringBuilder();
    about.forEach(line -> text.append(line).append('\n'));
    text.append("\nUsage: ").append(program());
    if (!operands.isEmpty()) {
      text.append(' ').append(operands);
    }
    text.append(" [FLAG...]\n");
    if (!commands.isEmpty()) {
      text.append("\nCommands (each has a --help of its own):\n");
      rows(text, commands);
    }
    text.append("\nFlags:\n");
    rows(
        text,
        flags.stream()
            .filter(Flag::isShown)
            .map(flag -> Map.entry(term(flag), explanation(flag)))
            .toList());
    if (!footer.isEmpty()) {
      text.append('\n');
      footer.forEach(line -> text.append(line).append('\n'));
    }
    return text.toString();
  }

  private static String term(Flag flag) {
    String letter = flag.letter() == null ? "    " : "-" + flag.letter() + ", ";
    return letter + flag.dashed() + (flag.value() == null ? "" : " " + flag.value());
  }

  private static String explanation(Flag flag) {
    List<String> others = new ArrayList<>();
    if (flag.variable() != null) {
      others.add("$" + flag.variable());
    }
    if (flag.fallback() != null) {
      others.add("default " + flag.fallback());
    }
    return others.isEmpty()
        ? flag.meaning()
        : flag.meaning() + " [" + String.join(", ", others).replace(' ', TIE) + "]";
  }

  private static void rows(StringBuilder text, List<Map.Entry<String, String>> rows) {
    int indent = 4 + rows.stream().mapToInt(row -> row.getKey().length()).max().orElse(0);
    for (Map.Entry<String, String> row : rows) {
      StringBuilder line = new StringBuilder("  ").append(row.getKey());
      line.append(" ".repeat(indent - line.length() - 1));
      for (String word : row.getValue().split(" ", -1)) {
        if (line.length() + 1 + word.length() > WIDTH) {
          text.append(line).append('\n');
          line = new StringBuilder(" ".repeat(indent - 1));
        }
        line.append(' ').append(word.replace(TIE, ' '));
      }
      text.append(line).append('\n');
    }
  }
}
