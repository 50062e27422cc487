package dev.tollgate.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Route;
import dev.tollgate.provider.Deployments.Defaults;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What LiteLLM was recorded to send, in {@code ../shared/oracle} beside the repository: address and
 * credential of each deployment are the same.
 */
class RecordedDeploymentsTest {
  private static final Path RECORDINGS = Path.of("../../shared/oracle/recordings");
  private static final List<String> GROUPS =
      List.of(
          "chat-openai",
          "chat-azure",
          "chat-compatible",
          "errors-compatible",
          "embeddings",
          "gateway-routing",
          "responses");
  private static final String UPSTREAM = "http://127.0.0.1:4601/c/x";

  private final Deployments deployments =
      new Deployments(Catalogue.load(), _ -> null, ProvidersOnly.NONE, Defaults.NONE);

  @TestFactory
  List<DynamicTest> addressAndCredentialAreAsRecorded() throws IOException {
    assumeThat(RECORDINGS)
        .as("../shared/oracle is not beside the repository: its recordings are not compared")
        .isDirectory();
    List<DynamicTest> tests = new ArrayList<>();
    for (String group : GROUPS) {
      try (InputStream in = Files.newInputStream(RECORDINGS.resolve(group + ".json"))) {
        for (Object recording : list(Json.read(in))) {
          test(map(recording), tests);
        }
      }
    }
    assertThat(tests).hasSizeGreaterThan(80);
    return tests;
  }

  private void test(Map<String, Object> recording, List<DynamicTest> tests) {
    Map<String, Object> recorded = map(recording.get("case"));
    List<?> models = list(recorded.get("models"));
    List<?> sent = list(recording.get("upstream"));
    Operation operation = operation(String.valueOf(map(recorded.get("request")).get("path")));
    if (models.size() != 1 || sent.isEmpty() || operation == null) {
      return;
    }
    Map<String, Object> model = map(models.getFirst());
    String id = String.valueOf(recorded.get("id"));
    String name = String.valueOf(model.getOrDefault("name", "$ID")).replace("$ID", id);
    Map<String, Object> params = new LinkedHashMap<>();
    map(model.get("params"))
        .forEach(
            (key, value) ->
                params.put(key, value instanceof String s ? s.replace("$UP", UPSTREAM) : value));
    DeploymentSource source;
    try {
      source = deployments.build(name, params, Map.of());
    } catch (UnsupportedProvider _) {
      return;
    }
    String asked = name.replace("*", "gpt-4o");
    tests.add(
        DynamicTest.dynamicTest(
            id, () -> compare(source.forModel(asked), operation, map(sent.getFirst()))));
  }

  private static void compare(Deployment made, Operation operation, Map<String, Object> sent) {
    Route route = Objects.requireNonNull(made.routes().get(operation), "not offered");
    if (route.operation() != operation) {
      return; // another dialect, signed and addressed in its own way: the replay compares those
    }
    var address = route.address();
    StringBuilder target = new StringBuilder("/c/x").append(sent.get("path"));
    map(sent.get("query"))
        .forEach((key, value) -> target.append('?').append(key).append('=').append(value));
    assertThat(address.target()).isEqualTo(target.toString());
    Map<String, Object> headers = map(sent.get("headers"));
    for (String credential : List.of("authorization", "api-key", "openai-organization")) {
      var secret = made.headers().get(credential);
      assertThat(secret == null ? null : secret.reveal()).isEqualTo(headers.get(credential));
    }
    assertThat(made.model()).isEqualTo(map(sent.get("body")).get("model"));
  }

  private static @Nullable Operation operation(String path) {
    return switch (path) {
      case "/v1/chat/completions", "/chat/completions" -> Operation.CHAT;
      case "/v1/embeddings", "/embeddings" -> Operation.EMBEDDING;
      case "/v1/responses", "/responses" -> Operation.RESPONSES;
      default -> null;
    };
  }

  private static List<?> list(@Nullable Object value) {
    return value instanceof List<?> items ? items : List.of();
  }

  private static Map<String, Object> map(@Nullable Object value) {
    Map<String, Object> members = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, member) -> members.put(String.valueOf(key), member));
    }
    return members;
  }
}
