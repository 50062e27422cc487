package conformance;

import static conformance.Check.same;
import static conformance.Check.that;
import static conformance.World.CLIENT;
import static conformance.World.SUFFIX;
import static conformance.World.echo;
import static conformance.World.json;
import static conformance.World.sent;
import static conformance.World.tag;

import com.openai.client.OpenAIClient;
import com.openai.errors.NotFoundException;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.embeddings.EmbeddingCreateParams.EncodingFormat;
import com.openai.models.responses.EasyInputMessage;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseInputItem;
import com.openai.models.responses.ResponseStreamEvent;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Embeddings, responses, legacy completions, models. */
final class OperationCases {
  static final Map<String, Case> TABLE = new LinkedHashMap<>();

  static {
    TABLE.put("embeddings-float", OperationCases::embeddingsFloat);
    TABLE.put("embeddings-base64", OperationCases::embeddingsBase64);
    TABLE.put("responses-whole", OperationCases::responsesWhole);
    TABLE.put("responses-streamed", OperationCases::responsesStreamed);
    TABLE.put("responses-tools", OperationCases::responsesTools);
    TABLE.put("completions-whole", OperationCases::completionsWhole);
    TABLE.put("completions-streamed", OperationCases::completionsStreamed);
    TABLE.put("models-list", OperationCases::modelsList);
    TABLE.put("models-retrieve", OperationCases::modelsRetrieve);
  }

  private OperationCases() {}

  private static EmbeddingCreateParams.Builder embed(String what) {
    return EmbeddingCreateParams.builder().model("embed").inputOfArrayOfStrings(List.of(tag(what), "second"));
  }

  /** The vectors; a null format leaves the choice to the SDK. */
  static List<List<Float>> vectors(OpenAIClient client, String what, EncodingFormat format) {
    var params = embed(what);
    if (format != null) {
      params.encodingFormat(format);
    }
    var reply = client.embeddings().create(params.build());
    same(reply.data().stream().map(d -> d.index()).toList(), List.of(0L, 1L));
    same(reply.usage().promptTokens() + reply.model(), "11embed");
    return reply.data().stream().map(d -> d.embedding()).toList();
  }

  private static void embeddingsFloat() throws Exception {
    var got = vectors(CLIENT, "embeddings-float", EncodingFormat.FLOAT);
    same(List.of(got.get(0).get(1), got.get(1).get(1)), List.of(-0.5f, 0.5f));
    same(sent("embeddings-float").get("encoding_format").asText(), "float");
  }

  private static void embeddingsBase64() throws Exception {
    var numbers = vectors(CLIENT, "embeddings-both", EncodingFormat.FLOAT);
    same(vectors(CLIENT, "embeddings-base64", EncodingFormat.BASE64), numbers);
    same(vectors(CLIENT, "embeddings-default", null), numbers);
    var params = embed("embeddings-raw").encodingFormat(EncodingFormat.BASE64).build();
    try (var raw = CLIENT.embeddings().withRawResponse().create(params)) {
      var body = json(new String(raw.body().readAllBytes(), StandardCharsets.UTF_8));
      that(body.at("/data/0/embedding").isTextual(), "no base64: " + body);
    }
  }

  private static ResponseCreateParams.Builder ask(String what) {
    return ResponseCreateParams.builder().model("chat").input(tag(what));
  }

  private static String text(Response response) {
    return response.output().stream()
        .flatMap(item -> item.message().stream())
        .flatMap(message -> message.content().stream())
        .map(content -> content.asOutputText().text())
        .collect(Collectors.joining());
  }

  static String respond(OpenAIClient client, String what) {
    return text(client.responses().create(ask(what).build()));
  }

  private static void responsesWhole() {
    var reply = CLIENT.responses().create(ask("responses-whole").build());
    same(text(reply), echo("responses-whole"));
    same(reply.status().orElseThrow().toString(), "completed");
    var usage = reply.usage().orElseThrow();
    same(List.of(usage.inputTokens(), usage.outputTokens(), usage.totalTokens()), List.of(11L, 7L, 18L));
    var parsed = CLIENT.responses().create(ask("parse").text(ChatCases.City.class).build());
    var city = parsed.output().getFirst().asMessage().content().getFirst().asOutputText();
    same(city.city + city.population, "Zürich436000");
  }

  private static void responsesStreamed() {
    var events = World.all(CLIENT.responses().createStreaming(ask("responses-streamed").build()));
    var deltas = events.stream().flatMap(e -> e.outputTextDelta().stream()).map(e -> e.delta());
    same(deltas.collect(Collectors.joining()), echo("responses-streamed"));
    that(events.getFirst().isCreated() && events.getLast().isCompleted(), "not from created to completed: " + events);
    same(events.stream().filter(ResponseStreamEvent::isCompleted).count(), 1L);
    var folded = ResponseAccumulator.create();
    events.forEach(folded::accumulate);
    same(text(folded.response()), echo("responses-streamed"));
    same(folded.response().usage().orElseThrow().outputTokens(), 7L);
  }

  private static void responsesTools() {
    var message =
        EasyInputMessage.builder().role(EasyInputMessage.Role.USER).content(tag("responses-tools")).build();
    var asked = ResponseInputItem.ofEasyInputMessage(message);
    var first = ResponseCreateParams.builder().model("chat").addTool(ChatCases.GetWeather.class);
    var call = CLIENT.responses().create(first.inputOfResponse(List.of(asked)).build()).output().getFirst().asFunctionCall();
    same(call.name() + call.arguments(ChatCases.GetWeather.class).days, "get_weather2");
    var output = ResponseInputItem.FunctionCallOutput.builder().callId(call.callId()).output("sunny").build();
    var turns =
        List.of(asked, ResponseInputItem.ofFunctionCall(call), ResponseInputItem.ofFunctionCallOutput(output));
    same(text(CLIENT.responses().create(first.inputOfResponse(turns).build())), "The tool said: sunny" + SUFFIX);
  }

  private static void completionsWhole() {
    var params = CompletionCreateParams.builder().model("instruct").prompt(tag("completions-whole"));
    var reply = CLIENT.completions().create(params.build());
    same(reply.choices().getFirst().text(), echo("completions-whole"));
    same(reply.usage().orElseThrow().totalTokens() + reply.model(), "18instruct");
  }

  private static void completionsStreamed() {
    var params =
        CompletionCreateParams.builder()
            .model("instruct")
            .prompt(tag("completions-streamed"))
            .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build());
    var chunks = World.all(CLIENT.completions().createStreaming(params.build()));
    var text = chunks.stream().flatMap(c -> c.choices().stream()).map(c -> c.text()).collect(Collectors.joining());
    same(text, echo("completions-streamed"));
    same(chunks.stream().flatMap(c -> c.usage().stream()).map(u -> u.totalTokens()).toList(), List.of(18L));
  }

  private static void modelsList() {
    var names = CLIENT.models().list().autoPager().stream().map(m -> m.id()).toList();
    that(names.containsAll(List.of("chat", "embed", "org/model:v1.5", "not-for-you")), "listed: " + names);
    var limited = World.once(World.limitedKey("GATEWAY_KEY_ONE_MODEL"));
    same(limited.models().list().autoPager().stream().map(m -> m.id()).toList(), List.of("chat"));
  }

  private static void modelsRetrieve() {
    for (String name : List.of("chat", "org/model:v1.5")) {
      same(CLIENT.models().retrieve(name).id(), name);
    }
    Check.raises(NotFoundException.class, () -> World.once().models().retrieve("no-such-model"));
  }
}
