package dev.tollgate.wire;

import static dev.tollgate.wire.Samples.OPENAI;
import static dev.tollgate.wire.Samples.PLAIN;
import static dev.tollgate.wire.Samples.RESPONSES;
import static dev.tollgate.wire.Samples.bytes;
import static dev.tollgate.wire.Samples.edited;
import static dev.tollgate.wire.Samples.quirky;
import static dev.tollgate.wire.Samples.shown;
import static dev.tollgate.wire.Samples.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Dialect;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.wire.json.JsonTree;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Forms that are LiteLLM's own, and that recordings of it hold us to. */
class RecordedFormsTest {
  private static final Deployment AZURE = quirky("vectors_in_base64", "images_by_deployment");

  private static Request asked(Operation operation, String body) {
    return Codecs.of(operation).readRequest(Samples.at(operation), bytes(body));
  }

  private static String base64(float... numbers) {
    ByteBuffer bytes =
        ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float number : numbers) {
      bytes.putFloat(number);
    }
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'input':'a'}|base64|[0.5,-1.25]",
        "{'input':'a','encoding_format':'base64'}|base64|string",
        "{'input':'a','encoding_format':'float'}|float|string"
      })
  void vectorsAreAskedInBase64AndToldInTheFormThatTheClientWants(
      String body, String format, String told) {
    Request request = asked(Operation.EMBEDDING, body.replace('\'', '"'));
    JsonNode sent = JsonTree.read(OPENAI.requestFor(request, AZURE, null));
    assertThat(sent.path("encoding_format").stringValue()).isEqualTo(format);
    String vector = "\"" + base64(0.5f, -1.25f) + "\"";
    String reply =
        "{\"data\":[{\"index\":0,\"embedding\":%s},{\"embedding\":[1,2]}],\"model\":\"m\"}"
            .formatted(vector);
    JsonNode data =
        JsonTree.read(OPENAI.readReply(request, AZURE, shown("m"), bytes(reply)).body())
            .path("data");
    assertThat(data.path(0).path("embedding").toString())
        .isEqualTo(told.equals("string") ? vector : told);
    assertThat(data.path(1).path("embedding").toString()).isEqualTo("[1,2]");
  }

  @Test
  void numbersThatJsonDoesNotHaveAreNull() {
    Request request = asked(Operation.EMBEDDING, "{\"input\":\"a\"}");
    String reply =
        "{\"data\":[{\"embedding\":\""
            + base64(Float.NaN, Float.NEGATIVE_INFINITY, 1e-9f)
            + "\"}]}";
    byte[] told = OPENAI.readReply(request, AZURE, shown("m"), bytes(reply)).body();
    assertThat(JsonTree.read(told).path("data").path(0).path("embedding").toString())
        .isEqualTo("[null,null,1.0E-9]");
    String odd = "{\"data\":[{\"embedding\":\"no base64!\"}],\"model\":\"m\"}";
    assertThat(text(OPENAI.readReply(request, AZURE, shown("m"), bytes(odd)).body()))
        .isEqualTo(odd);
  }

  @Test
  void azuresImagesSayHowTheyWereMade() {
    Request request =
        asked(Operation.IMAGE_GENERATION, "{\"prompt\":\"x\",\"size\":\"512x512\",\"quality\":1}");
    Codec codec = Codecs.of(Operation.IMAGE_GENERATION);
    String reply = "{\"created\":1,\"data\":[],\"output_format\":\"webp\",\"size\":null}";
    JsonNode told = JsonTree.read(codec.readReply(request, AZURE, shown("m"), bytes(reply)).body());
    assertThat(told.path("quality").stringValue()).isEqualTo("high");
    assertThat(told.path("output_format").stringValue()).isEqualTo("webp");
    byte[] plain = codec.readReply(request, PLAIN, shown("m"), bytes(reply)).body();
    assertThat(JsonTree.read(plain).has("quality")).isFalse();
  }

  @Test
  void theRoleOfAFurtherChoiceIsNotTold() {
    Request request =
        asked(Operation.CHAT, "{\"model\":\"m\",\"stream\":true,\"n\":2,\"messages\":[]}");
    StreamEdit stream = OPENAI.stream(request, quirky("reasoning_field"), shown(null));
    String head = "data: {\"choices\":[{\"index\":%d,\"delta\":{%s}}]}\n\n";
    String first = head.formatted(0, "\"role\":\"assistant\",\"content\":\"a\"");
    assertThat(edited(stream, first)).isEqualTo(first);
    assertThat(edited(stream, head.formatted(1, "\"role\":\"assistant\",\"content\":\"b\"")))
        .isEqualTo(head.formatted(1, "\"content\":\"b\""));
    assertThat(edited(stream, head.formatted(1, "\"content\":\"b\", \"role\":\"assistant\"")))
        .isEqualTo(head.formatted(1, "\"content\":\"b\""));
    assertThat(edited(stream, head.formatted(1, "\"role\":\"assistant\"")))
        .isEqualTo(head.formatted(1, ""));
    assertThat(edited(stream, head.formatted(1, "\"reasoning\":\"b\",\"role\":\"assistant\"")))
        .isEqualTo(head.formatted(1, "\"reasoning_content\":\"b\",\"role\":\"assistant\""));
  }

  @Test
  void aFailedResponseDoesNotRepeatWhatWasAsked() {
    Request request = asked(Operation.RESPONSES, "{\"model\":\"m\",\"input\":\"x\"}");
    StreamEdit stream = RESPONSES.stream(request, PLAIN, shown(null));
    String asked = "\"temperature\":1.0, \"text\":{\"format\":{\"type\":\"text\"}}";
    String failed =
        "data: {\"type\":\"response.failed\",\"response\":{%s\"status\":\"failed\",\"error\":"
            + "{\"code\":\"server_error\",\"message\":\"no\"}%s}}\n\n";
    assertThat(edited(stream, failed.formatted("\"top_p\":1,", "," + asked)))
        .isEqualTo(failed.formatted("", ""));
    assertThat(stream.failure()).isNotNull();
    String completed =
        "data: {\"type\":\"response.completed\",\"response\":{\"status\":\"completed\","
            + asked
            + "}}\n\n";
    assertThat(edited(RESPONSES.stream(request, PLAIN, shown(null)), completed))
        .isEqualTo(completed);
  }

  @Test
  void callsOfAResponseEndTogetherWithTheirOwnArguments() {
    Codec codec = Codecs.between(Operation.RESPONSES, Operation.CHAT);
    Request request =
        asked(Operation.RESPONSES, "{\"model\":\"m\",\"input\":\"x\",\"stream\":true}");
    codec.requestFor(request, PLAIN, null);
    StreamEdit stream = codec.stream(request, PLAIN, shown("m"));
    StringBuilder told = new StringBuilder();
    for (int i = 0; i < 2; i++) {
      told.append(
          edited(
              stream,
              """
              data: {"id":"c","model":"other","choices":[{"index":0,"delta":{"tool_calls":[{"index":%1$d,\
              "id":"call_%1$d","type":"function","function":{"name":"f","arguments":"{\\"n\\":%1$d}"}}]}}]}

              """
                  .formatted(i)));
    }
    told.append(edited(stream, "data: [DONE]\n\n")).append(text(stream.ending()));
    assertThat(told.toString())
        .containsSubsequence(
            "output_item.added",
            "\"call_id\":\"call_0\"",
            "output_item.added",
            "\"call_id\":\"call_1\"",
            "function_call_arguments.done",
            "\"output_index\":0",
            "\"arguments\":\"{\\\"n\\\":0}\"",
            "output_item.done",
            "\"output_index\":1",
            "\"arguments\":\"{\\\"n\\\":1}\"",
            "output_item.done",
            "response.completed",
            "\"model\":\"gpt-4o-mini\"",
            "\"call_id\":\"call_0\"",
            "\"call_id\":\"call_1\"",
            "\"usage\"");
  }

  @Test
  void aToolThatIsChosenByNameIsNotChosenWhereLiteLlmDoesNot() {
    String body =
        "{\"messages\":[],\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}}}";
    var mistral = quirky("tool_choice_any", "tool_choice_unnamed");
    assertThat(Samples.forwarded(body, mistral)).doesNotContain("tool_choice");
    assertThat(Samples.forwarded(body, PLAIN)).contains("tool_choice");
    String insisted = "{\"allowed_openai_params\":[\"tool_choice\"]," + body.substring(1);
    assertThat(Samples.forwarded(insisted, mistral))
        .contains("\"tool_choice\":{")
        .doesNotContain("allowed_openai_params");
  }

  @ParameterizedTest
  @CsvSource({"true, rate_limit_error", "false, "})
  void googlesRateLimitHasATypeOfItsOwnForAStream(boolean streams, String type) {
    Codec codec = Codecs.between(Operation.CHAT, Operation.GENERATE_CONTENT);
    String body = "{\"model\":\"m\",\"stream\":" + streams + ",\"messages\":[]}";
    codec.requestFor(asked(Operation.CHAT, body), PLAIN, null);
    byte[] refusal = bytes("{\"error\":{\"code\":429,\"message\":\"slow down\"}}");
    Failure failure = codec.readFailure(PLAIN, 429, null, Instant.EPOCH, refusal);
    assertThat(((Failure.UpstreamRefused) failure).providerType()).isEqualTo(type);
    assertThat(text(Codecs.of(Dialect.OPENAI).writeFailure(failure)))
        .contains("slow down", type == null ? "throttling_error" : type);
  }

  @Test
  void olderCompletionsOfOtherDialectsHaveFiguresInEveryChunk() {
    Codec codec = Codecs.between(Operation.COMPLETION, Operation.CHAT);
    Request request =
        asked(Operation.COMPLETION, "{\"model\":\"m\",\"prompt\":\"x\",\"stream\":true}");
    codec.requestFor(request, PLAIN, null);
    StreamEdit stream = codec.stream(request, PLAIN, shown("m"));
    String chunk =
        edited(stream, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n");
    JsonNode told = JsonTree.read(bytes(chunk.strip().substring("data: ".length())));
    assertThat(told.path("usage").path("total_tokens").asInt(-1)).isZero();
    assertThat(told.path("choices").path(0).path("text").stringValue()).isEqualTo("a");
  }
}
