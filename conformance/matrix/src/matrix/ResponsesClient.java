package matrix;

import static matrix.Json.arr;
import static matrix.Json.obj;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.openai.core.ObjectMappers;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseStreamEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** OpenAI's Responses, judged by openai-java. */
final class ResponsesClient implements Client {
  @Override
  public String name() {
    return "responses";
  }

  @Override
  public Map<Can, String> lacks() {
    return Map.of(
        Can.FAILED_RESULT, "function_call_output has no mark of failure",
        Can.TOP_K, "Responses have no top_k",
        Can.STOP, "Responses have no stop sequences",
        Can.SEED, "Responses have no seed",
        Can.PENALTIES, "Responses have no penalties");
  }

  @Override
  public String path(String model, boolean stream) {
    return "/v1/responses";
  }

  @Override
  public ObjectNode body(Talk.Ask ask, String model, boolean stream) {
    List<JsonNode> input = new ArrayList<>();
    String instructions = null;
    for (Talk.Turn turn : ask.turns()) {
      if (turn.role().equals("system") && instructions == null) {
        instructions = ((Talk.Text) turn.pieces().getFirst()).text();
      } else {
        add(input, turn, null);
      }
    }
    List<JsonNode> tools = new ArrayList<>();
    ask.tools().forEach(tool -> tools.add(obj("type", "function", "name", tool.name(), "description", tool.description(),
        "parameters", tool.schema(), "strict", false)));
    Object choice = ask.choice() == null || Set.of("none", "required").contains(ask.choice()) ? ask.choice()
        : obj("type", "function", "name", ask.choice());
    Talk.Format format = ask.format();
    ObjectNode body = obj("model", model, "input", arr(input), "instructions", instructions, "tools", tools.isEmpty() ? null : arr(tools),
        "tool_choice", choice, "parallel_tool_calls", ask.oneCallAtMost() ? false : null,
        "text", format == null ? null : obj("format", format.schema() == null ? obj("type", "json_object")
            : obj("type", "json_schema", "name", format.name(), "schema", format.schema(), "strict", true)),
        "reasoning", ask.thinking() ? obj("effort", "low") : null,
        "include", ask.thinking() ? arr("reasoning.encrypted_content") : null,
        "user", ask.endUser(), "stream", stream ? true : null);
    ask.numbers().forEach((name, value) -> {
      if (name.equals("max_tokens")) {
        body.set("max_output_tokens", value);
      } else if (Set.of("temperature", "top_p").contains(name)) {
        body.set(name, value);
      }
    });
    return body;
  }

  private static void add(List<JsonNode> input, Talk.Turn turn, List<Talk.Call> calls) {
    boolean assistant = turn.role().equals("assistant");
    List<JsonNode> content = new ArrayList<>();
    List<JsonNode> items = new ArrayList<>();
    int index = 0;
    for (Talk.Piece piece : turn.pieces()) {
      switch (piece) {
        case Talk.Text text when assistant -> content.add(obj("type", "output_text", "text", text.text(), "annotations", arr()));
        case Talk.Text text -> content.add(obj("type", "input_text", "text", text.text()));
        case Talk.Image image -> content.add(obj("type", "input_image", "image_url", ChatClient.url(image), "detail", "auto"));
        case Talk.Pdf pdf -> content.add(obj("type", "input_file", "filename", pdf.name(), "file_data", "data:application/pdf;base64," + pdf.base64()));
        case Talk.Call call -> items.add(obj("type", "function_call", "call_id", call.id(), "name", call.name(), "arguments", call.arguments().toString()));
        case Talk.Result result -> {
          String id = calls == null ? result.callId() : calls.get(index++).id();
          items.add(obj("type", "function_call_output", "call_id", id, "output", result.texts().size() == 1 ? result.texts().getFirst()
              : arr(result.texts().stream().map(text -> obj("type", "input_text", "text", text)).toList())));
        }
        default -> throw new IllegalStateException("not in a history: " + piece);
      }
    }
    if (!content.isEmpty()) {
      input.add(assistant
          ? obj("type", "message", "id", "msg_given" + input.size(), "status", "completed", "role", turn.role(), "content", arr(content))
          : obj("role", turn.role(), "content", arr(content)));
    }
    input.addAll(items);
  }

  @Override
  public void goOn(ObjectNode body, JsonNode echo, List<Talk.Call> calls, List<Talk.Turn> next) {
    List<JsonNode> more = new ArrayList<>();
    echo.forEach(more::add);
    next.forEach(turn -> add(more, turn, calls));
    ((ArrayNode) body.get("input")).addAll(more);
  }

