package dev.tollgate.platform.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.platform.FakeUpstream.Answer;
import dev.tollgate.platform.FakeUpstream.Call;
import dev.tollgate.platform.blocks.LlmModel;
import dev.tollgate.platform.blocks.LlmModels;
import dev.tollgate.platform.client.CallLimits;
import dev.tollgate.platform.client.Embeddings;
import dev.tollgate.platform.client.OpenAiClient;
import dev.tollgate.platform.client.OpenAiException;
import dev.tollgate.platform.codex.CodexBlock;
import dev.tollgate.platform.doctor.Check;
import dev.tollgate.platform.doctor.Component;
import dev.tollgate.platform.doctor.Doctor;
import dev.tollgate.platform.doctor.Examination;
import dev.tollgate.platform.settings.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The same through {@code ./tollgate}, started as a process; ./verify asks for it. */
@EnabledIfEnvironmentVariable(named = "TOLLGATE_GATEWAY_TESTS", matches = "yes")
class GatewayAcceptanceTest extends AcceptanceContract {
  private static ScriptedUpstream upstream;
  private static GatewayProcess gateway;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException, InterruptedException {
    var models = new ArrayList<>(LlmModels.all().stream().map(LlmModel::gatewayName).toList());
    models.addAll(List.of(CodexBlock.MODEL, Embeddings.MODEL, "openai/gpt-4o-mini"));
    upstream = new ScriptedUpstream();
    gateway = GatewayProcess.start(folder, upstream.address(), models);
  }

  @AfterAll
  static void stop() {
    gateway.close();
    upstream.close();
  }

  @Override
  String address() {
    return gateway.address();
  }

  @Override
  String key() {
    return GatewayProcess.MASTER_KEY;
  }

  @Override
  void upstream(Function<Call, Answer> script) {
    upstream.answers(script);
  }

  @Override
  List<Call> arrived() {
    return upstream.arrived();
  }

  /** The gateway presents its own key, and may leave out fields that are null. */
  @Override
  void assertArrived(int index, String body) {
    assertThat(withoutNulls(arrivedJson(index))).isEqualTo(withoutNulls(Replies.json(body)));
    assertThat(arrived().get(index).header("Authorization"))
        .isEqualTo("Bearer " + GatewayProcess.UPSTREAM_KEY);
  }

  private static JsonNode withoutNulls(JsonNode body) {
    return ((ObjectNode) body.deepCopy()).removeIf(JsonNode::isNull);
  }

  @Override
  List<String> paths(String end) {
    return List.of("/v1/chat/completions", "/v1/responses", "/v1/embeddings");
  }

  private static Settings settings(String key) {
    var environ = Map.of("OPENAI_BASE_URL", gateway.address(), "OPENAI_API_KEY", key);
    return Settings.load(environ, null, Map.of(), false);
  }

  @Test
  void aWrongKeyIsAnAuthenticationErrorAndNothingArrives() {
    try (var client = new OpenAiClient("sk-wrong-0123456789", address(), CallLimits.USUAL)) {
      assertThatThrownBy(() -> client.get("/models"))
          .isInstanceOf(OpenAiException.AuthenticationError.class)
          .hasMessageNotContaining("sk-wrong-0123456789");
    }
    assertThat(arrived()).isEmpty();
  }

  @Test
  void anUnknownModelIsABadRequestAndNothingArrives() {
    try (var client = new OpenAiClient(key(), address(), CallLimits.USUAL)) {
      var body = (ObjectNode) Replies.json("{\"model\":\"gpt-9\",\"messages\":[]}");
      body.withArray("messages").addObject().put("role", "user").put("content", "x");
      assertThatThrownBy(() -> client.post("/chat/completions", body))
          .isInstanceOf(OpenAiException.BadRequest.class)
          .hasMessageContaining("gpt-9");
    }
    assertThat(arrived()).isEmpty();
  }

  @Test
  void theDoctorFindsHealthAndModelsWithoutCallingAny() {
    var diagnosis = new Doctor(settings(key()), Examination.USUAL).diagnose();
    assertThat(diagnosis.reports())
        .flatExtracting(report -> report.checks())
        .filteredOn(Check::hasFailed)
        .isEmpty();
    assertThat(diagnosis.hasFailed()).isFalse();
    assertThat(arrived()).isEmpty();
  }

  @Test
  void theDoctorsThreeCallsComeThrough() {
    upstream(
        call ->
            call.path().endsWith("/embeddings")
                ? Replies.embedding(call, true)
                : call.path().endsWith("/responses")
                    ? Replies.response("resp_1", "completed", Replies.outputText("x"), "")
                    : Replies.chat("Hello"));
    var usual = Examination.USUAL;
    var calling =
        new Examination(
            usual.components(),
            usual.llmModels(),
            true,
            usual.timeout(),
            usual.slow(),
            usual.slowCall());
    assertThat(new Doctor(settings(key()), calling).diagnose().hasFailed()).isFalse();
    assertThat(arrived()).hasSize(3);
  }

  @Test
  void theDoctorNamesAWrongKey() {
    var diagnosis = new Doctor(settings("sk-wrong-0123456789"), Examination.USUAL).diagnose();
    assertThat(diagnosis.reports()).allMatch(report -> report.hasFailed());
    assertThat(diagnosis.toString()).contains("wrong key").doesNotContain("sk-wrong-0123456789");
    assertThat(diagnosis.reports().getFirst().component()).isEqualTo(Component.LLM_BLOCK);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/health/liveliness", "/health/readiness", "/v1/models", "/models"})
  void healthAndModelsAreServed(String path) throws Exception {
    assertThat(status(path, "GET", "")).isEqualTo(200);
  }

  @Test
  void anthropicsMessagesAreServed() throws Exception {
    upstream(_ -> Replies.response("resp_1", "completed", Replies.outputText("x"), ""));
    var body =
        "{\"model\":\"gpt-4o\",\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";
    assertThat(status("/v1/messages", "POST", body)).isEqualTo(200);
    assertThat(arrived()).hasSize(1);
  }

  private static int status(String path, String method, String body) throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(URI.create(gateway.address() + path))
              .header("Authorization", "Bearer " + GatewayProcess.MASTER_KEY)
              .header("Content-Type", "application/json")
              .method(method, HttpRequest.BodyPublishers.ofString(body))
              .build();
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }
  }
}
