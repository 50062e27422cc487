package dev.tollgate.app;

import dev.tollgate.config.Config;
import dev.tollgate.config.ConfigException;
import dev.tollgate.config.ConfigReader;
import dev.tollgate.model.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The management API of a gateway in another process; what it answers is printed. */
final class RunningGateway {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final String url;
  private final @Nullable Path config;
  private final Path data;
  private final Shell shell;

  /**
   * @param config the gateway's, null where it is not known
   */
  RunningGateway(String url, @Nullable Path config, Path data, Shell shell) {
    this.url = url;
    this.config = config;
    this.data = data;
    this.shell = shell;
  }

  static ObjectNode body() {
    return JSON.createObjectNode();
  }

  /** Status to exit with: 1 when the gateway refuses. */
  int get(String path) {
    return call("GET", path, HttpRequest.BodyPublishers.noBody());
  }

  /** Status to exit with: 1 when the gateway refuses. */
  int post(String path, ObjectNode body) {
    return call("POST", path, HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)));
  }

  private int call(String method, String path, HttpRequest.BodyPublisher body) {
    try (HttpClient client =
        HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build()) {
      HttpRequest request =
          address(path)
              .timeout(Duration.ofSeconds(30))
              .header("authorization", "Bearer " + masterKey())
              .header("content-type", "application/json")
              .method(method, body)
              .build();
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      boolean good = answer.statusCode() < 300;
      String shown = JSON.writeValueAsString(JSON.readTree(answer.body()));
      (good ? shell.out() : shell.err()).println(shown);
      return good ? 0 : 1;
    } catch (IOException e) {
      throw new StartException(
          "no gateway answers at "
              + url
              + " ("
              + e.getClass().getSimpleName()
              + "). Start one with"
              + " ./tollgate, or give its address with --url.",
          1);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  private HttpRequest.Builder address(String path) {
    try {
      return HttpRequest.newBuilder(URI.create(url + path));
    } catch (IllegalArgumentException _) {
      throw new StartException(
          "--url: expected an address such as http://127.0.0.1:4000, got '" + url + "'");
    }
  }

  private String masterKey() throws IOException {
    Secret given = given();
    if (given != null) {
      return given.reveal();
    }
    Path file = data.resolve("master_key");
    if (!Files.isReadable(file)) {
      throw new StartException(
          "needs the master key: set LITELLM_MASTER_KEY, or point --config at the gateway's config,"
              + " or --data at its data folder.");
    }
    return Files.readString(file).strip();
  }

  /** The key that the operator set; the gateway looks in the same places in the same order. */
  private @Nullable Secret given() {
    Environment process = shell.environment();
    try {
      Config read =
          config == null ? ConfigReader.empty() : new ConfigReader(process::get).read(config);
      return MasterKey.given(
          process.below(read.environment()).get(MasterKey.VARIABLE), read.general().masterKey());
    } catch (ConfigException wrong) {
      throw new StartException(wrong.getMessage());
    }
  }
}
