package dev.tollgate.app;

import dev.tollgate.config.CheckReport;
import dev.tollgate.config.Config;
import dev.tollgate.config.ConfigException;
import dev.tollgate.config.ConfigReader;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code tollgate check}: what becomes of each key of a config. */
final class CheckCommand {
  private static final Flag CONFIG =
      Flag.valued("config", "FILE", "The config.yaml, as another way to give it.").letter("c");

  private static final Grammar GRAMMAR =
      Grammar.of(
          "check",
          "FILE",
          List.of(
              "Read a config and say for each key whether it is used, not supported yet or unknown.",
              "Exits with 1 when something that changes behaviour would be ignored, with 2 when the config",
              "is wrong."),
          List.of(CONFIG, Flag.HELP));

  private CheckCommand() {}

  static int run(List<String> words, Shell shell) {
    Arguments given = GRAMMAR.read(words, shell.environment());
    if (given.has(Flag.HELP)) {
      return shell.explain(GRAMMAR);
    }
    List<String> files = given.operands(0, 1);
    @Nullable Path file = files.isEmpty() ? given.pathIfAny(CONFIG) : Path.of(files.getFirst());
    if (file == null) {
      throw new StartException("check: which file? Give it as in: tollgate check config.yaml");
    }
    try {
      Config read = new ConfigReader(shell.environment()::get).read(file);
      CheckReport report = new CheckReport(read);
      shell.out().print(report.text());
      for (String problem : Models.problems(read, shell.environment())) {
        shell.out().println(problem);
      }
      shell.out().flush();
      return report.exitCode();
    } catch (ConfigException wrong) {
      throw new StartException(wrong.getMessage());
    }
  }
}
