package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.app.TestGateway;
import dev.tollgate.model.Money;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What Google's own clients ask beside generateContent: counts, vectors, streams as arrays. */
class GeminiClientsTest {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String HELLO = "{\"parts\":[{\"text\":\"hello\"}],\"role\":\"user\"}";
  private static final String CONTENTS = "{\"contents\":[" + HELLO + "]}";

  private static final FakeProvider provider = new FakeProvider();
  @RegisterExtension static final RunningGateway gateway = start();

  private static RunningGateway start() {
    String more =
        """
          - model_name: google
            litellm_params:
              model: gemini/gemini-2.5-flash
              api_base: "%s"
              api_key: g-key
              input_cost_per_token: 0.000001
        """
            .formatted(provider.base());
    return new RunningGateway(
        TestGateway.Setup.of(
            RunningGateway.config(provider)
                .replace("litellm_settings:", more + "litellm_settings:")),
        provider);
  }

  private static RawClient.Answer ask(String key, String model, String method, String body)
      throws IOException {
    return gateway.post("/v1beta/models/" + model + ":" + method, key, body);
  }

  @Test
  void tokensAreCountedByGoogleForNothing() throws Exception {
    String key = gateway.key(Terms.open());
    provider.answers(FakeProvider.whole(200, "{\"totalTokens\":7,\"x\":1}"));
    RawClient.Answer answer = ask(key, "google", "countTokens", CONTENTS);
    assertThat(answer.body()).isEqualTo("{\"totalTokens\":7,\"x\":1}");
    FakeProvider.Seen seen = provider.seen().getFirst();
    assertThat(seen.uri()).isEqualTo("/v1/models/gemini-2.5-flash:countTokens");
    assertThat(seen.body()).isEqualTo(CONTENTS);
    ask(
        key,
        "google",
        "countTokens",
        "{\"generateContentRequest\":{\"model\":\"models/google\",\"contents\":[" + HELLO + "]}}");
    assertThat(provider.seen().getLast().body()).contains("\"models/gemini-2.5-flash\"");
    assertThat(gateway.sumOfRows(key)).isEqualTo(Money.ZERO);
  }

  @Test
  void tokensOfOtherModelsAreCountedHere() throws Exception {
    RawClient.Answer answer = ask(RunningGateway.MASTER, "gpt-test", "countTokens", CONTENTS);
    JsonNode count = JSON.readTree(answer.body());
    assertThat(count.path("totalTokens").asInt()).as(answer.body()).isBetween(5, 12);
    assertThat(provider.seen()).isEmpty();
    assertThat(ask(RunningGateway.MASTER, "gpt-test", "countTokens", "{}").status()).isEqualTo(400);
  }

  @Test
  void vectorsComeFromGoogle() throws Exception {
    String key = gateway.key(Terms.open());
    provider.answers(FakeProvider.whole(200, "{\"embeddings\":[{\"values\":[0.5,1]}]}"));
    String body =
        "{\"requests\":[{\"model\":\"models/google\",\"content\":"
            + HELLO
            + ",\"taskType\":\"CLUSTERING\"}]}";
    RawClient.Answer batch = ask(key, "google", "batchEmbedContents", body);
    assertThat(batch.body()).isEqualTo("{\"embeddings\":[{\"values\":[0.5,1]}]}");
    FakeProvider.Seen seen = provider.seen().getFirst();
    assertThat(seen.uri()).isEqualTo("/v1/models/gemini-2.5-flash:batchEmbedContents");
    assertThat(seen.body())
        .contains("\"model\":\"models/gemini-2.5-flash\"", "\"taskType\":\"CLUSTERING\"");
    provider.answers(
        FakeProvider.whole(
            200, "{\"embedding\":{\"values\":[0.5]},\"usageMetadata\":{\"promptTokenCount\":4}}"));
    RawClient.Answer one = ask(key, "google", "embedContent", "{\"content\":" + HELLO + "}");
    assertThat(one.status()).as(one.body()).isEqualTo(200);
    assertThat(provider.seen().getLast().uri()).endsWith("gemini-2.5-flash:embedContent");
    assertThat(gateway.sumOfRows(key).nanos()).isGreaterThanOrEqualTo(2 * 1000);
    assertThat(gateway.rows(key)).anyMatch(row -> row.inputTokens() == 4);
  }

