package dev.tollgate.platform.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.concurrent.TimeUnit;

/** A gateway as an operator starts it, in front of a fake upstream. */
final class GatewayProcess implements AutoCloseable {
  static final String MASTER_KEY = "sk-acceptance-master-7d21";
  static final String UPSTREAM_KEY = "sk-acceptance-upstream";
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final long START_SECONDS_MAX = 60;

  private final Process process;
  private final int port;

  private GatewayProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts it with these models, each served by the upstream under the same name. */
  static GatewayProcess start(Path folder, String upstream, Collection<String> models)
      throws IOException, InterruptedException {
    var config = new StringBuilder("model_list:\n");
    for (var model : models) {
      config.append(
          """
            - model_name: "%s"
              litellm_params: {model: "openai/%s", api_base: "%s/v1", api_key: %s}
          """
              .formatted(model, model, upstream, UPSTREAM_KEY));
    }
    config.append("router_settings: {num_retries: 0, disable_cooldowns: true}\n");
    Files.writeString(folder.resolve("config.yaml"), config);
    int port = freePort();
    var builder =
        new ProcessBuilder(
            ROOT.resolve("tollgate").toString(),
            "--config",
            folder.resolve("config.yaml").toString(),
            "--host",
            "127.0.0.1",
            "--port",
            String.valueOf(port),
            "--data",
            folder.resolve("data").toString());
    builder.environment().keySet().removeIf(name -> name.endsWith("_API_KEY"));
    builder.environment().put("LITELLM_MASTER_KEY", MASTER_KEY);
    var log = folder.resolve("gateway.log");
    var process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    var gateway = new GatewayProcess(process, port);
    gateway.awaitReady(log);
    return gateway;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitReady(Path log) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(URI.create(address() + "/health/readiness")).build();
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS_MAX);
    try (var http = HttpClient.newHttpClient()) {
      while (process.isAlive() && System.nanoTime() < until) {
        try {
          if (http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
            return;
          }
        } catch (IOException _) {
          // Not listening yet.
        }
        // Waits for the process, not for a time: it ends at once when the process does.
        if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
          break;
        }
      }
    }
    close();
    throw new IllegalStateException("the gateway did not start:\n" + Files.readString(log));
  }

  String address() {
    return "http://127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException("interrupted while the gateway stopped", e));
    }
  }
}
