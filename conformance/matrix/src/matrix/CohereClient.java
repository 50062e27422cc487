package matrix;

import static matrix.Json.arr;
import static matrix.Json.obj;

import com.cohere.api.core.ObjectMappers;
import com.cohere.api.resources.v2.types.V2ChatResponse;
import com.cohere.api.resources.v2.types.V2ChatStreamResponse;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Cohere's v2 chat, judged by cohere-java. */
final class CohereClient implements Client {
  @Override
  public String name() {
    return "cohere";
  }

  @Override
  public Map<Can, String> lacks() {
    return Map.ofEntries(
        Map.entry(Can.PDF, "Cohere reads no files"),
        Map.entry(Can.FAILED_RESULT, "a tool message has no mark of failure"),
        Map.entry(Can.SIGNATURE, "its thoughts are not signed"),
        Map.entry(Can.REDACTED, "it has no sealed thoughts"),
        Map.entry(Can.CHOICE_NAMED, "tool_choice is REQUIRED or NONE"),
        Map.entry(Can.PARALLEL_OFF, "it has no such setting"),
        Map.entry(Can.END_USER, "it has no such setting"),
        Map.entry(Can.REFUSAL_TEXT, "a refusal's words are text"),
        Map.entry(Can.CACHE_WRITE, "its usage does not count them"),
        Map.entry(Can.REASONING_TOKENS, "thoughts are counted as output"));
  }

  @Override
  public String path(String model, boolean stream) {
    return "/v2/chat";
  }

  @Override
  public ObjectNode body(Talk.Ask ask, String model, boolean stream) {
    ObjectNode body = obj("model", model, "stream", stream);
    List<JsonNode> messages = new ArrayList<>();
    ask.turns().forEach(turn -> add(messages, turn, null));
    List<JsonNode> tools = new ArrayList<>();
    ask.tools().forEach(tool -> tools.add(obj("type", "function", "function",
        obj("name", tool.name(), "description", tool.description(), "parameters", tool.schema()))));
    Talk.Format format = ask.format();
    body.setAll(obj("messages", arr(messages), "tools", tools.isEmpty() ? null : arr(tools),
        "tool_choice", "required".equals(ask.choice()) ? "REQUIRED" : "none".equals(ask.choice()) ? "NONE" : null,
        "response_format", format == null ? null : obj("type", "json_object", "json_schema", format.schema()),
        "thinking", ask.thinking() ? obj("type", "enabled") : null, "stop_sequences", ask.stop().isEmpty() ? null : arr(ask.stop())));
    ask.numbers().forEach((name, value) -> body.set(name.equals("top_p") ? "p" : name.equals("top_k") ? "k" : name, value));
    return body;
  }

  private static void add(List<JsonNode> messages, Talk.Turn turn, List<Talk.Call> calls) {
    List<JsonNode> content = new ArrayList<>();
    List<JsonNode> made = new ArrayList<>();
    int index = 0;
    for (Talk.Piece piece : turn.pieces()) {
      switch (piece) {
        case Talk.Text text -> content.add(obj("type", "text", "text", text.text()));
        case Talk.Image image -> content.add(obj("type", "image_url", "image_url", obj("url", ChatClient.url(image))));
        case Talk.Pdf _ -> { }
        case Talk.Call call -> made.add(obj("id", call.id(), "type", "function",
            "function", obj("name", call.name(), "arguments", call.arguments().toString())));
        case Talk.Result result -> messages.add(obj("role", "tool", "tool_call_id", calls == null ? result.callId() : calls.get(index++).id(),
            "content", arr(result.texts().stream().map(text -> obj("type", "text", "text", text)).toList())));
        default -> throw new IllegalStateException("not in a history: " + piece);
      }
    }
    if (!turn.role().equals("tool")) {
      Object said = content.size() == 1 && content.getFirst().has("text") ? content.getFirst().get("text") : content.isEmpty() ? null : arr(content);
      messages.add(obj("role", turn.role(), "content", said, "tool_calls", made.isEmpty() ? null : arr(made)));
    }
  }

  @Override
  public void goOn(ObjectNode body, JsonNode echo, List<Talk.Call> calls, List<Talk.Turn> next) {
    List<JsonNode> more = new ArrayList<>(List.of(echo));
    next.forEach(turn -> add(more, turn, calls));
    ((ArrayNode) body.get("messages")).addAll(more);
  }

  private static <T> T parse(JsonNode json, Class<T> type) {
    try {
      return ObjectMappers.JSON_MAPPER.readValue(json.toString(), type);
    } catch (JsonProcessingException e) {
      throw new Wrong("cohere-java: " + e.getOriginalMessage());
    }
  }

  @Override
  public Said whole(Answer answer) {
    V2ChatResponse response = parse(Json.read(answer.body()), V2ChatResponse.class);
    JsonNode known = ObjectMappers.JSON_MAPPER.valueToTree(response);
    response.getMessage().getContent().orElse(List.of()).forEach(item -> {
      if (item._isUnknown()) {
        throw new Wrong("cohere-java knows no such content: " + item);
      }
    });
    return said(known.path("id").asText(), known.path("message"), known.path("finish_reason").asText(), known.path("usage"));
  }

