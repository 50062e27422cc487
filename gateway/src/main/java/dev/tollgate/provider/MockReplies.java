package dev.tollgate.provider;

import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.provider.Upstream.Order;
import dev.tollgate.wire.TokenCounter;
import dev.tollgate.wire.openai.RequestReader;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The bytes that {@link MockUpstream} plays: replies in OpenAI's form, whole and as events. */
final class MockReplies {
  /** LiteLLM cuts a mock stream into pieces of this many characters. */
  private static final int PIECE_CHARS = 3;

  private static final int MOCK_INPUT_TOKENS = 10;
  private static final int MOCK_OUTPUT_TOKENS = 20;
  private static final int CREATED = 1_700_000_000;
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private final Order order;
  private final JsonNode asked;
  private final String id;
  private final String text;

  private MockReplies(Order order) {
    this.order = order;
    this.asked = JSON.readTree(order.body());
    this.id = UUID.randomUUID().toString();
    String mock = order.deployment().mockResponse();
    this.text = mock == null ? "echo: " + lastWords(asked) : mock;
  }

  static String whole(Order order) {
    return new MockReplies(order).whole();
  }

  static List<String> events(Order order) {
    MockReplies replies = new MockReplies(order);
    return order.operation() == Operation.RESPONSES ? replies.responseEvents() : replies.chunks();
  }

  /** Counts a body's tokens, for models whose provider does not; takes milliseconds. */
  static String count(Order order) {
    Request request = RequestReader.read(order.operation(), order.body());
    long tokens = TokenCounter.prompt(request);
    ObjectNode reply = JSON.createObjectNode();
    if (order.operation() == Operation.GEMINI_COUNT) {
      reply.put("totalTokens", tokens).putArray("promptTokensDetails");
      return JSON.writeValueAsString(reply);
    }
    if (order.operation() == Operation.RESPONSE_INPUT_TOKENS) {
      reply.put("object", "response.input_tokens");
    }
    reply.put("input_tokens", tokens).put("litellm_count_source", "local_estimate");
    return JSON.writeValueAsString(reply);
  }

  private String whole() {
    ObjectNode reply = JSON.createObjectNode();
    switch (order.operation()) {
      case CHAT -> {
        head(reply, "chatcmpl-", "chat.completion");
        ObjectNode choice = reply.putArray("choices").addObject();
        choice.put("index", 0).putObject("message").put("role", "assistant").put("content", text);
        choice.put("finish_reason", "stop");
        reply.set("usage", usage("prompt_tokens", "completion_tokens"));
      }
      case COMPLETION -> {
        head(reply, "cmpl-", "text_completion");
        reply
            .putArray("choices")
            .addObject()
            .put("index", 0)
            .put("text", text)
            .put("finish_reason", "stop");
        reply.set("usage", usage("prompt_tokens", "completion_tokens"));
      }
      case EMBEDDING -> embedding(reply);
      case RESPONSES -> response(reply, "completed");
      case MESSAGES,
          RESPONSE_COMPACT,
          RESPONSE_INPUT_TOKENS,
          RESPONSE_READ,
          RESPONSE_DELETE,
          RESPONSE_CANCEL,
          RESPONSE_INPUT_ITEMS,
          PASS_THROUGH,
          PASS_THROUGH_FREE,
          PASS_THROUGH_SOCKET,
          COUNT_TOKENS,
          GENERATE_CONTENT,
          CONVERSE,
          INVOKE,
          COHERE_CHAT,
          OLLAMA_CHAT,
          OLLAMA_GENERATE,
          COHERE_EMBED,
          OLLAMA_EMBED,
          GEMINI_EMBED,
          GEMINI_EMBED_ONE,
          GEMINI_COUNT,
          BEDROCK_EMBED,
          RERANK,
          MODERATION,
          IMAGE_GENERATION,
          IMAGE_EDIT,
          IMAGE_VARIATION,
          SPEECH,
          TRANSCRIPTION,
          TRANSLATION ->
          throw new IllegalStateException("a mock speaks OpenAI's dialects only");
    }
    return JSON.writeValueAsString(reply);
  }

  private void head(ObjectNode reply, String prefix, String object) {
    reply.put("id", prefix + id).put("object", object).put("created", CREATED);
    reply.put("model", order.deployment().model());
  }

  private void embedding(ObjectNode reply) {
    reply.put("object", "list").put("model", order.deployment().model());
    ArrayNode data = reply.putArray("data");
    JsonNode input = asked.path("input");
    int inputs = input.isArray() && !input.isEmpty() && !input.get(0).isNumber() ? input.size() : 1;
    for (int i = 0; i < inputs; i++) {
      ObjectNode entry = data.addObject().put("object", "embedding").put("index", i);
      entry.set("embedding", vector());
    }
    reply
        .putObject("usage")
        .put("prompt_tokens", MOCK_INPUT_TOKENS)
        .put("total_tokens", MOCK_INPUT_TOKENS);
  }

  private JsonNode vector() {
    if (text.startsWith("[")) {
      return JSON.readTree(text);
    }
    ArrayNode vector = JSON.createArrayNode();
    for (int i = 0; i < 8; i++) {
      vector.add((text.hashCode() >> i & 0xff) / 256.0);
    }
    return vector;
  }