  @Override
  public Said whole(Answer answer) {
    Response response = ChatClient.parse(Json.read(answer.body()), Response.class).validate();
    return said(ObjectMappers.jsonMapper().valueToTree(response));
  }

  @Override
  public Said stream(Answer answer) {
    ResponseAccumulator accumulator = ResponseAccumulator.createWithSnapshots();
    long number = -1;
    for (Sse.Event event : Sse.read(answer.body())) {
      if (event.data().equals("[DONE]")) {
        continue;
      }
      JsonNode json = Json.read(event.data());
      if (event.name() != null && !event.name().equals(json.path("type").asText())) {
        throw new Wrong("event " + event.name() + " has type " + json.path("type"));
      }
      long next = json.path("sequence_number").asLong(-1);
      if (next <= number) {
        throw new Wrong("sequence_number " + next + " behind " + number);
      }
      number = next;
      ResponseStreamEvent parsed = ChatClient.parse(json, ResponseStreamEvent.class).validate();
      if (parsed._json().isPresent() && !json.has("type")) {
        throw new Wrong("no event of openai-java's: " + Json.brief(event.data()));
      }
      accumulator.accumulate(parsed);
    }
    JsonNode last = ObjectMappers.jsonMapper().valueToTree(accumulator.response().validate());
    JsonNode folded = ObjectMappers.jsonMapper().valueToTree(accumulator.reconstructedResponse().validate());
    Said said = said(last);
    Said rebuilt = said(folded);
    if (!said.text().equals(rebuilt.text()) || !said.calls().equals(rebuilt.calls()) || !said.thought().equals(rebuilt.thought())) {
      throw new Wrong("the events say " + Json.brief(folded.path("output").toString()) + ", the response at the end " + Json.brief(last.path("output").toString()));
    }
    return said;
  }

  private static Said said(JsonNode response) {
    StringBuilder text = new StringBuilder();
    StringBuilder thought = new StringBuilder();
    StringBuilder refusal = new StringBuilder();
    List<Talk.Call> calls = new ArrayList<>();
    for (JsonNode item : response.path("output")) {
      switch (item.path("type").asText()) {
        case "message" -> item.path("content").forEach(part -> {
          text.append(part.path("text").asText(""));
          refusal.append(part.path("refusal").asText(""));
        });
        case "reasoning" -> item.path("summary").forEach(part -> thought.append(part.path("text").asText()));
        case "function_call" -> calls.add(new Talk.Call(item.path("call_id").asText(), item.path("name").asText(),
            Json.read(item.path("arguments").asText())));
        default -> throw new Wrong("an item that nobody made: " + Json.brief(item.toString()));
      }
    }
    JsonNode usage = response.path("usage");
    if (usage.path("total_tokens").asLong() != usage.path("input_tokens").asLong() + usage.path("output_tokens").asLong()) {
      throw new Wrong("total_tokens is not the sum: " + usage);
    }
    String status = response.path("status").asText();
    return new Said(response.path("id").asText(), text.toString(), thought.toString(), refusal.toString(), calls,
        status.equals("incomplete") ? status + " " + response.path("incomplete_details").path("reason").asText() : status,
        new Talk.Usage(usage.path("input_tokens").asLong(), usage.path("input_tokens_details").path("cached_tokens").asLong(),
            usage.path("input_tokens_details").path("cache_write_tokens").asLong(),
            usage.path("output_tokens").asLong(), usage.path("output_tokens_details").path("reasoning_tokens").asLong()),
        response.path("output"));
  }

  @Override
  public String trouble(Answer answer) {
    return ChatClient.error(Json.read(answer.body()).path("error"));
  }

  @Override
  public String troubleInStream(Answer answer) {
    String message = null;
    for (Sse.Event event : Sse.read(answer.body())) {
      if (!event.data().startsWith("{")) {
        continue;
      }
      ResponseStreamEvent parsed = ChatClient.parse(Json.read(event.data()), ResponseStreamEvent.class).validate();
      if (parsed.isError()) {
        message = parsed.asError().message();
      } else if (parsed.isFailed()) {
        message = parsed.asFailed().response().error().orElseThrow(() -> new Wrong("response.failed without error")).message();
      } else if (message != null) {
        throw new Wrong("an event behind the error: " + Json.brief(event.data()));
      }
    }
    return message;
  }

  @Override
  public Set<String> finishes(Talk.End end) {
    return switch (end) {
      case STOP, STOP_SEQUENCE, TOOLS -> Set.of("completed");
      case LENGTH -> Set.of("incomplete max_output_tokens");
      case FILTER -> Set.of("incomplete content_filter");
      case REFUSAL -> Set.of("completed", "incomplete content_filter");
    };
  }
}
