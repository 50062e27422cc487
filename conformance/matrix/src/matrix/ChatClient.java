package matrix;

import static matrix.Json.arr;
import static matrix.Json.obj;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.openai.core.ObjectMappers;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.ErrorObject;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** OpenAI's chat completions, judged by openai-java. */
final class ChatClient implements Client {
  private static final JsonMapper SDK = ObjectMappers.jsonMapper();

  @Override
  public String name() {
    return "chat";
  }

  @Override
  public Map<Can, String> lacks() {
    return Map.of(
        Can.FAILED_RESULT, "a tool message has no mark of failure",
        Can.TOP_K, "OpenAI has no top_k",
        Can.CACHE_WRITE, "OpenAI's usage did not count them; they are within prompt_tokens");
  }

  @Override
  public String path(String model, boolean stream) {
    return "/v1/chat/completions";
  }

  @Override
  public ObjectNode body(Talk.Ask ask, String model, boolean stream) {
    List<JsonNode> messages = new ArrayList<>();
    ask.turns().forEach(turn -> add(messages, turn, null));
    List<JsonNode> tools = new ArrayList<>();
    ask.tools().forEach(tool -> tools.add(obj("type", "function", "function",
        obj("name", tool.name(), "description", tool.description(), "parameters", tool.schema()))));
    Object choice = ask.choice() == null || Set.of("none", "required").contains(ask.choice()) ? ask.choice()
        : obj("type", "function", "function", obj("name", ask.choice()));
    ObjectNode body = obj("model", model, "messages", arr(messages), "tools", tools.isEmpty() ? null : arr(tools),
        "tool_choice", choice, "parallel_tool_calls", ask.oneCallAtMost() ? false : null, "response_format", format(ask.format()),
        "reasoning_effort", ask.thinking() ? "low" : null, "stop", ask.stop().isEmpty() ? null : arr(ask.stop()),
        "user", ask.endUser(), "stream", stream ? true : null, "stream_options", stream ? obj("include_usage", true) : null);
    ask.numbers().forEach((name, value) -> {
      if (!name.equals("top_k")) {
        body.set(name, value);
      }
    });
    return body;
  }

  private static JsonNode format(Talk.Format format) {
    return format == null ? null : format.schema() == null ? obj("type", "json_object")
        : obj("type", "json_schema", "json_schema", obj("name", format.name(), "schema", format.schema(), "strict", true));
  }

  private static void add(List<JsonNode> messages, Talk.Turn turn, List<Talk.Call> calls) {
    switch (turn.role()) {
      case "tool" -> {
        int index = 0;
        for (Talk.Piece piece : turn.pieces()) {
          Talk.Result result = (Talk.Result) piece;
          String id = calls == null ? result.callId() : calls.get(index++).id();
          JsonNode content = result.texts().size() == 1 ? Json.MAPPER.valueToTree(result.texts().getFirst())
              : arr(result.texts().stream().map(text -> obj("type", "text", "text", text)).toList());
          messages.add(obj("role", "tool", "tool_call_id", id, "content", content));
        }
      }
      case "assistant" -> {
        StringBuilder text = new StringBuilder();
        List<JsonNode> made = new ArrayList<>();
        for (Talk.Piece piece : turn.pieces()) {
          if (piece instanceof Talk.Text said) {
            text.append(said.text());
          } else if (piece instanceof Talk.Call call) {
            made.add(obj("id", call.id(), "type", "function", "function", obj("name", call.name(), "arguments", call.arguments().toString())));
          }
        }
        messages.add(obj("role", "assistant", "content", text.isEmpty() ? Json.MAPPER.nullNode() : text.toString(),
            "tool_calls", made.isEmpty() ? null : arr(made)));
      }
      default -> {
        if (turn.pieces().size() == 1 && turn.pieces().getFirst() instanceof Talk.Text text) {
          messages.add(obj("role", turn.role(), "content", text.text()));
        } else {
          messages.add(obj("role", turn.role(), "content", arr(turn.pieces().stream().map(ChatClient::part).toList())));
        }
      }
    }
  }

  private static JsonNode part(Talk.Piece piece) {
    return switch (piece) {
      case Talk.Text text -> obj("type", "text", "text", text.text());
      case Talk.Image image -> obj("type", "image_url", "image_url", obj("url", url(image)));
      case Talk.Pdf pdf -> obj("type", "file", "file", obj("filename", pdf.name(), "file_data", "data:application/pdf;base64," + pdf.base64()));
      default -> throw new IllegalStateException("no part of a user's: " + piece);
    };
  }

  static String url(Talk.Image image) {
    return image.url() != null ? image.url() : "data:" + image.mediaType() + ";base64," + image.base64();
  }

  @Override
  public void goOn(ObjectNode body, JsonNode echo, List<Talk.Call> calls, List<Talk.Turn> next) {
    List<JsonNode> more = new ArrayList<>(List.of(echo));
    next.forEach(turn -> add(more, turn, calls));
    ((ArrayNode) body.get("messages")).addAll(more);
  }

  @Override
  public Said whole(Answer answer) {
    ChatCompletion completion = parse(Json.read(answer.body()), ChatCompletion.class).validate();
    return said(SDK.valueToTree(completion), null, null);
  }

