package conformance;

import static conformance.Check.same;
import static conformance.Check.that;
import static conformance.World.CLIENT;
import static conformance.World.SUFFIX;
import static conformance.World.chat;
import static conformance.World.chunks;
import static conformance.World.echo;
import static conformance.World.json;
import static conformance.World.sent;
import static conformance.World.tag;
import static conformance.World.text;
import static java.util.Map.entry;

import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.errors.InternalServerException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionContentPart;
import com.openai.models.chat.completions.ChatCompletionContentPartImage;
import com.openai.models.chat.completions.ChatCompletionContentPartText;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessageToolCall;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/** Chat, and what holds for every call: fields, headers, addresses. */
final class ChatCases {
  private static final BigDecimal COST = new BigDecimal("0.000025"); // 11 tokens in at 0.000001, 7 out at 0.000002
  private static final String EXTRA = "{\"note\":\"kept\",\"list\":[1,2.5,null,\"ü\"]}";
  private static final ChatCompletionStreamOptions USAGE =
      ChatCompletionStreamOptions.builder().includeUsage(true).build();

  static final Map<String, Case> TABLE = new LinkedHashMap<>();

  static {
    TABLE.put("chat-whole", ChatCases::whole);
    TABLE.put("chat-streamed", ChatCases::streamed);
    TABLE.put("chat-stream-usage", ChatCases::streamUsage);
    TABLE.put("tools-whole", ChatCases::toolsWhole);
    TABLE.put("tools-streamed", ChatCases::toolsStreamed);
    TABLE.put("tool-result", ChatCases::toolResult);
    TABLE.put("json-schema", ChatCases::jsonSchema);
    TABLE.put("model-names", ChatCases::modelNames);
    TABLE.put("unknown-fields-in", ChatCases::unknownFieldsIn);
    TABLE.put("unknown-fields-out", ChatCases::unknownFieldsOut);
    TABLE.put("provider-sees", ChatCases::providerSees);
    TABLE.put("headers", ChatCases::headers);
    TABLE.put("environment", ChatCases::environment);
    TABLE.put("base-urls", ChatCases::baseUrls);
    TABLE.put("parallel", ChatCases::parallel);
  }

  private ChatCases() {}

  /** The tools, and the shape of structured output, as the SDK wants them: classes. */
  @JsonTypeName("get_weather")
  static final class GetWeather {
    public String city;
    public int days;
  }

  @JsonTypeName("get_time")
  static final class GetTime {
    public String zone;
  }

  static final class City {
    public String city;
    public int population;
  }

  private static void whole() {
    var reply = CLIENT.chat().completions().create(chat("chat", "chat-whole").build());
    var choice = reply.choices().getFirst();
    same(choice.message().content().orElseThrow(), echo("chat-whole"));
    same(choice.finishReason().toString(), "stop");
    var usage = reply.usage().orElseThrow();
    same(List.of(usage.promptTokens(), usage.completionTokens(), usage.totalTokens()), List.of(11L, 7L, 18L));
    same(reply.model(), "chat");
    reply.validate();
  }

  private static void streamed() {
    var chunks = chunks(CLIENT, chat("chat", "chat-streamed").build());
    same(text(chunks), echo("chat-streamed"));
    var reasons =
        chunks.stream().flatMap(c -> c.choices().stream()).flatMap(c -> c.finishReason().stream()).map(Object::toString);
    same(reasons.toList(), List.of("stop"));
    same(chunks.stream().map(ChatCompletionChunk::id).distinct().count(), 1L);
    same(chunks.stream().map(ChatCompletionChunk::model).distinct().toList(), List.of("chat"));
    chunks.forEach(ChatCompletionChunk::validate);
  }

  private static void streamUsage() {
    var asked = chunks(CLIENT, chat("chat", "usage-asked").streamOptions(USAGE).build());
    var totals = asked.stream().flatMap(c -> c.usage().stream()).map(usage -> usage.totalTokens()).toList();
    same(totals, List.of(18L));
    same(asked.getLast().choices(), List.of());
    var off = ChatCompletionStreamOptions.builder().includeUsage(false).build();
    for (var params : List.of(chat("chat", "not-asked"), chat("chat", "not-asked").streamOptions(off))) {
      for (var chunk : chunks(CLIENT, params.build())) {
        that(chunk.usage().isEmpty() && !chunk.choices().isEmpty(), "usage without asking: " + chunk);
      }
    }
  }

