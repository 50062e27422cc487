package conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The gateway's address and keys, prompts with tags, and questions to the fake provider. */
final class World {
  static final String GATEWAY = System.getenv("GATEWAY_URL");
  static final String KEY = System.getenv("GATEWAY_KEY");
  static final String PROVIDER_KEY = System.getenv("PROVIDER_KEY");
  static final String SUFFIX = " \u00fc\ud83c\udf0d"; // what the provider puts after each echo
  static final int ABORT_SECONDS_MAX = 2;

  static final ObjectMapper JSON = new ObjectMapper();
  static final OpenAIClient CLIENT = client(KEY, GATEWAY + "/v1");

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private World() {}

  static OpenAIClient client(String key, String baseUrl) {
    return OpenAIOkHttpClient.builder().apiKey(key).baseUrl(baseUrl).build();
  }

  /** A client that does not try again. */
  static OpenAIClient once() {
    return once(KEY);
  }

  static OpenAIClient once(String key) {
    return OpenAIOkHttpClient.builder().apiKey(key).baseUrl(GATEWAY + "/v1").maxRetries(0).build();
  }

  static String limitedKey(String variable) {
    String key = System.getenv(variable);
    return key == null ? "sk-no-admin-key-was-given" : key;
  }

  /** A prompt which no other client or case sends. */
  static String tag(String what) {
    return System.getenv("CLIENT_NAME") + ":" + what;
  }

  static String echo(String what) {
    return "Echo: " + tag(what) + SUFFIX;
  }

  static ChatCompletionCreateParams.Builder chat(String model, String what) {
    return ChatCompletionCreateParams.builder().model(model).addUserMessage(tag(what));
  }

  /** The text of the whole reply. */
  static String said(OpenAIClient client, String model, String what) {
    var reply = client.chat().completions().create(chat(model, what).build());
    return reply.choices().getFirst().message().content().orElseThrow();
  }

  static List<ChatCompletionChunk> chunks(OpenAIClient client, ChatCompletionCreateParams params) {
    return all(client.chat().completions().createStreaming(params));
  }

  static <T> List<T> all(StreamResponse<T> response) {
    try (response) {
      return response.stream().toList();
    }
  }

  static String text(List<ChatCompletionChunk> chunks) {
    var text = new StringBuilder();
    chunks.stream()
        .flatMap(chunk -> chunk.choices().stream())
        .forEach(choice -> choice.delta().content().ifPresent(text::append));
    return text.toString();
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (java.io.IOException notJson) {
      throw new AssertionError("no JSON: " + text, notJson);
    }
  }

  /** The provider's newest record of the request tagged so, once it is in the state. */
  static JsonNode recorded(String what, String state, int waitSeconds) throws Exception {
    String query =
        "contains=" + URLEncoder.encode(tag(what), StandardCharsets.UTF_8) + "&state=" + state + "&wait=" + waitSeconds;
    var request = HttpRequest.newBuilder(URI.create(System.getenv("PROVIDER_URL") + "/recorded?" + query)).build();
    var records = json(HTTP.send(request, BodyHandlers.ofString()).body());
    Check.that(!records.isEmpty(), "the provider saw no request tagged " + tag(what));
    var last = records.get(records.size() - 1);
    Check.that(
        last.get("state").asText().equals(state),
        "after " + waitSeconds + " s the provider's call is still " + last.get("state") + ", expected " + state);
    return last;
  }

  /** The body of the newest complete request tagged so. */
  static JsonNode sent(String what) throws Exception {
    return json(recorded(what, "complete", 2).get("body").asText());
  }
}