  @Override
  public Said stream(Answer answer) {
    TreeMap<Integer, ObjectNode> content = new TreeMap<>();
    TreeMap<Integer, ObjectNode> calls = new TreeMap<>();
    StringBuilder plan = new StringBuilder();
    String id = "";
    JsonNode end = null;
    for (Sse.Event event : Sse.read(answer.body())) {
      if (event.data().equals("[DONE]")) {
        continue;
      }
      JsonNode json = Json.read(event.data());
      if (end != null) {
        throw new Wrong("an event behind message-end: " + Json.brief(event.data()));
      }
      if (event.name() != null && !event.name().equals(json.path("type").asText())) {
        throw new Wrong("event " + event.name() + " has type " + json.path("type"));
      }
      V2ChatStreamResponse parsed = parse(json, V2ChatStreamResponse.class);
      if (parsed._isUnknown()) {
        throw new Wrong("cohere-java knows no such event: " + Json.brief(event.data()));
      }
      JsonNode message = json.path("delta").path("message");
      int index = json.path("index").asInt(-1);
      switch (json.path("type").asText()) {
        case "message-start" -> id = Json.text(json, "id");
        case "content-start" -> begin(content, index, message.path("content"));
        case "content-delta" -> {
          grow(content, index, message.path("content"), "text");
          grow(content, index, message.path("content"), "thinking");
        }
        case "tool-plan-delta" -> plan.append(message.path("tool_plan").asText());
        case "tool-call-start" -> begin(calls, index, message.path("tool_calls"));
        case "tool-call-delta" -> {
          ObjectNode function = (ObjectNode) calls.get(index).get("function");
          function.put("arguments", function.path("arguments").asText() + message.path("tool_calls").path("function").path("arguments").asText());
        }
        case "message-end" -> end = json.path("delta");
        default -> { }
      }
    }
    if (end == null) {
      throw new Wrong("the stream ends without message-end");
    }
    ObjectNode message = obj("role", "assistant", "content", content.isEmpty() ? null : arr(List.copyOf(content.values())),
        "tool_calls", calls.isEmpty() ? null : arr(List.copyOf(calls.values())), "tool_plan", plan.isEmpty() ? null : plan.toString());
    return said(id, message, end.path("finish_reason").asText(), end.path("usage"));
  }

  private static void begin(TreeMap<Integer, ObjectNode> open, int index, JsonNode head) {
    if (index < 0 || open.put(index, head.deepCopy()) != null) {
      throw new Wrong("index " + index + " starts twice or is none");
    }
  }

  private static void grow(TreeMap<Integer, ObjectNode> open, int index, JsonNode delta, String member) {
    if (delta.has(member)) {
      ObjectNode item = open.get(index);
      if (item == null) {
        throw new Wrong("a delta for index " + index + ", which did not start");
      }
      item.put(member, item.path(member).asText("") + delta.get(member).asText());
    }
  }

  private static Said said(String id, JsonNode message, String finish, JsonNode usage) {
    StringBuilder text = new StringBuilder(message.path("tool_plan").asText(""));
    StringBuilder thought = new StringBuilder();
    for (JsonNode item : message.path("content")) {
      text.append(item.path("text").asText(""));
      thought.append(item.path("thinking").asText(""));
    }
    List<Talk.Call> calls = new ArrayList<>();
    for (JsonNode call : message.path("tool_calls")) {
      calls.add(new Talk.Call(call.path("id").asText(), call.path("function").path("name").asText(),
          Json.read(call.path("function").path("arguments").asText())));
    }
    return new Said(id, text.toString(), thought.toString(), "", calls, finish,
        new Talk.Usage(usage.path("tokens").path("input_tokens").asLong(), usage.path("cached_tokens").asLong(0), -1,
            usage.path("tokens").path("output_tokens").asLong(), -1), message);
  }

  @Override
  public String trouble(Answer answer) {
    return Json.text(Json.read(answer.body()), "message");
  }

  @Override
  public String troubleInStream(Answer answer) {
    String message = null;
    for (Sse.Event event : Sse.read(answer.body())) {
      if (event.data().startsWith("{")) {
        JsonNode json = Json.read(event.data());
        if (parse(json, V2ChatStreamResponse.class)._isUnknown()) {
          throw new Wrong("cohere-java knows no such event: " + Json.brief(event.data()));
        }
        JsonNode delta = json.path("delta");
        message = delta.path("finish_reason").asText().equals("ERROR") ? delta.path("error").asText("") : null;
      }
    }
    return message;
  }

  @Override
  public Set<String> finishes(Talk.End end) {
    return switch (end) {
      case STOP -> Set.of("COMPLETE");
      case STOP_SEQUENCE -> Set.of("STOP_SEQUENCE", "COMPLETE");
      case LENGTH -> Set.of("MAX_TOKENS");
      case TOOLS -> Set.of("TOOL_CALL");
      case FILTER, REFUSAL -> Set.of("COMPLETE", "ERROR");
    };
  }
}
