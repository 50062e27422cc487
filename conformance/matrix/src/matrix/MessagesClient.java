package matrix;

import static matrix.Json.arr;
import static matrix.Json.obj;

import com.anthropic.core.ObjectMappers;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Anthropic's Messages, judged by anthropic-java. */
final class MessagesClient implements Client {
  private static final JsonMapper SDK = ObjectMappers.jsonMapper();

  @Override
  public String name() {
    return "messages";
  }

  @Override
  public Map<Can, String> lacks() {
    return Map.of(
        Can.SEED, "Messages have no seed",
        Can.PENALTIES, "Messages have no penalties",
        Can.JSON_OBJECT, "Messages have no JSON mode without a schema",
        Can.REFUSAL_TEXT, "a refusal's words are text",
        Can.REASONING_TOKENS, "thoughts are counted as output");
  }

  @Override
  public String path(String model, boolean stream) {
    return "/v1/messages";
  }

  @Override
  public ObjectNode body(Talk.Ask ask, String model, boolean stream) {
    List<JsonNode> system = new ArrayList<>();
    List<JsonNode> messages = new ArrayList<>();
    for (Talk.Turn turn : ask.turns()) {
      if (turn.role().equals("system")) {
        system.add(obj("type", "text", "text", ((Talk.Text) turn.pieces().getFirst()).text()));
      } else {
        add(messages, turn, null);
      }
    }
    List<JsonNode> tools = new ArrayList<>();
    ask.tools().forEach(tool -> tools.add(obj("name", tool.name(), "description", tool.description(), "input_schema", tool.schema())));
    Talk.Format format = ask.format();
    ObjectNode body = obj("model", model, "max_tokens", 4096, "system", system.isEmpty() ? null : arr(system), "messages", arr(messages),
        "tools", tools.isEmpty() ? null : arr(tools), "tool_choice", choice(ask), "stop_sequences", ask.stop().isEmpty() ? null : arr(ask.stop()),
        "thinking", ask.thinking() ? obj("type", "enabled", "budget_tokens", 2048) : null,
        "metadata", ask.endUser() == null ? null : obj("user_id", ask.endUser()),
        "output_config", format == null || format.schema() == null ? null : obj("format", obj("type", "json_schema", "schema", format.schema())),
        "stream", stream ? true : null);
    ask.numbers().forEach((name, value) -> {
      if (Set.of("max_tokens", "temperature", "top_p", "top_k").contains(name)) {
        body.set(name, value);
      }
    });
    return body;
  }

  private static JsonNode choice(Talk.Ask ask) {
    if (ask.choice() == null) {
      return ask.oneCallAtMost() ? obj("type", "auto", "disable_parallel_tool_use", true) : null;
    }
    return switch (ask.choice()) {
      case "none" -> obj("type", "none");
      case "required" -> obj("type", "any");
      default -> obj("type", "tool", "name", ask.choice());
    };
  }

  private static void add(List<JsonNode> messages, Talk.Turn turn, List<Talk.Call> calls) {
    List<JsonNode> blocks = new ArrayList<>();
    int index = 0;
    for (Talk.Piece piece : turn.pieces()) {
      blocks.add(switch (piece) {
        case Talk.Text text -> obj("type", "text", "text", text.text());
        case Talk.Image image -> obj("type", "image", "source", image.url() != null ? obj("type", "url", "url", image.url())
            : obj("type", "base64", "media_type", image.mediaType(), "data", image.base64()));
        case Talk.Pdf pdf -> obj("type", "document", "title", pdf.name(), "source",
            obj("type", "base64", "media_type", "application/pdf", "data", pdf.base64()));
        case Talk.Call call -> obj("type", "tool_use", "id", call.id(), "name", call.name(), "input", call.arguments());
        case Talk.Result result -> obj("type", "tool_result", "tool_use_id", calls == null ? result.callId() : calls.get(index++).id(),
            "content", arr(result.texts().stream().map(text -> obj("type", "text", "text", text)).toList()), "is_error", result.failed() ? true : null);
        default -> throw new IllegalStateException("not in a history: " + piece);
      });
    }
    JsonNode last = messages.isEmpty() ? null : messages.getLast();
    String role = turn.role().equals("assistant") ? "assistant" : "user";
    if (last != null && last.get("role").asText().equals(role)) {
      ((ArrayNode) last.get("content")).addAll(blocks);
    } else {
      messages.add(obj("role", role, "content", arr(blocks)));
    }
  }

