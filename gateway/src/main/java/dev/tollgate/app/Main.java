package dev.tollgate.app;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** The command line. Without a command it serves. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    // Spares the search for it through every jar.
    System.setProperty("slf4j.provider", "ch.qos.logback.classic.spi.LogbackServiceProvider");
    // Else the JDK's client keeps a proxy's own password from the proxy, wherever it asks for TLS.
    System.setProperty("jdk.http.auth.tunneling.disabledSchemes", "");
    Shell shell = new Shell(new Environment(System.getenv()), System.out, System.err);
    System.exit(run(Arrays.asList(args), shell));
  }

  /** Status for the process to exit with: 0 fine, 1 failed, 2 used in the wrong way. */
  static int run(List<String> words, Shell shell) {
    try {
      return dispatch(words, shell);
    } catch (StartException refused) {
      shell.err().println("tollgate: " + refused.getMessage());
      return refused.status();
    } catch (IOException | RuntimeException failed) {
      failed.printStackTrace(shell.err());
      return 1;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  /** Touches the chosen command only: what the others need would make serving start later. */
  private static int dispatch(List<String> words, Shell shell)
      throws IOException, InterruptedException {
    List<String> rest = words.isEmpty() ? words : words.subList(1, words.size());
    return switch (words.isEmpty() ? "serve" : words.getFirst()) {
      case "serve" -> ServeCommand.run(rest, shell);
      case "check" -> CheckCommand.run(rest, shell);
      case "keys" -> KeysCommand.run(rest, shell);
      case "prices" -> PricesCommand.run(rest, shell);
      case "version" -> VersionCommand.run(rest, shell);
      case "train" -> TrainCommand.run();
      case TrainingLoad.COMMAND -> TrainingLoad.run(shell);
      default -> ServeCommand.run(words, shell);
    };
  }
}
