package matrix;

import static matrix.Json.arr;
import static matrix.Json.need;
import static matrix.Json.obj;
import static matrix.Json.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** OpenAI's Responses. */
final class ResponsesProvider implements Provider {
  private static final Set<String> MEMBERS = Set.of(
      "model", "input", "instructions", "tools", "tool_choice", "parallel_tool_calls", "text", "reasoning", "max_output_tokens",
      "temperature", "top_p", "user", "stream", "stream_options", "store", "include", "metadata", "previous_response_id",
      "truncation", "service_tier", "safety_identifier", "prompt_cache_key", "top_logprobs", "background", "max_tool_calls");

  @Override
  public String name() {
    return "responses";
  }

  @Override
  public JsonNode deployment(String base) {
    return obj("model", "openai/responses/gpt-4.1-sage", "api_base", base + "/v1", "allowed_openai_params", arr("reasoning_effort"));
  }

  @Override
  public Map<Can, Lack> lacks() {
    return Map.ofEntries(
        Map.entry(Can.FAILED_RESULT, Lack.lost("function_call_output has no mark of failure; its text says it")),
        Map.entry(Can.REDACTED, Lack.lost("its sealed thoughts are of its own making only")),
        Map.entry(Can.TOP_K, Lack.refused("Responses have no top_k")),
        Map.entry(Can.STOP, Lack.refused("Responses have no stop sequences")),
        Map.entry(Can.SEED, Lack.refused("Responses have no seed")),
        Map.entry(Can.PENALTIES, Lack.refused("Responses have no penalties")),
        Map.entry(Can.ANSWER_REDACTED, Lack.lost("its answers have none")),
        Map.entry(Can.END_STOP_SEQUENCE, Lack.lost("a response is completed in both cases")),
        Map.entry(Can.END_REFUSAL, Lack.lost("a response is completed, with a refusal in it")));
  }

  @Override
  public String pathOf(boolean stream) {
    return "/v1/responses";
  }

  @Override
  public Atoms read(JsonNode body, boolean stream) {
    body.fieldNames().forEachRemaining(name -> {
      if (!MEMBERS.contains(name)) {
        throw new Wrong("Responses have no `" + name + "`");
      }
    });
    Atoms atoms = new Atoms();
    atoms.system(Json.textOr(body, "instructions", ""));
    List<String> open = new ArrayList<>();
    JsonNode input = need(body, "input");
    if (input.isTextual()) {
      atoms.text("user", input.asText());
    } else {
      input.forEach(item -> item(atoms, item, open));
    }
    if (!open.isEmpty()) {
      throw new Wrong("no results for the calls " + open);
    }
    for (JsonNode tool : body.path("tools")) {
      if (!text(tool, "type").equals("function")) {
        throw new Wrong("no function: " + tool);
      }
      atoms.tool(text(tool, "name"), text(tool, "description"), tool.get("parameters"));
    }
    settings(atoms, body);
    return atoms;
  }

  private static void settings(Atoms atoms, JsonNode body) {
    JsonNode choice = body.path("tool_choice");
    if (choice.isTextual() && !choice.asText().equals("auto")) {
      atoms.choice(choice.asText());
    } else if (choice.isObject()) {
      atoms.choice(text(choice, "name"));
    }
    if (body.path("parallel_tool_calls").isBoolean() && !body.get("parallel_tool_calls").asBoolean()) {
      atoms.oneCallAtMost();
    }
    JsonNode format = body.path("text").path("format");
    switch (format.path("type").asText()) {
      case "json_object" -> atoms.jsonObject();
      case "json_schema" -> {
        text(format, "name");
        atoms.jsonSchema(need(format, "schema"));
      }
      default -> { }
    }
    if (body.path("reasoning").hasNonNull("effort")) {
      atoms.thinking();
    }
    atoms.number("max_tokens", body.get("max_output_tokens"));
    atoms.number("temperature", body.get("temperature"));
    atoms.number("top_p", body.get("top_p"));
    atoms.endUser(Json.textOr(body, "user", null));
  }

