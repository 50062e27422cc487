package dev.tollgate.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The build's training run: a gateway with a config under load until its code is compiled. The JVM
 * keeps what it loaded and learned in its ahead-of-time cache, so that a real gateway's first calls
 * find code that is known to be hot, and the compiler knows what calls are like. The load and the
 * provider that it asks for are a process of their own: in this one, they would teach the compiler
 * that each place in the HTTP stack sees two kinds of everything, and code made of that was
 * measured to be half as fast.
 */
final class TrainCommand {
  /** Models of which the training run's provider speaks OpenAI's dialect, and another. */
  static final String NATIVE = "trained";

  static final String TRANSLATED = "trained-translated";

  private static final long LOAD_SECONDS_MAX = 120;

  private TrainCommand() {}

  static int run() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("tollgate-train");
    Process load = startLoad();
    try (BufferedReader said = load.inputReader(StandardCharsets.US_ASCII)) {
      String providerPort = said.readLine();
      if (providerPort == null) {
        throw new IOException("the training run's load did not start");
      }
      Path config = folder.resolve("config.yaml");
      Files.writeString(
          config,
          """
          model_list:
            - model_name: %1$s
              litellm_params: &deployment
                model: openai/trained
                api_base: http://%3$s:%4$d/v1
                api_key: %5$s
                input_cost_per_token: 0.00000015
                output_cost_per_token: 0.0000006
            - model_name: %2$s
              litellm_params:
                <<: *deployment
                model: anthropic/trained
                api_base: http://%3$s:%4$d
          """
              .formatted(
                  NATIVE,
                  TRANSLATED,
                  TrainingLoad.HOST,
                  Integer.parseInt(providerPort),
                  TrainingLoad.MASTER_KEY));
      try (Assembly gateway = start(folder.resolve("gateway"), config)) {
        load.getOutputStream().write((gateway.port() + "\n").getBytes(StandardCharsets.US_ASCII));
        load.getOutputStream().flush();
        if (!load.waitFor(LOAD_SECONDS_MAX, TimeUnit.SECONDS) || load.exitValue() != 0) {
          throw new IOException("the training run's load did not come to a good end");
        }
      }
    } finally {
      load.destroyForcibly();
      delete(folder);
    }
    return 0;
  }

  /** This program once more, with the JVM and the classes of this process. */
  private static Process startLoad() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            TrainingLoad.COMMAND)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static Assembly start(Path data, Path config) {
    List<String> words =
        List.of(
            "--port=0",
            "--host",
            TrainingLoad.HOST,
            "--data",
            data.toString(),
            "--num_workers",
            "1",
            "--config",
            config.toString());
    Environment environment =
        new Environment(Map.of("LITELLM_MASTER_KEY", TrainingLoad.MASTER_KEY));
    // Read as every start reads them, so that the cache holds that code too.
    ServeOptions options = ServeFlags.options(ServeFlags.GRAMMAR.read(words, environment));
    return Assembly.start(options, environment, OutputStream.nullOutputStream());
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
