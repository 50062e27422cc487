package dev.tollgate.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Deployment.BodyRules;
import dev.tollgate.model.Endpoint;
import dev.tollgate.model.Operation;
import dev.tollgate.model.PriceTags;
import dev.tollgate.model.Pricing;
import dev.tollgate.model.Request;
import dev.tollgate.model.Usage;
import dev.tollgate.wire.Codec;
import dev.tollgate.wire.Codecs;
import dev.tollgate.wire.Framing;
import dev.tollgate.wire.ReplyShape;
import dev.tollgate.wire.StreamEdit;
import dev.tollgate.wire.bedrock.AwsFrames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the bodies of real providers cost, worked out by hand: one file a case under {@code tokens},
 * with the prices, the body or the stream, the sum in nano-dollars as it is done on paper, and what
 * comes of it. Each is read for every client that may ask for it.
 */
class TokensTest {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};

  private static final Set<Operation> CHAT_CLIENTS =
      EnumSet.of(
          Operation.CHAT,
          Operation.RESPONSES,
          Operation.MESSAGES,
          Operation.GENERATE_CONTENT,
          Operation.CONVERSE,
          Operation.COHERE_CHAT);

  static List<Path> cases() throws IOException, URISyntaxException {
    URL folder = Objects.requireNonNull(TokensTest.class.getResource("/tokens"));
    try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whatAProviderSaysItUsedCostsWhatItDoesOnPaper(Path file) throws IOException {
    JsonNode given = MAPPER.readTree(Files.readAllBytes(file));
    Operation offered = Operation.valueOf(given.path("operation").stringValue());
    for (Operation client : clients(offered, given)) {
      Request request = request(client, given.path("request"), given.has("stream"));
      Deployment deployment = deployment(given);
      Codec codec = Codecs.between(client, offered);
      codec.requestFor(request, deployment, null);
      Usage usage =
          given.has("stream")
              ? streamed(codec, request, deployment, offered, given.path("stream"))
              : codec
                  .readReply(
                      request, deployment, shape(), MAPPER.writeValueAsBytes(given.path("body")))
                  .usage();
      Ending.Charge charge =
          new Tariff(request, HostedTools.of(request), false)
              .charge(deployment, Objects.requireNonNull(usage));
      assertThat(charge.cost().nanos())
          .as("asked by %s: %s, of %s", client, given.path("sum"), usage)
          .isEqualTo(given.path("nanos").longValue());
      assertThat(charge.priced()).isTrue();
    }
  }

  /** A request's own member is known in its dialect only. */
  private static Set<Operation> clients(Operation offered, JsonNode given) {
    if (offered.family() != Operation.Family.CHAT
        || offered == Operation.COMPLETION
        || given.has("request")) {
      return EnumSet.of(offered);
    }
    return CHAT_CLIENTS;
  }

  private static ReplyShape shape() {
    return new ReplyShape("shown", "call-1", 1_700_000_000);
  }

  private static Deployment deployment(JsonNode given) {
    Pricing pricing = PriceTags.of(MAPPER.convertValue(given.path("prices"), MAP));
    List<String> quirks = new ArrayList<>();
    given.path("quirks").forEach(quirk -> quirks.add(quirk.stringValue()));
    return new Deployment(
        "id-1",
        "group",
        "p",
        "m",
        "p/m",
        "https://provider.test",
        Map.of(),
        Map.of(),
        null,
        new BodyRules(
            Map.of(), Set.of(), false, Set.of(), Map.of(), Map.of(), false, Set.copyOf(quirks)),
        pricing,
        Deployment.Limits.NONE,
        List.of(),
        null,
        Map.of());
  }

  private static Request request(Operation client, JsonNode more, boolean stream) {
    String body =
        switch (client) {
          case RESPONSES, EMBEDDING -> "\"input\":\"hi\"";
          case COMPLETION, IMAGE_GENERATION -> "\"prompt\":\"hi\"";
          case GENERATE_CONTENT ->
              "\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]";
          case CONVERSE -> "\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"hi\"}]}]";
          case MESSAGES -> "\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";
          case COHERE_EMBED -> "\"texts\":[\"hi\"],\"input_type\":\"search_query\"";
          case RERANK -> "\"query\":\"hi\",\"documents\":[\"ho\"]";
          case SPEECH -> "\"voice\":\"alloy\"";
          default -> "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";
        };
    StringBuilder json = new StringBuilder("{\"model\":\"m\",").append(body);
    more.properties()
        .forEach(
            member ->
                json.append(",\"").append(member.getKey()).append("\":").append(member.getValue()));
    byte[] bytes = json.append('}').toString().getBytes(UTF_8);
    if (client == Operation.TRANSCRIPTION) {
      bytes = FORM.getBytes(UTF_8);
    }
    Endpoint endpoint = new Endpoint(client.path(), client.path(), "", client, "m", null, stream);
    Request request = Codecs.of(client).readRequest(endpoint, bytes);
    return stream ? request.withStream(true, request.outputTokensMax()) : request;
  }

  private static final String FORM =
      String.join(
          "\r\n",
          "--b",
          "content-disposition: form-data; name=\"model\"",
          "",
          "m",
          "--b",
          "content-disposition: form-data; name=\"file\"; filename=\"a.wav\"",
          "",
          "RIFF",
          "--b--",
          "");

  private static Usage streamed(
      Codec codec, Request request, Deployment deployment, Operation offered, JsonNode events) {
    StreamEdit edit = codec.stream(request, deployment, shape());
    Framing framing = codec.framing(1 << 20);
    byte[] bytes = bytes(offered, events);
    framing.feed(bytes, 0, bytes.length, edit::edit);
    framing.end(edit::edit);
    edit.ending();
    assertThat(edit.failure()).isNull();
    assertThat(edit.finished()).isTrue();
    return Objects.requireNonNull(edit.usage());
  }

  private static byte[] bytes(Operation offered, JsonNode events) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (JsonNode event : events) {
      String data = event.has("data") ? event.path("data").toString() : "";
      out.writeBytes(
          switch (offered) {
            case CONVERSE -> AwsFrames.event(event.path("event").stringValue(), data);
            case OLLAMA_CHAT -> (data + "\n").getBytes(UTF_8);
            case SPEECH -> event.path("sound").stringValue().getBytes(UTF_8);
            default -> sse(event, data).getBytes(UTF_8);
          });
    }
    return out.toByteArray();
  }

  private static String sse(JsonNode event, String data) {
    String name = event.has("event") ? "event: " + event.path("event").stringValue() + "\n" : "";
    return name + "data: " + (event.has("text") ? event.path("text").stringValue() : data) + "\n\n";
  }
}
