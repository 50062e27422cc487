package dev.tollgate.platform.cli;

import dev.tollgate.platform.blocks.GenerationFailedException;
import dev.tollgate.platform.client.BadInputException;
import dev.tollgate.platform.client.OpenAiException;
import dev.tollgate.platform.settings.SettingsException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/** The program {@code tollgate-platform}: finds the command, runs it, says what went wrong. */
public final class Main {
  static final String PROGRAM = "tollgate-platform";
  private static final int FINE = 0;
  private static final int FAILED = 1;
  private static final int WRONG_USE = 2;

  private static final List<Command> COMMANDS =
      List.of(
          new SettingsCommand(),
          new DoctorCommand(),
          new EmbedCommand(),
          new LlmCommand(),
          new CodexCommand(),
          new CiEnvCommand());

  private Main() {}

  /** Ends the process with the command's status. */
  public static void main(String[] args) {
    // UTF-8 whatever the locale says: a C locale would turn an answer's letters into question
    // marks.
    var out = stream(FileDescriptor.out);
    var err = stream(FileDescriptor.err);
    // The launcher knows; asking the JDK takes longer than most commands.
    boolean terminal = Boolean.getBoolean("tollgate.terminal");
    var shell = new Shell(System.getenv(), Path.of(""), System.in, out, err, terminal);
    int status = run(Arrays.asList(args), shell);
    out.flush();
    // Not left to the last thread: an idle connection would keep the process for a while.
    System.exit(out.checkError() && status == FINE ? FAILED : status);
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
  }

  /** The status for the process to exit with: 0 fine, 1 failed, 2 used in the wrong way. */
  static int run(List<String> words, Shell shell) {
    var first = words.isEmpty() ? "" : words.getFirst();
    if (first.equals("--help") || first.equals("-h") || first.equals("help")) {
      shell.out().print(help());
      return FINE;
    }
    for (var command : COMMANDS) {
      if (command.grammar().name().equals(first)) {
        return run(command, words.subList(1, words.size()), shell);
      }
    }
    var found = first.isEmpty() ? "no command" : "'" + first + "'";
    shell.err().println(PROGRAM + ": found " + found + ", expected one of " + names());
    return WRONG_USE;
  }

  private static int run(Command command, List<String> words, Shell shell) {
    var name = command.grammar().name();
    boolean json = words.contains(Flag.JSON.dashed());
    try {
      var given = command.grammar().read(words);
      if (given.has(Flag.HELP)) {
        shell.out().print(command.grammar().help());
        return FINE;
      }
      return command.run(given, shell);
    } catch (UsageException | BadInputException wrong) {
      return refuse(shell, json, name, "WrongUse", wrong.getMessage(), WRONG_USE);
    } catch (SettingsException | OpenAiException | GenerationFailedException failed) {
      var kind = failed.getClass().getSimpleName();
      return refuse(shell, json, name, kind, failed.getMessage(), FAILED);
    } catch (InvalidPathException wrong) {
      var message = "found a file name that is none, " + wrong.getReason();
      return refuse(shell, json, name, "WrongUse", message, WRONG_USE);
    } catch (IOException failed) {
      return refuse(shell, json, name, "File", reason(failed), FAILED);
    }
  }

  private static int refuse(
      Shell shell,
      boolean json,
      String command,
      String kind,
      @Nullable String message,
      int status) {
    var text = Objects.toString(message, kind);
    shell.out().flush();
    shell.err().println(PROGRAM + " " + command + ": " + text);
    shell.err().flush();
    if (json) {
      var object = JsonNodeFactory.instance.objectNode();
      object.put("ok", false);
      object.putObject("error").put("kind", kind).put("message", text);
      shell.out().println(object);
    }
    return status;
  }

  /** The JDK's exceptions about files often hold nothing but the file's name. */
  private static String reason(IOException failed) {
    return switch (failed) {
      case NoSuchFileException none -> none.getFile() + ": no such file or folder";
      case FileSystemException file ->
          file.getFile() + ": " + Objects.toString(file.getReason(), "cannot be read or written");
      default -> Objects.toString(failed.getMessage(), failed.getClass().getSimpleName());
    };
  }

  private static String names() {
    return String.join(", ", COMMANDS.stream().map(each -> each.grammar().name()).toList());
  }

  private static String help() {
    var text =
        new StringBuilder(
            """
            The application's side of a gateway: settings, embeddings, LLM and Codex calls.

            Usage: %s COMMAND [FLAG...]

            Commands (each has a --help of its own):
            """
                .formatted(PROGRAM));
    for (var command : COMMANDS) {
      var about = command.grammar().about();
      int end = about.indexOf("\n\n");
      var line = (end < 0 ? about : about.substring(0, end)).replace('\n', ' ');
      Grammar.row(text, command.grammar().name(), line, 12);
    }
    text.append(
        """

        Settings come from the environment, else from .env in the working directory:
          OPENAI_BASE_URL, OPENAI_API_KEY, OPENAI_INTERNAL_BASE_URL, OPENAI_INTERNAL_API_KEY

        Exit status: 0 fine, 1 a check or a call failed, 2 used in the wrong way.
        """);
    return text.toString();
  }
}
