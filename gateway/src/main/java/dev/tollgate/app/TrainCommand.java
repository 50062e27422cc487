package dev.tollgate.app;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/**
 * The build's training run: starts a gateway, sends every kind of call through it and stops, so
 * that the JVM can keep what it loaded and learned in its ahead-of-time cache.
 */
@Command(name = "train", hidden = true)
final class TrainCommand implements Callable<Integer> {
  private static final int ROUNDS = 300;
  private static final String KEY = "sk-training-run-of-the-build-only";

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path data = Files.createTempDirectory("tollgate-train");
    ServeOptions options = new ServeOptions();
    options.port = 0;
    options.host = "127.0.0.1";
    options.data = data;
    options.workers = 1;
    Environment environment = new Environment(Map.of("LITELLM_MASTER_KEY", KEY));
    try (Assembly gateway = Assembly.start(options, environment, OutputStream.nullOutputStream());
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      URI base = URI.create("http://127.0.0.1:" + gateway.port());
      for (int i = 0; i < ROUNDS; i++) {
        round(client, base);
      }
    } finally {
      delete(data);
    }
    return 0;
  }

  private static void round(HttpClient client, URI base) throws IOException, InterruptedException {
    String messages = "\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]";
    post(client, base, "/v1/chat/completions", "{\"model\":\"echo\"," + messages + "}");
    post(
        client,
        base,
        "/v1/chat/completions",
        "{\"model\":\"echo\",\"stream\":true," + messages + "}");
    post(client, base, "/v1/embeddings", "{\"model\":\"echo\",\"input\":\"hello\"}");
    post(client, base, "/v1/responses", "{\"model\":\"echo\",\"input\":\"hello\"}");
    post(client, base, "/v1/chat/completions", "{\"model\":\"nobody\"," + messages + "}");
    for (String path :
        new String[] {"/v1/models", "/key/list", "/metrics", "/health/readiness", "/spend/logs"}) {
      client.send(
          HttpRequest.newBuilder(base.resolve(path))
              .header("authorization", "Bearer " + KEY)
              .build(),
          HttpResponse.BodyHandlers.discarding());
    }
  }

  private static void post(HttpClient client, URI base, String path, String body)
      throws IOException, InterruptedException {
    client.send(
        HttpRequest.newBuilder(base.resolve(path))
            .header("authorization", "Bearer " + KEY)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.discarding());
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
