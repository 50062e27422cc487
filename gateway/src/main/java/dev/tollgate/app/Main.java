package dev.tollgate.app;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command line. Without a subcommand it serves. */
@Command(
    name = "tollgate",
    description = "One address and one key for every LLM provider.",
    mixinStandardHelpOptions = false,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "[serve|check|keys|version]",
    subcommands = {
      ServeCommand.class,
      CheckCommand.class,
      KeysCommand.class,
      VersionCommand.class,
      TrainCommand.class
    },
    footer = {
      "",
      "With nothing set, tollgate serves on port 4000 with SQLite in ./tollgate-data, makes a master",
      "key, and turns provider keys that it finds in the environment (OPENAI_API_KEY, ...) into models."
    })
public final class Main implements Callable<Integer> {
  @Mixin private final ServeOptions options = new ServeOptions();

  @CommandLine.Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  boolean help;

  @CommandLine.Option(
      names = {"-v", "--version"},
      versionHelp = true,
      description = "Print the version and exit.")
  boolean version;

  @Override
  public Integer call() {
    return ServeCommand.serve(options);
  }

  public static void main(String[] args) {
    int status = commandLine().execute(args);
    System.exit(status);
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExitCodeExceptionMapper(_ -> 1)
        .setExecutionExceptionHandler(
            (exception, command, _) -> {
              if (exception instanceof StartException refused) {
                command.getErr().println("tollgate: " + refused.getMessage());
                return refused.status();
              }
              throw exception;
            });
  }
}