  @Override
  public void goOn(ObjectNode body, JsonNode echo, List<Talk.Call> calls, List<Talk.Turn> next) {
    List<JsonNode> more = new ArrayList<>(List.of(obj("role", "assistant", "content", echo)));
    next.forEach(turn -> add(more, turn, calls));
    ((ArrayNode) body.get("messages")).addAll(more);
  }

  @Override
  public Said whole(Answer answer) {
    return said(SDK.valueToTree(parse(Json.read(answer.body()), Message.class).validate()));
  }

  private static <T> T parse(JsonNode json, Class<T> type) {
    try {
      return SDK.readValue(json.toString(), type);
    } catch (JsonProcessingException e) {
      throw new Wrong("anthropic-java: " + e.getOriginalMessage());
    }
  }

  @Override
  public Said stream(Answer answer) {
    MessageAccumulator accumulator = MessageAccumulator.create();
    long open = -1;
    long blocks = 0;
    boolean over = false;
    for (Sse.Event event : Sse.read(answer.body())) {
      JsonNode json = Json.read(event.data());
      if (!json.path("type").asText().equals(event.name())) {
        throw new Wrong("event " + event.name() + " has type " + json.path("type"));
      }
      switch (event.name()) {
        case "ping" -> {
          continue;
        }
        case "content_block_start" -> {
          if (open >= 0 || json.path("index").asLong() != blocks) {
            throw new Wrong("block " + json.path("index") + " starts; open is " + open + ", begun are " + blocks);
          }
          open = blocks++;
        }
        case "content_block_delta", "content_block_stop" -> {
          if (json.path("index").asLong() != open) {
            throw new Wrong("an event of block " + json.path("index") + "; open is " + open);
          }
          open = event.name().endsWith("stop") ? -1 : open;
        }
        case "message_stop" -> over = true;
        case "error" -> throw new Wrong("an error in the stream: " + Json.brief(event.data()));
        default -> { }
      }
      accumulator.accumulate(parse(json, RawMessageStreamEvent.class).validate());
    }
    if (!over) {
      throw new Wrong("the stream ends without message_stop");
    }
    return said(SDK.valueToTree(accumulator.message().validate()));
  }

  private static Said said(JsonNode message) {
    StringBuilder text = new StringBuilder();
    StringBuilder thought = new StringBuilder();
    List<Talk.Call> calls = new ArrayList<>();
    for (JsonNode block : message.path("content")) {
      switch (block.path("type").asText()) {
        case "text" -> text.append(block.path("text").asText());
        case "thinking" -> thought.append(block.path("thinking").asText());
        case "redacted_thinking" -> { }
        case "tool_use" -> calls.add(new Talk.Call(block.path("id").asText(), block.path("name").asText(), block.path("input")));
        default -> throw new Wrong("a block that nobody made: " + Json.brief(block.toString()));
      }
    }
    JsonNode usage = message.path("usage");
    long cached = usage.path("cache_read_input_tokens").asLong();
    long written = usage.path("cache_creation_input_tokens").asLong();
    return new Said(message.path("id").asText(), text.toString(), thought.toString(), "", calls, message.path("stop_reason").asText(),
        new Talk.Usage(usage.path("input_tokens").asLong() + cached + written, cached, written, usage.path("output_tokens").asLong(), -1),
        message.path("content"));
  }

  @Override
  public String trouble(Answer answer) {
    return error(Json.read(answer.body()));
  }

  private static String error(JsonNode json) {
    if (!json.path("type").asText().equals("error") || !Set.of("invalid_request_error", "authentication_error", "billing_error",
        "permission_error", "not_found_error", "request_too_large", "rate_limit_error", "timeout_error", "api_error", "overloaded_error")
        .contains(json.path("error").path("type").asText())) {
      throw new Wrong("no Anthropic error: " + Json.brief(json.toString()));
    }
    return Json.text(json.get("error"), "message");
  }

  @Override
  public String troubleInStream(Answer answer) {
    String message = null;
    for (Sse.Event event : Sse.read(answer.body())) {
      if (message != null) {
        throw new Wrong("an event behind the error: " + event.data());
      }
      message = "error".equals(event.name()) ? error(Json.read(event.data())) : null;
    }
    return message;
  }

  @Override
  public Set<String> finishes(Talk.End end) {
    return switch (end) {
      case STOP -> Set.of("end_turn");
      case STOP_SEQUENCE -> Set.of("stop_sequence");
      case LENGTH -> Set.of("max_tokens");
      case TOOLS -> Set.of("tool_use");
      case FILTER, REFUSAL -> Set.of("refusal");
    };
  }
}
