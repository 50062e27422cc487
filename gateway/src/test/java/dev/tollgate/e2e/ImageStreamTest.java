package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.app.TestGateway;
import dev.tollgate.e2e.FakeProvider.End;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Images and transcripts that come as events, by the built-in catalogue: a million tokens of
 * gpt-image-1 cost 5 dollars for text in and 40 for images out, of gpt-4o-transcribe 2.50 for sound
 * in and 10 for text out.
 */
class ImageStreamTest {
  private static final String GENERATIONS = "/v1/images/generations";
  private static final String PARTIAL =
      "event: image_generation.partial_image\n"
          + "data: {\"type\":\"image_generation.partial_image\",\"b64_json\":\"aW1h\"}";
  private static final String FIGURES =
      ",\"usage\":{\"total_tokens\":4050,\"input_tokens\":50,\"output_tokens\":4000,"
          + "\"input_tokens_details\":{\"text_tokens\":50,\"image_tokens\":0}}";

  /** 4160 tokens of a square of high quality, and "x". */
  private static final long HELD = 4160 * 40_000 + 5_000;

  @RegisterExtension static final RunningGateway gateway = start();

  private static RunningGateway start() {
    FakeProvider provider = new FakeProvider();
    String config =
        """
        model_list:
          - model_name: img
            litellm_params: {model: openai/gpt-image-1, api_base: "%s", api_key: sk-provider}
          - model_name: ear
            litellm_params: {model: openai/gpt-4o-transcribe, api_base: "%s", api_key: sk-provider}
        litellm_settings:
          num_retries: 2
        router_settings:
          disable_cooldowns: true
        """
            .formatted(provider.base(), provider.base());
    return new RunningGateway(TestGateway.Setup.of(config), provider);
  }

  private static String completed(String kind, String more) {
    String type = kind + ".completed";
    return "event: %s\ndata: {\"type\":\"%s\",\"b64_json\":\"aW1hZ2U=\"%s}"
        .formatted(type, type, more);
  }

  private static String asked(int count) {
    return "{\"model\":\"img\",\"prompt\":\"x\",\"stream\":true,\"n\":" + count + "}";
  }

