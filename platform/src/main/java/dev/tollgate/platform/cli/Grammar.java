package dev.tollgate.platform.cli;

import java.util.List;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.MissingArgumentException;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.UnrecognizedOptionException;

/**
 * What a command understands, and the help that says so.
 *
 * @param name of the command
 * @param operands what follows besides flags, such as {@code PROMPT}
 * @param about what it does, for the help
 * @param flags in the order of the help; {@code --help} is added
 */
record Grammar(String name, String operands, String about, List<Flag> flags) {
  private static final int WIDTH = 96;

  Grammar(String name, String operands, String about, Flag... flags) {
    this(name, operands, about, List.of(flags));
  }

  /**
   * Takes a command's words apart.
   *
   * @throws UsageException for an unknown flag, one without its value, or one given twice
   */
  Arguments read(List<String> words) {
    var parser = DefaultParser.builder().setAllowPartialMatching(false);
    try {
      var line =
          parser
              .setStripLeadingAndTrailingQuotes(false)
              .get()
              .parse(options(), words.toArray(new String[0]));
      for (var flag : flags) {
        var values = line.getOptionValues(flag.name());
        if (values != null && values.length > 1 && !flag.repeatable()) {
          throw new UsageException(flag.dashed() + ": given twice, expected once");
        }
      }
      return new Arguments(this, line);
    } catch (MissingArgumentException missing) {
      var option = missing.getOption();
      throw new UsageException(
          "--" + option.getLongOpt() + ": found no value, expected " + option.getArgName());
    } catch (UnrecognizedOptionException unknown) {
      throw new UsageException(unknown(unknown.getOption()));
    } catch (ParseException wrong) {
      throw new UsageException(wrong.getMessage() + "; " + pointer());
    }
  }

  private Options options() {
    var options = new Options();
    options.addOption(Option.builder("h").longOpt(Flag.HELP.name()).get());
    for (var flag : flags) {
      options.addOption(
          Option.builder()
              .longOpt(flag.name())
              .hasArg(flag.value() != null)
              .argName(flag.value())
              .get());
    }
    return options;
  }

  /** Says which flag is unknown; its value is left out, since it could be a key. */
  private String unknown(String word) {
    var dashed = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
    for (var flag : flags) {
      if (flag.dashed().equals(dashed)) {
        return dashed + ": takes no value";
      }
    }
    var known = String.join(", ", flags.stream().map(Flag::dashed).toList());
    var hint = operands.isEmpty() ? "" : " (a text that begins with - comes after --)";
    return dashed + ": unknown flag, expected " + known + hint;
  }

  String pointer() {
    return "see " + Main.PROGRAM + " " + name + " --help";
  }

  String help() {
    var text = new StringBuilder(about).append("\n\nUsage: ");
    text.append(Main.PROGRAM).append(' ').append(name).append(" [FLAG...]");
    text.append(operands.isEmpty() ? "" : " " + operands).append("\n\nFlags:\n");
    int column = flags.stream().mapToInt(flag -> term(flag).length()).max().orElse(0) + 4;
    flags.forEach(flag -> row(text, term(flag), explanation(flag), column));
    row(text, Flag.HELP.dashed(), Flag.HELP.meaning(), column);
    return text.toString();
  }

  private static String term(Flag flag) {
    return flag.dashed() + (flag.value() == null ? "" : " " + flag.value());
  }

  private static String explanation(Flag flag) {
    return flag.meaning()
        + (flag.repeatable() && flag.value() != null ? " May be given again." : "")
        + (flag.fallback() == null ? "" : " Default: " + flag.fallback() + ".");
  }

  static void row(StringBuilder text, String term, String meaning, int column) {
    var line = new StringBuilder("  ").append(term);
    line.repeat(' ', column - line.length() - 1);
    for (var word : meaning.split(" ", -1)) {
      if (line.length() + 1 + word.length() > WIDTH) {
        text.append(line).append('\n');
        line = new StringBuilder().repeat(' ', column - 1);
      }
      line.append(' ').append(word);
    }
    text.append(line).append('\n');
  }
}