  private static void item(Atoms atoms, JsonNode item, List<String> open) {
    switch (Json.textOr(item, "type", "message")) {
      case "message" -> message(atoms, text(item, "role"), need(item, "content"));
      case "function_call" -> {
        open.add(text(item, "call_id"));
        atoms.call(text(item, "call_id"), text(item, "name"), Json.read(text(item, "arguments")));
      }
      case "function_call_output" -> {
        String id = text(item, "call_id");
        if (!open.remove(id)) {
          throw new Wrong("a result for no call: " + id);
        }
        List<String> texts = new ArrayList<>();
        JsonNode output = need(item, "output");
        if (output.isTextual()) {
          texts.add(output.asText());
        } else {
          output.forEach(part -> texts.add(text(part, "text")));
        }
        atoms.result(id, texts, false);
      }
      case "reasoning" -> {
        need(item, "summary").forEach(part -> atoms.thought(text(part, "text")));
        if (item.hasNonNull("encrypted_content")) {
          atoms.signature(text(item, "encrypted_content"));
        }
      }
      default -> throw new Wrong("no item: " + Json.brief(item.toString()));
    }
  }

  private static void message(Atoms atoms, String role, JsonNode content) {
    if (content.isTextual()) {
      say(atoms, role, content.asText());
      return;
    }
    for (JsonNode part : content) {
      String type = text(part, "type");
      if (type.equals("output_text") != role.equals("assistant") && !type.equals("refusal")) {
        throw new Wrong(type + " in a message of " + role);
      }
      switch (type) {
        case "input_text", "output_text" -> say(atoms, role, text(part, "text"));
        case "refusal" -> say(atoms, role, text(part, "refusal"));
        case "input_image" -> ChatProvider.media(atoms, text(part, "image_url"));
        case "input_file" -> ChatProvider.media(atoms, text(part, "file_data"));
        default -> throw new Wrong("no part of a message: " + Json.brief(part.toString()));
      }
    }
  }

  private static void say(Atoms atoms, String role, String text) {
    if (role.equals("system") || role.equals("developer")) {
      atoms.system(text);
    } else {
      atoms.text(role, text);
    }
  }

  @Override
  public JsonNode whole(Talk.Answer answer, int number) {
    return response(answer, number, items(answer, number), status(answer), true);
  }

  private static String status(Talk.Answer answer) {
    return answer.end() == Talk.End.LENGTH || answer.end() == Talk.End.FILTER ? "incomplete" : "completed";
  }

  private static List<ObjectNode> items(Talk.Answer answer, int number) {
    List<ObjectNode> items = new ArrayList<>();
    for (Talk.Piece piece : answer.pieces()) {
      String id = number + "_" + items.size();
      switch (piece) {
        case Talk.Thought thought -> items.add(obj("id", "rs_" + id, "type", "reasoning",
            "summary", arr(obj("type", "summary_text", "text", thought.text())), "encrypted_content", thought.signature()));
        case Talk.Text text -> items.add(message("msg_" + id, obj("type", "output_text", "text", text.text(), "annotations", arr(), "logprobs", arr())));
        case Talk.Refusal refusal -> items.add(message("msg_" + id, obj("type", "refusal", "refusal", refusal.text())));
        case Talk.Call call -> items.add(obj("id", "fc_" + id, "type", "function_call", "status", "completed",
            "call_id", call.id(), "name", call.name(), "arguments", call.arguments().toString()));
        default -> { }
      }
    }
    return items;
  }

  private static ObjectNode message(String id, JsonNode part) {
    return obj("id", id, "type", "message", "status", "completed", "role", "assistant", "content", arr(part));
  }

  private static ObjectNode response(Talk.Answer answer, int number, List<? extends JsonNode> items, String status, boolean over) {
    Talk.Usage usage = answer.usage();
    JsonNode nothing = Json.MAPPER.nullNode();
    return obj("id", "resp_m" + number, "object", "response", "created_at", 1700000000, "status", status, "background", false,
        "error", nothing,
        "incomplete_details", status.equals("incomplete") ? obj("reason", answer.end() == Talk.End.LENGTH ? "max_output_tokens" : "content_filter") : nothing,
        "instructions", nothing, "max_output_tokens", nothing, "model", "gpt-4.1-sage", "output", arr(items),
        "parallel_tool_calls", true, "previous_response_id", nothing, "reasoning", obj("effort", nothing, "summary", nothing),
        "store", true, "temperature", 1, "text", obj("format", obj("type", "text")), "tool_choice", "auto", "tools", arr(),
        "top_p", 1, "truncation", "disabled", "user", nothing, "metadata", obj(),
        "usage", !over ? nothing : obj("input_tokens", usage.input(), "input_tokens_details", obj("cached_tokens", usage.cached(), "cache_write_tokens", usage.written()),
            "output_tokens", usage.output(), "output_tokens_details", obj("reasoning_tokens", usage.reasoning()),
            "total_tokens", usage.input() + usage.output()));
  }