  private ObjectNode response(ObjectNode reply, String status) {
    reply.put("id", "resp_" + id).put("object", "response").put("created_at", CREATED);
    reply.put("status", status).put("model", order.deployment().model());
    ArrayNode output = reply.putArray("output");
    if (status.equals("completed")) {
      ObjectNode message = output.addObject();
      message.put("type", "message").put("id", "msg_" + id).put("status", "completed");
      message.put("role", "assistant");
      ObjectNode part = message.putArray("content").addObject();
      part.put("type", "output_text").put("text", text).putArray("annotations");
      ObjectNode usage = usage("input_tokens", "output_tokens");
      usage.putObject("input_tokens_details").put("cached_tokens", 0);
      usage.putObject("output_tokens_details").put("reasoning_tokens", 0);
      reply.set("usage", usage);
    }
    return reply;
  }

  private ObjectNode usage(String input, String output) {
    boolean echo = order.deployment().mockResponse() == null;
    int inputTokens = echo ? Math.max(1, order.body().length / 4) : MOCK_INPUT_TOKENS;
    int outputTokens = echo ? Math.max(1, text.length() / 4) : MOCK_OUTPUT_TOKENS;
    return JSON.createObjectNode()
        .put(input, inputTokens)
        .put(output, outputTokens)
        .put("total_tokens", inputTokens + outputTokens);
  }

  private List<String> chunks() {
    List<String> events = new ArrayList<>();
    List<String> pieces = pieces();
    for (int i = 0; i < pieces.size(); i++) {
      ObjectNode chunk = chunk();
      ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
      if (order.operation() == Operation.CHAT) {
        ObjectNode delta = choice.putObject("delta");
        if (i == 0) {
          delta.put("role", "assistant");
        }
        delta.put("content", pieces.get(i));
        choice.putNull("finish_reason");
      } else {
        choice.put("text", pieces.get(i)).putNull("finish_reason");
      }
      events.add(data(chunk));
    }
    ObjectNode last = chunk();
    ObjectNode choice = last.putArray("choices").addObject().put("index", 0);
    if (order.operation() == Operation.CHAT) {
      choice.putObject("delta");
    } else {
      choice.put("text", "");
    }
    choice.put("finish_reason", "stop");
    events.add(data(last));
    ObjectNode counted = chunk();
    counted.putArray("choices");
    counted.set("usage", usage("prompt_tokens", "completion_tokens"));
    events.add(data(counted));
    events.add("data: [DONE]\n\n");
    return events;
  }

  private ObjectNode chunk() {
    ObjectNode chunk = JSON.createObjectNode();
    boolean chat = order.operation() == Operation.CHAT;
    head(chunk, chat ? "chatcmpl-" : "cmpl-", chat ? "chat.completion.chunk" : "text_completion");
    return chunk;
  }

  private List<String> responseEvents() {
    List<String> events = new ArrayList<>();
    for (String type : List.of("response.created", "response.in_progress")) {
      ObjectNode event = event(type, events.size());
      event.set("response", response(JSON.createObjectNode(), "in_progress"));
      events.add(named(event));
    }
    for (String piece : pieces()) {
      ObjectNode event = event("response.output_text.delta", events.size());
      event.put("item_id", "msg_" + id).put("output_index", 0).put("content_index", 0);
      events.add(named(event.put("delta", piece)));
    }
    ObjectNode done = event("response.output_text.done", events.size());
    done.put("item_id", "msg_" + id).put("output_index", 0).put("content_index", 0);
    events.add(named(done.put("text", text)));
    ObjectNode completed = event("response.completed", events.size());
    completed.set("response", response(JSON.createObjectNode(), "completed"));
    events.add(named(completed));
    return events;
  }

  private static ObjectNode event(String type, int number) {
    return JSON.createObjectNode().put("type", type).put("sequence_number", number);
  }

  private static String named(ObjectNode event) {
    return "event: " + event.get("type").stringValue() + "\n" + data(event);
  }

  private static String data(ObjectNode event) {
    return "data: " + JSON.writeValueAsString(event) + "\n\n";
  }

  private List<String> pieces() {
    List<String> pieces = new ArrayList<>();
    int from = 0;
    while (from < text.length()) {
      int to =
          text.offsetByCodePoints(
              from, Math.min(PIECE_CHARS, text.codePointCount(from, text.length())));
      pieces.add(text.substring(from, to));
      from = to;
    }
    return pieces;
  }

  /** What the caller said last: of messages, of {@code prompt} or of {@code input}. */
  private static String lastWords(JsonNode asked) {
    JsonNode last = asked.has("messages") ? asked.path("messages") : asked.path("input");
    if (last.isMissingNode()) {
      last = asked.path("prompt");
    }
    if (last.isArray() && !last.isEmpty()) {
      last = last.get(last.size() - 1);
    }
    JsonNode content = last.isObject() ? last.path("content") : last;
    if (content.isArray() && !content.isEmpty()) {
      content = content.get(content.size() - 1).path("text");
    }
    return content.isString() ? content.stringValue() : "";
  }
}
