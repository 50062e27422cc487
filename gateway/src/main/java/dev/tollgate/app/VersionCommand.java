package dev.tollgate.app;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tollgate version}. */
@Command(
    name = "version",
    description = "Print the version of Tollgate, of Java and of what it is compatible with.")
final class VersionCommand implements Callable<Integer> {
  @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine()
        .getOut()
        .printf(
            "tollgate %s (LiteLLM Proxy 1.106.2 compatible), Java %s%n",
            Version.current(), Runtime.version());
    return 0;
  }
}
