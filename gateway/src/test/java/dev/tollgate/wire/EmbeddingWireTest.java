package dev.tollgate.wire;

import static dev.tollgate.wire.Samples.bytes;
import static dev.tollgate.wire.Samples.failureOf;
import static dev.tollgate.wire.Samples.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Deployment.BodyRules;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.model.Usage;
import dev.tollgate.wire.json.JsonTree;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EmbeddingWireTest {
  private static final Deployment PROVIDER = Samples.deployment("cohere", BodyRules.NONE);

  private static Request asked(Operation operation, String body) {
    return Codecs.of(operation).readRequest(Samples.at(operation), bytes(body));
  }

  private static String sent(Operation asked, Operation served, String body) {
    Request request = asked(asked, body);
    return text(Codecs.between(asked, served).requestFor(request, PROVIDER, null));
  }

  private static WholeReply reply(Operation asked, Operation served, String body, String reply) {
    return Codecs.between(asked, served)
        .readReply(asked(asked, body), PROVIDER, Samples.shown("shown"), bytes(reply));
  }

  @Test
  void everyProviderIsAskedInItsOwnWords() {
    String body = "{\"input\":[\"a\",\"b\"],\"dimensions\":2}";
    Map<Operation, String> expected =
        Map.of(
            Operation.COHERE_EMBED,
            "{\"model\":\"gpt-4o-mini\",\"texts\":[\"a\",\"b\"],\"input_type\":\"search_document\","
                + "\"output_dimension\":2}",
            Operation.OLLAMA_EMBED,
            "{\"model\":\"gpt-4o-mini\",\"input\":[\"a\",\"b\"],\"dimensions\":2}",
            Operation.GEMINI_EMBED,
            "{\"requests\":[{\"model\":\"models/gpt-4o-mini\",\"content\":{\"parts\":[{\"text\":\"a\"}]},"
                + "\"outputDimensionality\":2},{\"model\":\"models/gpt-4o-mini\",\"content\":{\"parts\":"
                + "[{\"text\":\"b\"}]},\"outputDimensionality\":2}]}");

    expected.forEach(
        (served, wanted) ->
            assertThat(sent(Operation.EMBEDDING, served, body)).as("%s", served).isEqualTo(wanted));
    assertThat(sent(Operation.EMBEDDING, Operation.BEDROCK_EMBED, "{\"input\":\"a\"}"))
        .isEqualTo("{\"inputText\":\"a\"}");
    assertThat(
            sent(
                Operation.COHERE_EMBED,
                Operation.EMBEDDING,
                "{\"texts\":[\"a\"],\"output_dimension\":3,\"input_type\":\"search_query\"}"))
        .isEqualTo("{\"model\":\"gpt-4o-mini\",\"input\":[\"a\"],\"dimensions\":3}");
  }

  @Test
  void vectorsComeInTheFormThatWasAskedFor() {
    String cohere =
        "{\"id\":\"e\",\"embeddings\":{\"float\":[[0.5,-2]]},\"meta\":{\"billed_units\":{\"input_tokens\":4}}}";

    WholeReply floats =
        reply(Operation.EMBEDDING, Operation.COHERE_EMBED, "{\"input\":\"a\"}", cohere);
    WholeReply base64 =
        reply(
            Operation.EMBEDDING,
            Operation.COHERE_EMBED,
            "{\"input\":\"a\",\"encoding_format\":\"base64\"}",
            cohere);

    assertThat(floats.usage()).isEqualTo(Usage.of(4, 0));
    assertThat(JsonTree.read(floats.body()))
        .isEqualTo(
            JsonTree.read(
                bytes(
                    "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0,\"embedding\":"
                        + "[0.5,-2]}],\"model\":\"shown\",\"usage\":{\"prompt_tokens\":4,\"total_tokens\":4,"
                        + "\"prompt_tokens_details\":{\"text_tokens\":4,\"image_tokens\":0}}}")));
    // 0.5f is 0x3F000000 and -2f is 0xC0000000, little-endian
    assertThat(text(base64.body())).contains("\"embedding\":\"AAAAPwAAAMA=\"");
    WholeReply back =
        reply(
            Operation.COHERE_EMBED,
            Operation.EMBEDDING,
            "{\"texts\":[\"a\"]}",
            "{\"data\":[{\"embedding\":\"AAAAPwAAAMA=\"}],\"usage\":{\"prompt_tokens\":3}}");
    assertThat(text(back.body())).contains("\"float\":[[0.5,-2.0]]", "\"input_tokens\":3");
  }

  @Test
  void tokensAreCountedWhereTheProviderSendsNoFigures() {
    WholeReply reply =
        reply(
            Operation.EMBEDDING,
            Operation.GEMINI_EMBED,
            "{\"input\":\"hello\"}",
            "{\"embeddings\":[{\"values\":[0.1]}]}");

    assertThat(reply.usage()).isEqualTo(Usage.counted(1, 0));
  }

  @Test
  void aReplyWithoutAVectorForEachInputIsRefused() {
    for (String body :
        List.of("{}", "[]", "x", "{\"embeddings\":[]}", "{\"embeddings\":[[1],[2]]}")) {
      assertThat(
              failureOf(
                  () ->
                      reply(
                          Operation.EMBEDDING, Operation.COHERE_EMBED, "{\"input\":\"a\"}", body)))
          .isInstanceOf(Failure.UpstreamBroken.class);
    }
  }

  @Test
  void inputThatIsNoneIsNamed() {
    for (String body :
        List.of("{\"input\":7}", "{\"input\":[]}", "{\"input\":[{}]}", "{\"input\":[1.5]}")) {
      assertThat(failureOf(() -> sent(Operation.EMBEDDING, Operation.COHERE_EMBED, body)).message())
          .contains("input");
    }
    assertThat(
            failureOf(() -> sent(Operation.EMBEDDING, Operation.COHERE_EMBED, "{\"input\":[1,2]}"))
                .message())
        .contains("token ids");
  }
}
