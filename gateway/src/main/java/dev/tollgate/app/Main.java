package dev.tollgate.app;

import java.util.Arrays;
import java.util.Set;
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
    // Serving is what has to start fast: it does not wait for the other commands to be set up.
    int status = serves(args) ? serving().execute(args) : commandLine().execute(args);
    System.exit(status);
  }

  /** Whether these arguments mean to serve: flags only, and none that asks for help. */
  private static boolean serves(String[] args) {
    return args.length == 0
        || (args[0].startsWith("-")
            && Arrays.stream(args).noneMatch(Set.of("-h", "--help", "-v", "--version")::contains));
  }

  private static CommandLine serving() {
    return set(new CommandLine(new ServeCommand()).setCommandName("tollgate"));
  }

  static CommandLine commandLine() {
    return set(new CommandLine(new Main()));
  }

  private static CommandLine set(CommandLine line) {
    return line.setCaseInsensitiveEnumValuesAllowed(true)
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
