package dev.tollgate.platform.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tollgate.platform.FakeUpstream;
import dev.tollgate.platform.FakeUpstream.Answer;
import dev.tollgate.platform.FakeUpstream.Call;
import dev.tollgate.platform.client.OpenAiException.ApiConnection;
import dev.tollgate.platform.client.OpenAiException.ApiStatus;
import dev.tollgate.platform.client.OpenAiException.ApiTimeout;
import dev.tollgate.platform.client.OpenAiException.UnreadableReply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class OpenAiClientTest {
  private static final String KEY = "sk-very-secret";
  private static final Answer FINE = Answer.of(200, "{\"ok\":true}");
  private static final CallLimits SHORT =
      new CallLimits(Duration.ofSeconds(5), Duration.ofMillis(200), 0, 1 << 20);

  private final List<Duration> pauses = new CopyOnWriteArrayList<>();

  private OpenAiClient client(String baseUrl, CallLimits limits) {
    var backoff = new Backoff(InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z")), () -> 0);
    return new OpenAiClient(KEY, baseUrl, limits, backoff, pauses::add);
  }

  private OpenAiClient client(String baseUrl) {
    return client(baseUrl, CallLimits.USUAL);
  }

  private static ObjectNode body() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static FakeUpstream answeringInTurn(Answer... answers) {
    var left = new ConcurrentLinkedQueue<>(List.of(answers));
    return FakeUpstream.answering(
        _ -> {
          var next = left.poll();
          return next == null ? Answer.of(599, "nothing left to answer") : next;
        });
  }

  @ParameterizedTest
  @CsvSource({"'', ''", "/, ''", "/v1, /v1", "/v1/, /v1"})
  void thePathFollowsTheAddressAndNothingElseDoes(String spelling, String prefix) {
    try (var upstream = FakeUpstream.answering(_ -> FINE);
        var client = client(upstream.address() + spelling)) {
      for (var path : List.of("/chat/completions", "/responses", "/embeddings")) {
        client.post(path, body());
      }
      assertThat(upstream.calls())
          .extracting(Call::path)
          .containsExactly(
              prefix + "/chat/completions", prefix + "/responses", prefix + "/embeddings");
    }
  }

  @Test
  void theBodyIsSentAsItIsWithItsNulls() {
    try (var upstream = FakeUpstream.answering(_ -> FINE);
        var client = client(upstream.address())) {
      var body = body().put("model", "grün 😀");
      body.putNull("response_format");
      var reply = client.post("/chat/completions", body);

      assertThat(reply).isEqualTo(JsonMapper.shared().readTree("{\"ok\":true}"));
      var call = upstream.calls().getFirst();
      assertThat(call.method()).isEqualTo("POST");
      assertThat(call.body()).isEqualTo("{\"model\":\"grün 😀\",\"response_format\":null}");
      assertThat(call.header("Authorization")).isEqualTo("Bearer " + KEY);
      assertThat(call.header("Content-type")).isEqualTo("application/json");
    }
  }

  @Test
  void aGetHasNoBody() {
    try (var upstream = FakeUpstream.answering(_ -> FINE);
        var client = client(upstream.address() + "/v1")) {
      client.get("/models");
      assertThat(upstream.calls().getFirst())
          .matches(call -> call.method().equals("GET") && call.body().isEmpty())
          .extracting(Call::path)
          .isEqualTo("/v1/models");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "400, BadRequest, 1",
    "401, AuthenticationError, 1",
    "403, PermissionDenied, 1",
    "404, NotFound, 1",
    "408, OtherStatus, 3",
    "409, Conflict, 3",
    "422, UnprocessableEntity, 1",
    "429, RateLimit, 3",
    "500, InternalServer, 3",
    "503, InternalServer, 3",
  })
  void aStatusHasItsClassAndItsNumberOfRequests(int status, String name, int requests) {
    var error =
        "{\"error\":{\"message\":\"This model's maximum context length is 5\",\"type\":\"t\","
            + "\"param\":null,\"code\":\""
            + status
            + "\"}}";
    try (var upstream = FakeUpstream.answering(_ -> Answer.of(status, error));
        var client = client(upstream.address())) {
      var thrown = catchThrowableOfType(ApiStatus.class, () -> client.post("/x", body()));

      assertThat(thrown.getClass().getSimpleName()).isEqualTo(name);
      assertThat(thrown.status()).isEqualTo(status);
      assertThat(thrown).hasMessageContaining("maximum context length");
      assertThat(thrown.details().type()).contains("t");
      assertThat(thrown.details().param()).isEmpty();
      assertThat(thrown.details().code()).isEqualTo(Optional.of(String.valueOf(status)));
      assertThat(upstream.calls()).hasSize(requests);
      assertThat(pauses).hasSize(requests - 1);
    }
  }

  @Test
  void aRetryThatSucceedsIsTheAnswer() {
    try (var upstream = answeringInTurn(Answer.of(500, ""), Answer.of(429, "busy"), FINE);
        var client = client(upstream.address())) {
      assertThat(client.post("/x", body()).path("ok").booleanValue()).isTrue();
      assertThat(pauses).containsExactly(Duration.ofMillis(500), Duration.ofSeconds(1));
      assertThat(upstream.calls()).extracting(Call::body).containsOnly("{}");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "retry-after, 7, 7000",
    "retry-after, 60, 60000",
    "retry-after, 61, 500",
    "retry-after, 0, 500",
    "retry-after, soon, 500",
    "retry-after-ms, 20, 20",
    "retry-after, 'Thu, 1 Jan 2026 00:00:09 GMT', 9000",
    "retry-after, 'Wed, 31 Dec 2025 00:00:09 GMT', 500",
  })
  void theServersWishIsHeardUpToAMinute(String header, String value, long pauseMs) {
    var busy = new Answer(429, Map.of(header, value), "");
    try (var upstream = answeringInTurn(busy, FINE);
        var client = client(upstream.address())) {
      client.post("/x", body());
      assertThat(pauses).containsExactly(Duration.ofMillis(pauseMs));
    }
  }

  @Test
  void theServerMayForbidAnotherTry() {
    var busy = new Answer(429, Map.of("x-should-retry", "false"), "");
    try (var upstream = answeringInTurn(busy, FINE);
        var client = client(upstream.address())) {
      assertThatThrownBy(() -> client.post("/x", body()))
          .isInstanceOf(OpenAiException.RateLimit.class);
      assertThat(upstream.calls()).hasSize(1);
    }
  }

  @Test
  void pausesGrowToEightSecondsAndAreSpread() {
    var longest = new Backoff(InstantSource.system(), () -> 0);
    assertThat(List.of(0, 1, 2, 3, 4, 5, 10_000).stream().map(n -> longest.pause(n).toMillis()))
        .containsExactly(500L, 1_000L, 2_000L, 4_000L, 8_000L, 8_000L, 8_000L);
    assertThat(new Backoff(InstantSource.system(), () -> 1).pause(0)).hasMillis(375);
  }

  @Test
  void aRefusedConnectionIsTriedThreeTimesAndNamesTheAddress() throws IOException {
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    try (var client = client("http://user:word@127.0.0.1:" + port)) {
      assertThatThrownBy(() -> client.post("/x", body()))
          .isInstanceOf(ApiConnection.class)
          .hasMessageContaining("127.0.0.1:" + port)
          .hasMessageContaining("connection refused")
          .hasMessageNotContaining("word");
      assertThat(pauses).hasSize(2);
      assertThat(client.toString()).doesNotContain("word", KEY);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "   ", "proxy:4000", "proxy", "ftp://proxy"})
  void anAddressThatIsNoneIsAConnectionErrorAsInTheOriginal(String address) {
    try (var client = client(address)) {
      assertThatThrownBy(() -> client.post("/x", body()))
          .isInstanceOf(ApiConnection.class)
          .hasMessageContaining("http://");
    }
  }

  @Test
  void aHostThatIsUnknownIsNotCalledRefused() {
    try (var client = client("http://nowhere.invalid:4000")) {
      assertThatThrownBy(() -> client.post("/x", body()))
          .isInstanceOf(ApiConnection.class)
          .hasMessageContaining("unknown host");
    }
  }

  @Test
  void anAnswerThatNeverComesOrNeverEndsIsATimeout() {
    for (var answer : List.of(Answer.NEVER, Answer.BEGUN)) {
      try (var upstream = FakeUpstream.answering(_ -> answer);
          var client = client(upstream.address(), SHORT)) {
        assertThatThrownBy(() -> client.post("/x", body()))
            .isInstanceOf(ApiTimeout.class)
            .hasMessageContaining("200 ms");
        assertThat(upstream.calls()).hasSize(1);
      }
    }
  }

  @Test
  void anAnswerBeyondItsBoundIsAnErrorOfItsOwnAndNotTriedAgain() {
    var limits = new CallLimits(Duration.ofSeconds(5), Duration.ofSeconds(5), 2, 10);
    try (var upstream = FakeUpstream.answering(_ -> Answer.of(200, "\"" + "x".repeat(9) + "\""));
        var client = client(upstream.address(), limits)) {
      assertThatThrownBy(() -> client.post("/x", body()))
          .isInstanceOf(OpenAiException.ReplyTooLarge.class)
          .hasMessageContaining("more than 10 bytes");
      assertThat(upstream.calls()).hasSize(1);
    }
  }

  @Test
  void anAnswerOfJustItsBoundIsRead() {
    var limits = new CallLimits(Duration.ofSeconds(5), Duration.ofSeconds(5), 0, 11);
    try (var upstream = FakeUpstream.answering(_ -> FINE);
        var client = client(upstream.address(), limits)) {
      assertThat(client.post("/x", body()).path("ok").booleanValue()).isTrue();
    }
  }

  @Test
  void aPageInsteadOfJsonIsUnreadable() {
    try (var upstream = FakeUpstream.answering(_ -> Answer.of(200, "<html>welcome</html>"));
        var client = client(upstream.address())) {
      assertThatThrownBy(() -> client.post("/x", body()))
          .isInstanceOf(UnreadableReply.class)
          .hasMessageNotContaining("welcome");
    }
  }

  @Test
  void aRedirectIsNotFollowed() {
    try (var other = FakeUpstream.answering(_ -> FINE);
        var upstream =
            FakeUpstream.answering(_ -> new Answer(307, Map.of("Location", other.address()), ""));
        var client = client(upstream.address())) {
      assertThatThrownBy(() -> client.post("/x", body()))
          .isInstanceOf(OpenAiException.OtherStatus.class);
      assertThat(other.calls()).isEmpty();
    }
  }

  @Test
  void aKeyThatTheServerRepeatsIsCutOut() {
    var error = "{\"error\":{\"message\":\"Incorrect key " + KEY + "\",\"code\":401}}";
    try (var upstream = answeringInTurn(Answer.of(401, error), Answer.of(401, "no: " + KEY));
        var client = client(upstream.address())) {
      for (int i = 0; i < 2; i++) {
        var thrown = catchThrowableOfType(ApiStatus.class, () -> client.post("/x", body()));
        assertThat(thrown).hasMessageContaining("***").hasMessageNotContaining(KEY);
        assertThat(thrown.details().toString()).doesNotContain(KEY);
      }
    }
  }

  @Test
  void aKeyThatNoHeaderCarriesIsRefusedWithoutShowingIt() {
    assertThatThrownBy(() -> new OpenAiClient("sk-secret\n", "http://proxy"))
        .isInstanceOf(BadInputException.class)
        .hasMessageNotContaining("secret");
  }

  @Test
  void theConnectionIsUsedAgainAfterAnError() {
    try (var upstream = answeringInTurn(Answer.of(400, "{}"), FINE);
        var client = client(upstream.address())) {
      assertThatThrownBy(() -> client.post("/x", body())).isInstanceOf(ApiStatus.class);
      client.post("/x", body());
      assertThat(upstream.calls().getFirst().port()).isEqualTo(upstream.calls().getLast().port());
      assertThat(upstream.calls()).hasSize(2);
    }
  }
}