  @Test
  void vectorsOfOtherProvidersComeInGooglesWords() throws Exception {
    String key = gateway.key(Terms.open());
    provider.answers(
        FakeProvider.whole(
            200,
            """
            {"object":"list","model":"m","data":[{"object":"embedding","index":0,"embedding":[1,2]},\
            {"object":"embedding","index":1,"embedding":[3,4]}],"usage":{"prompt_tokens":9,"total_tokens":9}}"""));
    String one = "{\"content\":" + HELLO + ",\"outputDimensionality\":2}";
    RawClient.Answer batch =
        ask(key, "gpt-test", "batchEmbedContents", "{\"requests\":[" + one + "," + one + "]}");
    assertThat(batch.body())
        .isEqualTo(
            "{\"embeddings\":[{\"values\":[1,2]},{\"values\":[3,4]}],"
                + "\"usageMetadata\":{\"promptTokenCount\":9}}");
    assertThat(JSON.readTree(provider.seen().getLast().body()))
        .isEqualTo(
            JSON.readTree(
                "{\"model\":\"real-model\",\"input\":[\"hello\",\"hello\"],\"dimensions\":2}"));
    provider.answers(FakeProvider.whole(200, Shape.EMBEDDING.whole()));
    RawClient.Answer single = ask(key, "gpt-test", "embedContent", "{\"content\":" + HELLO + "}");
    assertThat(single.body()).startsWith("{\"embedding\":{\"values\":[0.1,-0.2]}");
    RawClient.Answer uneven =
        ask(
            key,
            "gpt-test",
            "batchEmbedContents",
            "{\"requests\":[" + one + ",{\"content\":" + HELLO + "}]}");
    assertThat(uneven.status()).isEqualTo(400);
    assertThat(uneven.body()).contains("requests[1].outputDimensionality");
  }

  private static String piece(String text, String more) {
    return "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\""
        + text
        + "\"}],\"role\":\"model\"},\"index\":0"
        + more
        + "}],\"usageMetadata\":{\"promptTokenCount\":12,\"candidatesTokenCount\":7}}";
  }

  @Test
  void aStreamIsAnArrayForThoseWhoAskForOne() throws Exception {
    String first = piece("Hel", "");
    String last = piece("lo", ",\"finishReason\":\"STOP\"");
    provider.answers(FakeProvider.stream(FakeProvider.End.WITHOUT_DONE, List.of(first, last)));
    for (String query : List.of("$alt=json;enum-encoding=int", "%24alt=json", "alt=json")) {
      RawClient.Answer answer =
          ask(RunningGateway.MASTER, "google", "streamGenerateContent?" + query, CONTENTS);
      assertThat(answer.headers().get("content-type")).startsWith("application/json");
      assertThat(answer.body()).isEqualTo("[" + first + ",\r\n" + last + "\r\n]");
      assertThat(provider.seen().getLast().uri()).endsWith("streamGenerateContent?alt=sse");
    }
    for (String query : List.of("", "?alt=sse")) {
      RawClient.Answer answer =
          ask(RunningGateway.MASTER, "google", "streamGenerateContent" + query, CONTENTS);
      assertThat(answer.headers().get("content-type")).startsWith("text/event-stream");
      assertThat(answer.body()).startsWith("data: " + first);
    }
  }

  @Test
  void anArrayOfAnotherProvidersStreamIsOneDocument() throws Exception {
    provider.answers(FakeProvider.stream(FakeProvider.End.WITHOUT_DONE, Shape.CHAT.events()));
    RawClient.Answer answer =
        ask(RunningGateway.MASTER, "gpt-test", "streamGenerateContent?alt=json", CONTENTS);
    JsonNode pieces = JSON.readTree(answer.body());
    assertThat(pieces.isArray()).as(answer.body()).isTrue();
    StringBuilder text = new StringBuilder();
    for (JsonNode piece : pieces) {
      text.append(piece.at("/candidates/0/content/parts/0/text").asString(""));
    }
    assertThat(text.toString()).isEqualTo("Hello there!");
  }

  @Test
  void anArrayThatBreaksOffEndsWithTheError() throws Exception {
    provider.answers(FakeProvider.stream(FakeProvider.End.CUT, List.of(piece("Hel", ""))));
    RawClient.Answer answer =
        ask(RunningGateway.MASTER, "google", "streamGenerateContent?alt=json", CONTENTS);
    JsonNode pieces = JSON.readTree(answer.body());
    assertThat(pieces).hasSize(2);
    assertThat(pieces.get(1).path("error").path("code").isNumber()).isTrue();
  }
}
