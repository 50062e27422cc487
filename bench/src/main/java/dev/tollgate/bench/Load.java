package dev.tollgate.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Runs the loads that it is told on standard input, one after the other, in one process that stays
 * warm:
 *
 * <pre>
 * paced PORT BODY-FILE KEY REQUESTS-PER-SECOND CONNECTIONS SECONDS
 * streams PORT BODY-FILE KEY STREAMS RAMP-MILLISECONDS SECONDS
 * </pre>
 *
 * <p>Prints {@code begin} and {@code end} at the edges of the measured window, for whoever reads
 * the subject's CPU clock there, then {@code done} with a JSON object, or {@code failed} with a
 * reason.
 */
public final class Load {
  private Load() {}

  /** Serves commands until standard input ends. */
  public static void main(String[] args) throws IOException {
    var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Window.Edges edges = Load::say;
    say("ready");
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      try {
        say("done " + run(line.strip().split(" ", -1), edges));
      } catch (IOException | IllegalArgumentException failed) {
        say("failed " + failed);
      } catch (InterruptedException _) {
        return;
      }
    }
  }

  private static String run(String[] command, Window.Edges edges)
      throws IOException, InterruptedException {
    if (command.length != 7) {
      throw new IllegalArgumentException("expected 7 words, got " + command.length);
    }
    Target target = Target.chat(Integer.parseInt(command[1]), Path.of(command[2]), command[3]);
    int first = Integer.parseInt(command[4]);
    int second = Integer.parseInt(command[5]);
    Duration length = Duration.ofSeconds(Long.parseLong(command[6]));
    return switch (command[0]) {
      case "paced" -> new PacedLoad(target, first, second).run(length, edges);
      case "streams" -> {
        var window = new Window(Duration.ofMillis(second), length);
        yield new StreamLoad(target, first, window, edges).run();
      }
      default -> throw new IllegalArgumentException("no load is called " + command[0]);
    };
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