  private static ChatCompletionCreateParams.Builder withTools(String what) {
    return chat("chat", what).addTool(GetWeather.class).addTool(GetTime.class);
  }

  private static void checkCalls(List<ChatCompletionMessageToolCall> calls) {
    same(calls.stream().map(c -> c.asFunction().id()).toList(), List.of("call_weather", "call_time"));
    same(calls.stream().map(c -> c.asFunction().function().name()).toList(), List.of("get_weather", "get_time"));
    var weather = calls.get(0).asFunction().function().arguments(GetWeather.class);
    same(weather.city + weather.days, "Zürich2");
    same(calls.get(1).asFunction().function().arguments(GetTime.class).zone, "Europe/Zurich");
  }

  private static void toolsWhole() {
    var choice = CLIENT.chat().completions().create(withTools("tools-whole").build()).choices().getFirst();
    same(choice.finishReason().toString(), "tool_calls");
    checkCalls(choice.message().toolCalls().orElseThrow());
  }

  private static void toolsStreamed() {
    var folded = ChatCompletionAccumulator.create();
    chunks(CLIENT, withTools("tools-streamed").build()).forEach(folded::accumulate);
    var choice = folded.chatCompletion().choices().getFirst();
    same(choice.finishReason().toString(), "tool_calls");
    checkCalls(choice.message().toolCalls().orElseThrow());
  }

  private static void toolResult() throws Exception {
    var asked = withTools("tool-result");
    var message = CLIENT.chat().completions().create(asked.build()).choices().getFirst().message();
    asked.addMessage(message);
    for (var call : message.toolCalls().orElseThrow()) {
      String id = call.asFunction().id();
      asked.addMessage(ChatCompletionToolMessageParam.builder().toolCallId(id).content("sunny " + id).build());
    }
    var reply = CLIENT.chat().completions().create(asked.build()).choices().getFirst().message();
    same(reply.content().orElseThrow(), "The tool said: sunny call_time" + SUFFIX);
    same(sent("tool-result").get("messages").findValuesAsText("role"), List.of("user", "assistant", "tool", "tool"));
  }

  private static void jsonSchema() throws Exception {
    var params = chat("chat", "json-schema").responseFormat(City.class).build();
    var city = CLIENT.chat().completions().create(params).choices().getFirst().message().content().orElseThrow();
    same(city.city + city.population, "Zürich436000");
    same(sent("json-schema").at("/response_format/json_schema/strict").asBoolean(), true);
    var folded = ChatCompletionAccumulator.create();
    World.all(CLIENT.chat().completions().createStreaming(params)).forEach(folded::accumulate);
    var streamed = folded.chatCompletion(City.class).choices().getFirst().message().content().orElseThrow();
    same(streamed.city + streamed.population, "Zürich436000");
  }

  private static void modelNames() throws Exception {
    for (var name : List.of(entry("org/model:v1.5", "maker/fake:chat-2.5"), entry("wild/gpt-4.1:free", "gpt-4.1:free"))) {
      String what = "names " + name.getKey();
      var reply = CLIENT.chat().completions().create(chat(name.getKey(), what).build());
      same(reply.choices().getFirst().message().content().orElseThrow(), echo(what));
      same(reply.model(), name.getKey());
      same(sent(what).get("model").asText(), name.getValue());
    }
  }

  private static void unknownFieldsIn() throws Exception {
    var unknown = Map.of("list", List.of(1, 2.5, "ü"), "deep", Map.of("yes", true));
    var params = chat("chat", "unknown-in").putAdditionalBodyProperty("x_unknown", JsonValue.from(unknown)).build();
    CLIENT.chat().completions().create(params);
    same(sent("unknown-in").get("x_unknown"), World.JSON.valueToTree(unknown));
    chunks(CLIENT, params);
    same(sent("unknown-in").get("x_unknown"), World.JSON.valueToTree(unknown));
  }

  private static JsonNode extra(Map<String, JsonValue> properties) {
    var value = properties.get("x_provider");
    return value == null ? null : value.convert(JsonNode.class);
  }

