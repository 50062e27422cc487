package dev.tollgate.app;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code tollgate keys}: virtual keys of a running gateway, over its own management API. */
@Command(
    name = "keys",
    description = "List, make, show and delete virtual keys of a running gateway.")
final class KeysCommand {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
  @Spec
  private CommandSpec spec;

  @Option(
      names = "--url",
      defaultValue = "${env:PROXY_BASE_URL:-http://127.0.0.1:4000}",
      description = "Address of the gateway (default: ${DEFAULT-VALUE}).")
  private String url = "http://127.0.0.1:4000";

  @Option(
      names = "--data",
      defaultValue = "${env:TOLLGATE_DATA:-./tollgate-data}",
      description = "Where to find the master key when LITELLM_MASTER_KEY is not set.")
  private Path data = Path.of("tollgate-data");

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  boolean help;

  @Command(name = "list", description = "List keys.")
  int list(
      @Option(names = "--page", defaultValue = "1") int page,
      @Option(names = "--size", defaultValue = "50") int size) {
    return call("GET", "/key/list?return_full_object=true&page=" + page + "&size=" + size, null);
  }

  @Command(name = "create", description = "Make a key; its secret is shown once.")
  int create(
      @Option(names = "--alias") @Nullable String alias,
      @Option(names = "--model", description = "A model it may use; may be given again.")
          @Nullable List<String> models,
      @Option(names = "--max-budget", description = "Dollars.") @Nullable String maxBudget,
      @Option(names = "--budget-duration", description = "For example 30d.")
          @Nullable String budgetDuration,
      @Option(names = "--rpm") @Nullable Long requestsPerMinute,
      @Option(names = "--tpm") @Nullable Long tokensPerMinute,
      @Option(names = "--duration", description = "How long it is valid, for example 90d.")
          @Nullable String duration) {
    ObjectNode body = JSON.createObjectNode();
    put(body, "key_alias", alias);
    put(body, "budget_duration", budgetDuration);
    put(body, "duration", duration);
    if (maxBudget != null) {
      try {
        body.put("max_budget", new java.math.BigDecimal(maxBudget));
      } catch (NumberFormatException _) {
        throw new StartException(
            "--max-budget: expected an amount of dollars, got '" + maxBudget + "'");
      }
    }
    if (requestsPerMinute != null) {
      body.put("rpm_limit", requestsPerMinute);
    }
    if (tokensPerMinute != null) {
      body.put("tpm_limit", tokensPerMinute);
    }
    if (models != null) {
      ArrayNode names = body.putArray("models");
      models.forEach(names::add);
    }
    return call("POST", "/key/generate", body);
  }

  @Command(name = "info", description = "Show a key, its spend and its limits.")
  int info(@Parameters(paramLabel = "KEY", description = "The key or its hash.") String key) {
    return call("GET", "/key/info?key=" + URLEncoder.encode(key, StandardCharsets.UTF_8), null);
  }

  @Command(name = "delete", description = "Delete keys.")
  int delete(@Parameters(paramLabel = "KEY", arity = "1..*") List<String> keys) {
    ObjectNode body = JSON.createObjectNode();
    ArrayNode names = body.putArray("keys");
    keys.forEach(names::add);
    return call("POST", "/key/delete", body);
  }

  private static void put(ObjectNode body, String name, @Nullable String value) {
    if (value != null) {
      body.put(name, value);
    }
  }

  private int call(String method, String path, @Nullable ObjectNode body) {
    HttpRequest.BodyPublisher publisher =
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body));
    try (HttpClient client =
        HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url + path))
              .timeout(Duration.ofSeconds(30))
              .header("authorization", "Bearer " + masterKey())
              .header("content-type", "application/json")
              .method(method, publisher)
              .build();
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      boolean good = answer.statusCode() < 300;
      String shown = JSON.writeValueAsString(JSON.readTree(answer.body()));
      (good ? spec.commandLine().getOut() : spec.commandLine().getErr()).println(shown);
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

  private String masterKey() throws IOException {
    String set = System.getenv("LITELLM_MASTER_KEY");
    if (set != null && !set.isBlank()) {
      return set.strip();
    }
    Path file = data.resolve("master_key");
    if (!Files.isReadable(file)) {
      throw new StartException(
          "needs the master key: set LITELLM_MASTER_KEY, or point --data at the gateway's data folder.");
    }
    return Files.readString(file).strip();
  }
}