  private static void paid(String key, long nanos) {
    Eventually.so("the call is booked", () -> !gateway.rows(key).isEmpty());
    assertThat(gateway.sumOfRows(key).nanos()).isEqualTo(nanos);
    assertThat(gateway.provider().seen()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    GENERATIONS + ", 1",
    GENERATIONS + ", 2",
    "/openai" + GENERATIONS + ", 1",
    "/openai_passthrough" + GENERATIONS + ", 1"
  })
  void imagesComeAsEventsAndCostWhatTheLastOfThemSay(String path, int count) throws IOException {
    String image = completed("image_generation", FIGURES);
    List<String> events = count == 1 ? List.of(PARTIAL, image) : List.of(image, PARTIAL, image);
    gateway.provider().answers(FakeProvider.stream(End.WITHOUT_DONE, events));
    String key = gateway.key(Terms.open());
    RawClient.Answer answer = gateway.post(path, key, asked(count)).ok();
    assertThat(answer.headers().get("content-type")).startsWith("text/event-stream");
    assertThat(answer.body()).isEqualTo(String.join("\n\n", events) + "\n\n");
    paid(key, count * (50 * 5_000L + 4000 * 40_000L));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ",\"usage\":null", ",\"usage\":{}", ",\"usage\":{\"total_tokens\":0}"})
  void anImageWithoutFiguresCostsWhatWasHeld(String usage) throws IOException {
    String image = completed("image_generation", usage);
    gateway.provider().answers(FakeProvider.stream(End.WITHOUT_DONE, List.of(PARTIAL, image)));
    String key = gateway.key(Terms.open());
    gateway.post(GENERATIONS, key, asked(1)).ok();
    paid(key, HELD);
  }

  @ParameterizedTest
  @ValueSource(strings = {GENERATIONS, "/openai" + GENERATIONS})
  void aPartOfAnImageCostsWhatWasHeld(String path) throws IOException {
    gateway.provider().answers(FakeProvider.stream(End.CUT, List.of(PARTIAL)));
    String key = gateway.key(Terms.open());
    try (RawClient client = gateway.client()) {
      client.post(path, key, asked(1)).head();
      paid(key, HELD);
    }
  }

  @Test
  void aProviderThatDoesNotStreamIsPaidOnceAndItsImageGoesOut() throws IOException {
    String image = "{\"created\":1,\"data\":[{\"b64_json\":\"aW1hZ2U=\"}]" + FIGURES + "}";
    gateway.provider().answers(FakeProvider.whole(200, image));
    String key = gateway.key(Terms.open());
    assertThat(gateway.post(GENERATIONS, key, asked(1)).ok().body()).isEqualTo(image);
    paid(key, 50 * 5_000L + 4000 * 40_000L);
  }

  @Test
  void anEventThatTellsOfAFailureIsOneAndCostsNothingBeforeAnyOther() throws IOException {
    gateway
        .provider()
        .answers(
            FakeProvider.stream(
                End.WITHOUT_DONE,
                List.of("{\"type\":\"error\",\"error\":{\"message\":\"no\",\"code\":\"x\"}}")));
    String key = gateway.key(Terms.open());
    assertThat(gateway.post(GENERATIONS, key, asked(1)).status()).isGreaterThanOrEqualTo(400);
    Eventually.so("the call is booked", () -> !gateway.rows(key).isEmpty());
    assertThat(gateway.sumOfRows(key).nanos()).isZero();
  }

  private static RawClient.Answer form(String path, String model, String file, String key)
      throws IOException {
    String part = "--b1\r\nContent-Disposition: form-data; name=\"";
    String body =
        part
            + ("model\"\r\n\r\n" + model + "\r\n" + part + "stream\"\r\n\r\ntrue\r\n" + part)
            + (file + "\"; filename=\"a\"\r\nContent-Type: image/png\r\n\r\nRIFF\r\n--b1--\r\n");
    try (RawClient client = gateway.client()) {
      byte[] sent = body.getBytes(StandardCharsets.UTF_8);
      String head =
          "POST "
              + path
              + " HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer "
              + key
              + "\r\nContent-Type: multipart/form-data; boundary=b1\r\nContent-Length: "
              + sent.length
              + "\r\n\r\n";
      return client.send(head + body).answer();
    }
  }

  @Test
  void editsComeAsEvents() throws IOException {
    List<String> events = List.of(completed("image_edit", FIGURES));
    gateway.provider().answers(FakeProvider.stream(End.WITHOUT_DONE, events));
    String key = gateway.key(Terms.open());
    assertThat(form("/v1/images/edits", "img", "image", key).ok().body()).contains("aW1hZ2U=");
    paid(key, 50 * 5_000L + 4000 * 40_000L);
  }

  @ParameterizedTest
  @CsvSource({
    "'\"type\":\"tokens\",\"input_tokens\":14,\"output_tokens\":45,\"input_token_details\":{\"audio_tokens\":14}', 485000",
    "'', 122500" // a second: 17 tokens heard and 8 said
  })
  void transcriptsComeAsEvents(String figures, long nanos) throws IOException {
    List<String> events =
        List.of(
            "{\"type\":\"transcript.text.delta\",\"delta\":\"Hello\"}",
            "{\"type\":\"transcript.text.done\",\"text\":\"Hello\",\"usage\":{" + figures + "}}");
    gateway.provider().answers(FakeProvider.stream(End.WITHOUT_DONE, events));
    String key = gateway.key(Terms.open());
    RawClient.Answer answer = form("/v1/audio/transcriptions", "ear", "file", key).ok();
    assertThat(answer.body()).contains(events.getFirst(), events.getLast());
    paid(key, nanos);
  }
}