  private static void unknownFieldsOut() {
    var reply = CLIENT.chat().completions().create(chat("chat", "unknown-out").build());
    same(extra(reply._additionalProperties()), json(EXTRA));
    var message = reply.choices().getFirst().message()._additionalProperties();
    same(String.valueOf(message.get("x_message")), "kept");
    for (var chunk : chunks(CLIENT, chat("chat", "unknown-out").build())) {
      same(extra(chunk._additionalProperties()), json(EXTRA));
    }
  }

  private static void providerSees() throws Exception {
    var image =
        ChatCompletionContentPartImage.ImageUrl.builder().url("data:image/png;base64,iVBORw0KGgo=").build();
    var parts =
        List.of(
            ChatCompletionContentPart.ofText(
                ChatCompletionContentPartText.builder().text(tag("provider-sees")).build()),
            ChatCompletionContentPart.ofImageUrl(ChatCompletionContentPartImage.builder().imageUrl(image).build()));
    var params =
        ChatCompletionCreateParams.builder().model("chat").addUserMessageOfArrayOfContentParts(parts).temperature(0.3);
    params.putAdditionalBodyProperty("tags", JsonValue.from(List.of("a")));
    params.putAdditionalBodyProperty("num_retries", JsonValue.from(0));
    params.putAdditionalBodyProperty("cache", JsonValue.from(Map.of("no-store", true)));
    chunks(CLIENT, params.build());
    var record = World.recorded("provider-sees", "complete", 2);
    same(record.get("path").asText(), "/v1/chat/completions");
    same(record.at("/headers/authorization").asText(), "Bearer " + World.PROVIDER_KEY);
    that(!record.toString().contains(World.KEY), "the client's key reached the provider");
    var body = sent("provider-sees");
    var names = new ArrayList<String>();
    body.fieldNames().forEachRemaining(names::add);
    same(names.stream().sorted().toList(), List.of("messages", "model", "stream", "stream_options", "temperature"));
    same(body.get("model").asText(), "fake-chat");
    same(body.at("/stream_options/include_usage").asBoolean(), true);
    same(body.at("/messages/0/content/1/image_url/url").asText(), "data:image/png;base64,iVBORw0KGgo=");
  }

  private static void headers() {
    var raw = CLIENT.chat().completions().withRawResponse();
    try (var whole = raw.create(chat("chat", "headers").build())) {
      that(!whole.headers().values("x-litellm-call-id").isEmpty(), "no x-litellm-call-id");
      same(whole.headers().values("x-litellm-model-id"), List.of("id-chat"));
      var cost = new BigDecimal(whole.headers().values("x-litellm-response-cost").getFirst());
      that(cost.compareTo(COST) == 0, "x-litellm-response-cost " + cost);
      same(whole.parse().choices().getFirst().message().content().orElseThrow(), echo("headers"));
    }
    try (var streamed = raw.createStreaming(chat("chat", "headers").build())) {
      that(!streamed.headers().values("x-litellm-call-id").isEmpty(), "no x-litellm-call-id on a stream");
      same(text(World.all(streamed.parse())), echo("headers"));
    }
    var error = Check.raises(InternalServerException.class, () -> World.said(World.once(), "status-500", "headers"));
    that(!error.headers().values("x-litellm-call-id").isEmpty(), "no x-litellm-call-id on an error");
  }

  private static void environment() {
    same(World.said(OpenAIOkHttpClient.fromEnv(), "chat", "environment"), echo("environment"));
  }

  private static void baseUrls() {
    for (String end : List.of("", "/", "/v1", "/v1/")) {
      OpenAIClient other = World.client(World.KEY, World.GATEWAY + end);
      same(World.said(other, "chat", "base" + end), echo("base" + end));
      same(text(chunks(other, chat("chat", "base" + end).build())), echo("base" + end));
      same(OperationCases.vectors(other, "base" + end, null).size(), 2);
      same(OperationCases.respond(other, "base" + end), echo("base" + end));
    }
  }

  private static void parallel() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls = IntStream.range(0, 16).mapToObj(ChatCases::oneOfMany).toList();
      for (var answer : threads.invokeAll(calls)) {
        same(answer.get(), true);
      }
    }
  }

  private static Callable<Boolean> oneOfMany(int number) {
    String what = "parallel-%02d".formatted(number);
    return () -> {
      String got =
          number % 2 == 0 ? text(chunks(CLIENT, chat("chat", what).build())) : World.said(CLIENT, "chat", what);
      return got.equals(echo(what));
    };
  }
}
