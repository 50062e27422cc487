package dev.tollgate.app;

import dev.tollgate.config.CheckReport;
import dev.tollgate.config.Config;
import dev.tollgate.config.ConfigException;
import dev.tollgate.config.ConfigReader;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tollgate check}: what becomes of each key of a config. */
@Command(
    name = "check",
    description = {
      "Read a config and say for each key whether it is used, not supported yet or unknown.",
      "Exits with 1 when something that changes behaviour would be ignored, with 2 when the config is wrong."
    })
final class CheckCommand implements Callable<Integer> {
  @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
  @Spec
  private CommandSpec spec;

  @Parameters(index = "0", arity = "0..1", paramLabel = "FILE", description = "The config.yaml.")
  private @Nullable Path file;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The same.")
  private @Nullable Path config;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  boolean help;

  @Override
  public Integer call() {
    Path given = file != null ? file : config;
    if (given == null) {
      throw new StartException("check: which file? Give it as in: tollgate check config.yaml");
    }
    Environment environment = new Environment(System.getenv());
    try {
      Config read = new ConfigReader(environment::get).read(given);
      CheckReport report = new CheckReport(read);
      spec.commandLine().getOut().print(report.text());
      for (String problem : Models.problems(read, environment)) {
        spec.commandLine().getOut().println(problem);
      }
      spec.commandLine().getOut().flush();
      return report.exitCode();
    } catch (ConfigException wrong) {
      throw new StartException(wrong.getMessage());
    }
  }
}
