package dev.tollgate.platform.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.platform.FakeUpstream;
import dev.tollgate.platform.FakeUpstream.Answer;
import dev.tollgate.platform.FakeUpstream.Call;
import dev.tollgate.platform.doctor.Check.Verdict;
import dev.tollgate.platform.settings.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoctorTest {
  private static final String KEY = "sk-doctor-secret-77";
  private static final String MODELS =
      "{\"data\":[{\"id\":\"gpt-5.2-2025-12-11\"},{\"id\":\"gpt-5.1-codex\"},{\"id\":\"text-embedding-3-small\"}]}";

  private static Answer healthy(Call call) {
    return switch (call.path()) {
      case "/health/liveliness" -> Answer.of(200, "\"I'm alive!\"");
      case "/health/readiness" -> Answer.of(200, "{\"status\":\"healthy\"}");
      case "/models", "/v1/models" -> Answer.of(200, MODELS);
      default -> Answer.of(500, "{}");
    };
  }

  private static FakeUpstream gateway(Function<Call, Answer> first) {
    return FakeUpstream.answering(
        call -> {
          var answer = first.apply(call);
          return answer.equals(Answer.NEVER) ? healthy(call) : answer;
        });
  }

  private static Diagnosis diagnose(String address, String... more) {
    return diagnose(Examination.USUAL, address, more);
  }

  private static Diagnosis diagnose(Examination examination, String address, String... more) {
    var environ = new HashMap<>(Map.of("OPENAI_BASE_URL", address, "OPENAI_API_KEY", KEY));
    for (int i = 0; i < more.length; i += 2) {
      environ.put(more[i], more[i + 1]);
    }
    var diagnosis =
        new Doctor(Settings.load(environ, null, Map.of(), false), examination).diagnose();
    assertThat(diagnosis.toString()).doesNotContain(KEY);
    return diagnosis;
  }

  private static List<Check> failed(Diagnosis diagnosis) {
    return diagnosis.reports().getFirst().checks().stream().filter(Check::hasFailed).toList();
  }

  private static Check onlyFailure(Diagnosis diagnosis) {
    var failed = failed(diagnosis);
    assertThat(failed).hasSize(1);
    return failed.getFirst();
  }

  @Test
  void aHealthyGatewayIsAskedThreeTimesForAllComponents() {
    try (var gateway = gateway(_ -> Answer.NEVER)) {
      var diagnosis = diagnose(gateway.address() + "/v1/");
      assertThat(diagnosis.hasFailed()).isFalse();
      assertThat(diagnosis.together()).isEmpty();
      assertThat(gateway.calls())
          .extracting(Call::path)
          .containsExactly("/health/liveliness", "/health/readiness", "/v1/models");
      assertThat(gateway.calls().getFirst().header("Authorization")).isEmpty();
    }
  }

  @Test
  void aRefusedConnectionSaysWhichLineToChange() throws IOException {
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    var check = onlyFailure(diagnose("http://127.0.0.1:" + port));
    assertThat(check.got()).contains("connection refused");
    assertThat(check.change())
        .contains("start the gateway", "environment variable OPENAI_BASE_URL: OPENAI_BASE_URL=");
  }

  @Test
  void anUnknownHostIsNamed() {
    var check = onlyFailure(diagnose("http://nowhere.invalid:4000"));
    assertThat(check.got()).contains("unknown host");
    assertThat(check.change()).contains("not nowhere.invalid");
  }

  @Test
  void httpsToAPlainPortSuggestsHttp() {
    try (var gateway = gateway(_ -> Answer.NEVER)) {
      var https = gateway.address().replace("http:", "https:");
      assertThat(onlyFailure(diagnose(https)).change()).contains("=" + gateway.address());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "401 | {\"error\":{\"message\":\"bad\",\"code\":\"401\"}} | wrong key | OPENAI_API_KEY=a key of",
        "400 | {\"error\":{\"message\":\"No connected db.\",\"type\":\"no_db_connection\"}} | wrong key | OPENAI_API_KEY=a key of",
        "403 | {\"error\":{\"message\":\"not for you\"}} | not for you | allow this to the key",
        "404 | {\"detail\":\"Not Found\"} | 404 | OPENAI_BASE_URL=",
        "429 | {\"error\":{\"message\":\"over budget\"}} | over budget | raise the key's limit",
        "500 | oops | 500 | look at the gateway's log",
        "302 | `` | 302 | the address that it redirects to",
        "200 | <html></html> | not JSON | OPENAI_BASE_URL=",
      })
  void whatTheListOfModelsAnswersIsExplained(int status, String body, String got, String change) {
    try (var gateway =
        gateway(call -> call.path().equals("/models") ? Answer.of(status, body) : Answer.NEVER)) {
      var check = onlyFailure(diagnose(gateway.address()));
      assertThat(check.tried()).isEqualTo("GET /models with the key");
      assertThat(check.got()).contains(got);
      assertThat(check.change()).contains(change);
    }
  }

  @Test
  void aGatewayThatIsNotReadyIsTold() {
    try (var gateway =
        gateway(call -> call.path().endsWith("readiness") ? Answer.of(503, "{}") : Answer.NEVER)) {
      assertThat(onlyFailure(diagnose(gateway.address())).got()).contains("alive, but not ready");
    }
  }

  @Test
  void somethingElseThanAGatewayIsANoteWhileItsModelsAreServed() {
    try (var other =
        gateway(call -> call.path().startsWith("/health") ? Answer.of(404, "") : Answer.NEVER)) {
      var diagnosis = diagnose(other.address() + "/v1");
      assertThat(diagnosis.hasFailed()).isFalse();
      assertThat(diagnosis.reports().getFirst().checks().getFirst().verdict())
          .isEqualTo(Verdict.NOTE);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "gpt-4o, false",
    "gpt-*, true",
    "*, true",
    "gpt-5.2*12-11, true",
    "*-12-1, false",
    "o*, false"
  })
  void aModelIsFoundByNameOrByPattern(String listed, boolean found) {
    var models = "{\"data\":[{\"id\":\"%s\"}]}".formatted(listed);
    try (var gateway =
        gateway(call -> call.path().equals("/models") ? Answer.of(200, models) : Answer.NEVER)) {
      var diagnosis = diagnose(gateway.address());
      assertThat(failed(diagnosis).isEmpty()).isEqualTo(found);
      if (!found) {
        assertThat(onlyFailure(diagnosis).change())
            .contains("- {model_name: gpt-5.2-2025-12-11, litellm_params: {model: openai/gpt-5.2");
      }
    }
  }

  @Test
  void withoutAKeyTheGatewayIsStillLookedFor() {
    try (var gateway = gateway(_ -> Answer.NEVER)) {
      var check = onlyFailure(diagnose(gateway.address(), "OPENAI_API_KEY", ""));
      assertThat(check.got())
          .isEqualTo("none is set (default (empty in environment variable OPENAI_API_KEY))");
      assertThat(check.change()).isEqualTo("OPENAI_API_KEY=a key of " + gateway.address());
      assertThat(gateway.calls()).hasSize(2);
    }
  }

  @Test
  void embeddingsThatWorkBesideBlocksThatDoNotAreCompared() {
    try (var gateway = gateway(_ -> Answer.NEVER)) {
      var diagnosis =
          diagnose(
              "http://127.0.0.1:9",
              "OPENAI_INTERNAL_BASE_URL",
              gateway.address(),
              "OPENAI_INTERNAL_API_KEY",
              KEY);
      assertThat(diagnosis.together()).hasSize(1);
      var check = diagnosis.together().getFirst();
      assertThat(check.got()).contains("embeddings work, LLM blocks do not", "two addresses");
      assertThat(check.change()).endsWith("OPENAI_BASE_URL=" + gateway.address());
    }
  }

  @Test
  void blocksThatWorkBesideEmbeddingsThatDoNotAreCompared() {
    try (var gateway =
        gateway(
            call ->
                call.path().equals("/models") && call.header("Authorization").endsWith("other")
                    ? Answer.of(401, "{}")
                    : Answer.NEVER)) {
      var diagnosis = diagnose(gateway.address(), "OPENAI_INTERNAL_API_KEY", "sk-other");
      var check = diagnosis.together().getFirst();
      assertThat(check.got())
          .contains("LLM blocks work, embeddings do not", "one address, two keys");
      assertThat(check.change()).contains("OPENAI_INTERNAL_API_KEY=the key that LLM blocks use");
      assertThat(diagnosis.toString()).doesNotContain("sk-other");
    }
  }

  @Test
  void aSlowGatewayFailsByItsThreshold() {
    var nanos = new AtomicLong();
    try (var gateway = gateway(_ -> Answer.NEVER)) {
      var settings =
          Settings.load(
              Map.of("OPENAI_BASE_URL", gateway.address(), "OPENAI_API_KEY", KEY),
              null,
              Map.of(),
              false);
      var doctor =
          new Doctor(
              settings,
              Examination.USUAL,
              () -> nanos.getAndAdd(Duration.ofMillis(2_001).toNanos()));
      assertThat(failed(doctor.diagnose()))
          .hasSize(3)
          .allMatch(check -> check.got().contains("slow: 2001 ms, more than 2000 ms"))
          .allMatch(check -> check.change().contains("--slow-ms"));
    }
  }

  @Test
  void callsAreTheBlocksOwnAndSmall() {
    var usual = Examination.USUAL;
    var calling =
        new Examination(
            usual.components(),
            usual.llmModels(),
            true,
            usual.timeout(),
            usual.slow(),
            usual.slowCall());
    try (var gateway =
        gateway(
            call ->
                switch (call.path()) {
                  case "/chat/completions" ->
                      Answer.of(200, "{\"choices\":[{\"message\":{\"content\":\"ok\"}}]}");
                  case "/responses" -> Answer.of(200, "{\"output\":[]}");
                  case "/embeddings" -> Answer.of(500, "{}");
                  default -> Answer.NEVER;
                })) {
      var diagnosis = diagnose(calling, gateway.address());
      assertThat(diagnosis.reports())
          .extracting(Diagnosis.Report::hasFailed)
          .containsExactly(false, false, true);
      var calls = gateway.calls().stream().filter(call -> call.method().equals("POST")).toList();
      assertThat(calls)
          .extracting(Call::body)
          .containsExactly(
              "{\"model\":\"gpt-5.2-2025-12-11\",\"messages\":[{\"role\":\"user\",\"content\":\"ok\"}],\"response_format\":null,\"max_completion_tokens\":16}",
              "{\"model\":\"gpt-5.1-codex\",\"input\":\"ok\",\"max_output_tokens\":16}",
              "{\"input\":\"ok\",\"model\":\"text-embedding-3-small\",\"encoding_format\":\"base64\"}");
    }
  }

  @Test
  void anAnswerThatIsTooLargeIsExplained() {
    try (var gateway =
        gateway(
            call ->
                call.path().equals("/models")
                    ? Answer.of(200, "\"" + "x".repeat(5 << 20) + "\"")
                    : Answer.NEVER)) {
      assertThat(onlyFailure(diagnose(gateway.address())).got())
          .contains("more than 4194304 bytes");
    }
  }

  @Test
  void openAiItselfIsNotAskedForAGatewaysHealth() {
    assertThat(GatewayRoot.isPublicApi(Settings.PUBLIC_URL)).isTrue();
    assertThat(GatewayRoot.isPublicApi("http://api.openai.com.evil.example")).isFalse();
    assertThat(GatewayRoot.of("http://p:4000/v1//")).isEqualTo("http://p:4000");
    assertThat(GatewayRoot.of("http://p:4000/sub/v1")).isEqualTo("http://p:4000/sub");
  }
}