  @Override
  public String streamType() {
    return "text/event-stream";
  }

  @Override
  public List<byte[]> stream(Talk.Answer answer, int number) {
    Writer out = new Writer();
    out.event("response.created", "response", response(answer, number, List.of(), "in_progress", false));
    out.event("response.in_progress", "response", response(answer, number, List.of(), "in_progress", false));
    List<ObjectNode> items = items(answer, number);
    for (int i = 0; i < items.size(); i++) {
      ObjectNode item = items.get(i);
      switch (item.get("type").asText()) {
        case "reasoning" -> out.reasoning(i, item);
        case "message" -> out.message(i, item);
        default -> out.call(i, item);
      }
    }
    String status = status(answer);
    out.event("response." + status, "response", response(answer, number, items, status, true));
    return out.events;
  }

  /** Numbers the events. */
  private static final class Writer {
    final List<byte[]> events = new ArrayList<>();

    void event(String type, Object... members) {
      ObjectNode event = obj("type", type, "sequence_number", events.size());
      event.setAll(obj(members));
      events.add(Sse.write(type, event.toString()));
    }

    void reasoning(int index, ObjectNode item) {
      ObjectNode head = item.deepCopy();
      head.set("summary", arr());
      String id = item.get("id").asText();
      JsonNode part = item.get("summary").get(0);
      event("response.output_item.added", "output_index", index, "item", head);
      event("response.reasoning_summary_part.added", "item_id", id, "output_index", index, "summary_index", 0,
          "part", obj("type", "summary_text", "text", ""));
      for (String more : Provider.pieces(part.get("text").asText())) {
        event("response.reasoning_summary_text.delta", "item_id", id, "output_index", index, "summary_index", 0, "delta", more);
      }
      event("response.reasoning_summary_text.done", "item_id", id, "output_index", index, "summary_index", 0, "text", part.get("text"));
      event("response.reasoning_summary_part.done", "item_id", id, "output_index", index, "summary_index", 0, "part", part);
      event("response.output_item.done", "output_index", index, "item", item);
    }

    void message(int index, ObjectNode item) {
      ObjectNode head = item.deepCopy();
      head.set("content", arr());
      head.put("status", "in_progress");
      String id = item.get("id").asText();
      JsonNode part = item.get("content").get(0);
      boolean refusal = part.get("type").asText().equals("refusal");
      String member = refusal ? "refusal" : "text";
      String family = refusal ? "response.refusal" : "response.output_text";
      ObjectNode empty = part.deepCopy();
      empty.put(member, "");
      event("response.output_item.added", "output_index", index, "item", head);
      event("response.content_part.added", "item_id", id, "output_index", index, "content_index", 0, "part", empty);
      ArrayNode logprobs = refusal ? null : arr();
      for (String more : Provider.pieces(part.get(member).asText())) {
        event(family + ".delta", "item_id", id, "output_index", index, "content_index", 0, "delta", more, "logprobs", logprobs);
      }
      event(family + ".done", "item_id", id, "output_index", index, "content_index", 0, member, part.get(member), "logprobs", logprobs);
      event("response.content_part.done", "item_id", id, "output_index", index, "content_index", 0, "part", part);
      event("response.output_item.done", "output_index", index, "item", item);
    }

    void call(int index, ObjectNode item) {
      ObjectNode head = item.deepCopy();
      head.put("arguments", "");
      head.put("status", "in_progress");
      String id = item.get("id").asText();
      event("response.output_item.added", "output_index", index, "item", head);
      for (String more : Provider.pieces(item.get("arguments").asText())) {
        event("response.function_call_arguments.delta", "item_id", id, "output_index", index, "delta", more);
      }
      event("response.function_call_arguments.done", "item_id", id, "output_index", index, "name", item.get("name"), "arguments", item.get("arguments"));
      event("response.output_item.done", "output_index", index, "item", item);
    }
  }

  @Override
  public Trouble trouble(Talk.Fault fault) {
    return new ChatProvider().trouble(fault);
  }

  @Override
  public byte[] troubleInStream(Talk.Fault fault) {
    return Sse.write("error", obj("type", "error", "code", "server_error", "message", fault.message(),
        "param", Json.MAPPER.nullNode(), "sequence_number", 99).toString());
  }
}
