package dev.tollgate.wire;

import static dev.tollgate.wire.GeminiSamples.CLIENT;
import static dev.tollgate.wire.GeminiSamples.CODEC;
import static dev.tollgate.wire.GeminiSamples.GEMINI;
import static dev.tollgate.wire.GeminiSamples.PROVIDER;
import static dev.tollgate.wire.GeminiSamples.anyChat;
import static dev.tollgate.wire.GeminiSamples.asked;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Usage;
import dev.tollgate.model.chat.Event;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.json.Texts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Gemini's dialect between a client and a provider that both speak it, and its errors. */
class GeminiWireTest {
  @Test
  void valuesOfAWrongTypeAreRefusedByName() {
    Map<String, String> wrong =
        Map.of(
            "{\"contents\":5}", "contents",
            "{\"contents\":[{\"role\":\"judge\"}]}", "role",
            "{\"contents\":[{\"parts\":[{\"inlineData\":{\"data\":5}}]}]}", "inlineData",
            "{\"contents\":[],\"tools\":{}}", "tools",
            "{\"contents\":[],\"generationConfig\":{\"temperature\":\"hot\"}}", "temperature",
            "{\"contents\":[],\"generationConfig\":{\"candidateCount\":1e9}}", "candidateCount",
            "{\"contents\":[],\"cachedContent\":\"c\"}", "cachedContent");
    wrong.forEach(
        (body, name) ->
            assertThatThrownBy(() -> CLIENT.readChat(asked(body, false), GEMINI, new Texts()))
                .as(body)
                .isInstanceOfSatisfying(
                    FailureException.class,
                    refused -> {
                      assertThat(refused.failure().status()).isEqualTo(400);
                      assertThat(refused.failure().message()).contains(name);
                    }));
    assertThatThrownBy(() -> asked("{\"generationConfig\":[]}", false))
        .isInstanceOf(FailureException.class);
    assertThatThrownBy(() -> asked("{\"contents\":[],\"contents\":[]}", false))
        .isInstanceOf(FailureException.class);
  }

  @Test
  void theSameDialectPassesByteForByteButForWhatIsTheGateways() {
    String untouched = "{ \"contents\" : [],\n\"future\":{\"x\": 1 } }";
    assertThat(forwarded(untouched, null)).isEqualTo(untouched);
    assertThat(
            forwarded(
                "{\"model\":\"m\",\"contents\":[],\"num_retries\":3,\"future\":{\"x\": 1 }}", null))
        .isEqualTo("{\"contents\":[],\"future\":{\"x\": 1 }}");
    assertThat(forwarded("{\"contents\":[],\"generationConfig\":{\"maxOutputTokens\":900}}", 7L))
        .isEqualTo("{\"contents\":[],\"generationConfig\":{\"maxOutputTokens\":7}}");
    assertThat(forwarded("{\"contents\":[],\"generation_config\":{\"topK\":1}}", 7L))
        .isEqualTo("{\"contents\":[],\"generation_config\":{\"topK\":1,\"maxOutputTokens\":7}}");
    assertThat(forwarded("{\"contents\":[]}", 7L))
        .isEqualTo("{\"contents\":[],\"generationConfig\":{\"maxOutputTokens\":7}}");
  }

  private static String forwarded(String body, @Nullable Long cap) {
    return Samples.text(CODEC.requestFor(asked(body, false), GEMINI, cap));
  }

  @Test
  void aStreamOfTheSameDialectPassesAndIsRead() {
    StreamEdit edit = CODEC.stream(asked("{\"contents\":[]}", true), GEMINI, Samples.shown("m"));
    byte[] first =
        Samples.bytes(
            "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hi\"}]}}],\"responseId\":\"r\"}\n\n");
    assertThat(edit.edit(first, 0, first.length)).isSameAs(first);
    assertThat(edit.finished()).isFalse();
    byte[] last =
        Samples.bytes(
            "data: {\"candidates\":[{\"finishReason\":\"STOP\"}],\"usageMetadata\":"
                + "{\"promptTokenCount\":2,\"candidatesTokenCount\":3,\"totalTokenCount\":5}}\n\n");
    assertThat(edit.edit(last, 0, last.length)).isSameAs(last);
    assertThat(edit.finished()).isTrue();
    assertThat(edit.usage()).isEqualTo(Usage.of(2, 3));
    assertThat(edit.id()).isEqualTo("r");
    assertThat(Samples.text(edit.outputText().beginning())).isEqualTo("Hi");
  }

  @Test
  void errorsKeepGooglesMessageAndTellWhatTheyAre() {
    String error = "{\"error\":{\"code\":%d,\"message\":\"%s\",\"status\":\"X\",\"details\":[%s]}}";
    Failure.UpstreamRefused limited =
        refused(429, error.formatted(429, "too many", "{\"retryDelay\":\"2.5s\"}"));
    assertThat(limited.retryAfter()).isEqualTo(Duration.ofSeconds(3));
    assertThat(limited.message()).contains("too many");
    Failure.UpstreamRefused key = refused(400, error.formatted(400, "API key not valid.", ""));
    assertThat(key.status()).isEqualTo(401);
    Failure.UpstreamRefused window =
        refused(
            400,
            "["
                + error.formatted(400, "count exceeds the maximum number of tokens allowed", "")
                + "]");
    assertThat(window.kind()).isEqualTo(Failure.UpstreamRefused.Kind.CONTEXT_WINDOW);
    assertThat(refused(502, "<html>bad gateway</html>").message()).contains("bad gateway");
  }

  private static Failure.UpstreamRefused refused(int status, String body) {
    return (Failure.UpstreamRefused)
        PROVIDER.readFailure(GEMINI, status, null, Instant.EPOCH, Samples.bytes(body));
  }

  @Test
  void anErrorWithinAStreamEndsIt() {
    List<Event> events = new ArrayList<>();
    EventReader reader = PROVIDER.events(anyChat(), GEMINI);
    byte[] event = Samples.bytes("data: {\"error\":{\"code\":503,\"message\":\"overloaded\"}}\n\n");
    reader.read(event, 0, event.length, events::add);
    reader.end(events::add);
    assertThat(events).hasSize(1);
    assertThat(((Event.Failed) events.getFirst()).failure().status()).isEqualTo(503);
  }

  @Test
  void googlesClientsReadTheStatusWordOfAnError() {
    JsonNode body =
        JsonTree.read(CODEC.writeFailure(new Failure.BadRequest("a \"}}\" in it", "contents")));
    assertThat(body.path("error").path("status").stringValue()).isEqualTo("INVALID_ARGUMENT");
    assertThat(body.path("error").path("message").stringValue()).contains("}}");
    assertThat(Samples.text(CODEC.writeFailureEvent(new Failure.TimedOut("slow"))))
        .startsWith("data: {\"error\"")
        .endsWith("\"status\":\"DEADLINE_EXCEEDED\"}}\n\n");
  }
}