  static <T> T parse(JsonNode json, Class<T> type) {
    try {
      return SDK.readValue(json.toString(), type);
    } catch (JsonProcessingException e) {
      throw new Wrong("openai-java: " + e.getOriginalMessage());
    }
  }

  @Override
  public Said stream(Answer answer) {
    ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
    StringBuilder thought = new StringBuilder();
    ArrayNode blocks = arr();
    String id = null;
    boolean done = false;
    for (Sse.Event event : Sse.read(answer.body())) {
      if (done) {
        throw new Wrong("an event behind [DONE]");
      }
      done = event.data().equals("[DONE]");
      if (done) {
        continue;
      }
      JsonNode json = Json.read(event.data());
      if (json.has("error")) {
        throw new Wrong("an error in the stream: " + Json.brief(event.data()));
      }
      if (id != null && !id.equals(json.path("id").asText())) {
        throw new Wrong("the id changes from " + id + " to " + json.path("id"));
      }
      id = json.path("id").asText();
      accumulator.accumulate(parse(json, ChatCompletionChunk.class).validate());
      JsonNode delta = json.path("choices").path(0).path("delta");
      thought.append(delta.path("reasoning_content").asText(""));
      delta.path("thinking_blocks").forEach(block -> merge(blocks, block));
    }
    if (!done) {
      throw new Wrong("the stream ends without [DONE]");
    }
    return said(SDK.valueToTree(accumulator.chatCompletion().validate()), thought.toString(), blocks);
  }

  /** Thinking blocks grow as LiteLLM's own SDK folds them: one block until its signature has come. */
  private static void merge(ArrayNode blocks, JsonNode block) {
    JsonNode last = blocks.isEmpty() ? null : blocks.get(blocks.size() - 1);
    boolean opens = last == null || !block.path("type").equals(last.path("type")) || !last.path("signature").asText("").isEmpty()
        || block.path("type").asText().equals("redacted_thinking");
    if (opens) {
      blocks.add(block.deepCopy());
    } else {
      for (String member : List.of("thinking", "signature")) {
        String grown = last.path(member).asText("") + block.path(member).asText("");
        if (!grown.isEmpty()) {
          ((ObjectNode) last).put(member, grown);
        }
      }
    }
  }

  private static Said said(JsonNode completion, String streamedThought, ArrayNode streamedBlocks) {
    JsonNode choice = completion.get("choices").get(0);
    ObjectNode message = (ObjectNode) choice.get("message");
    if (streamedThought != null && !streamedThought.isEmpty()) {
      message.put("reasoning_content", streamedThought);
    }
    if (streamedBlocks != null && !streamedBlocks.isEmpty()) {
      message.set("thinking_blocks", streamedBlocks);
    }
    List<Talk.Call> calls = new ArrayList<>();
    for (JsonNode call : message.path("tool_calls")) {
      calls.add(new Talk.Call(call.path("id").asText(), call.path("function").path("name").asText(),
          Json.read(call.path("function").path("arguments").asText())));
    }
    JsonNode usage = completion.path("usage");
    if (usage.path("total_tokens").asLong() != usage.path("prompt_tokens").asLong() + usage.path("completion_tokens").asLong()) {
      throw new Wrong("total_tokens is not the sum: " + usage);
    }
    return new Said(completion.path("id").asText(), Json.textOr(message, "content", ""), Json.textOr(message, "reasoning_content", ""),
        Json.textOr(message, "refusal", ""), calls, choice.path("finish_reason").asText(),
        new Talk.Usage(usage.path("prompt_tokens").asLong(), usage.path("prompt_tokens_details").path("cached_tokens").asLong(0), -1,
            usage.path("completion_tokens").asLong(), usage.path("completion_tokens_details").path("reasoning_tokens").asLong(0)),
        message);
  }

  @Override
  public String trouble(Answer answer) {
    return error(Json.read(answer.body()).path("error"));
  }

  static String error(JsonNode error) {
    if (!error.isObject()) {
      throw new Wrong("no OpenAI error: " + error);
    }
    ObjectNode whole = error.deepCopy();
    for (String member : List.of("type", "param", "code")) {
      if (!whole.has(member)) {
        throw new Wrong("an OpenAI error without `" + member + "`: " + error);
      }
    }
    if (whole.get("type").isNull()) {
      whole.put("type", "server_error"); // LiteLLM's events have null
    }
    return parse(whole, ErrorObject.class).validate().message();
  }

  @Override
  public String troubleInStream(Answer answer) {
    String message = null;
    for (Sse.Event event : Sse.read(answer.body())) {
      if (message != null) {
        throw new Wrong("an event behind the error: " + event.data());
      }
      if (event.data().startsWith("{") && Json.read(event.data()).has("error")) {
        message = error(Json.read(event.data()).get("error"));
      }
    }
    return message;
  }

  @Override
  public Set<String> finishes(Talk.End end) {
    return switch (end) {
      case STOP, STOP_SEQUENCE -> Set.of("stop");
      case LENGTH -> Set.of("length");
      case TOOLS -> Set.of("tool_calls");
      case FILTER, REFUSAL -> Set.of("content_filter");
    };
  }
}
