package matrix;

import static matrix.Json.arr;
import static matrix.Json.need;
import static matrix.Json.obj;
import static matrix.Json.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Cohere's v2 chat. */
final class CohereProvider implements Provider {
  private static final Set<String> MEMBERS = Set.of(
      "model", "messages", "tools", "strict_tools", "tool_choice", "documents", "citation_options", "response_format",
      "safety_mode", "max_tokens", "stop_sequences", "temperature", "seed", "frequency_penalty", "presence_penalty", "k", "p",
      "logprobs", "stream", "thinking", "priority", "raw_prompting");

  @Override
  public String name() {
    return "cohere";
  }

  @Override
  public JsonNode deployment(String base) {
    return obj("model", "cohere_chat/command-a-reasoning-08-2025", "api_base", base);
  }

  @Override
  public Map<Can, Lack> lacks() {
    return Map.ofEntries(
        Map.entry(Can.PDF, Lack.refused("Cohere reads no files")),
        Map.entry(Can.FAILED_RESULT, Lack.lost("a tool message has no mark of failure; its text says it")),
        Map.entry(Can.SIGNATURE, Lack.lost("its thoughts are not signed")),
        Map.entry(Can.REDACTED, Lack.lost("it has no sealed thoughts")),
        Map.entry(Can.CHOICE_NAMED, Lack.lost("tool_choice is REQUIRED or NONE; LiteLLM leaves the name out, too")),
        Map.entry(Can.PARALLEL_OFF, Lack.refused("it has no such setting")),
        Map.entry(Can.END_USER, Lack.lost("it has no such setting; LiteLLM leaves it out, too")),
        Map.entry(Can.ANSWER_REDACTED, Lack.lost("its answers have none")),
        Map.entry(Can.END_FILTER, Lack.lost("it has no such finish_reason; it ends as COMPLETE")),
        Map.entry(Can.END_REFUSAL, Lack.lost("it has no such finish_reason; it ends as COMPLETE")),
        Map.entry(Can.REFUSAL_TEXT, Lack.lost("a refusal's words are text")),
        Map.entry(Can.CACHE_WRITE, Lack.lost("its usage does not count them")),
        Map.entry(Can.REASONING_TOKENS, Lack.lost("thoughts are counted as output")),
        Map.entry(Can.FAULT_IN_STREAM, Lack.lost("it has no error event; finish_reason ERROR at its end")));
  }

  @Override
  public String pathOf(boolean stream) {
    return "/v2/chat";
  }

  @Override
  public Atoms read(JsonNode body, boolean stream) {
    body.fieldNames().forEachRemaining(name -> {
      if (!MEMBERS.contains(name)) {
        throw new Wrong("Cohere's chat has no `" + name + "`");
      }
    });
    Atoms atoms = new Atoms();
    List<String> open = new ArrayList<>();
    for (JsonNode message : need(body, "messages")) {
      message(atoms, message, open);
    }
    for (JsonNode tool : body.path("tools")) {
      JsonNode function = need(tool, "function");
      atoms.tool(text(function, "name"), text(function, "description"), need(function, "parameters"));
    }
    switch (body.path("tool_choice").asText("")) {
      case "" -> { }
      case "REQUIRED" -> atoms.choice("required");
      case "NONE" -> atoms.choice("none");
      default -> throw new Wrong("tool_choice " + body.get("tool_choice"));
    }
    JsonNode format = body.path("response_format");
    if (format.path("type").asText().equals("json_object")) {
      JsonNode schema = format.has("json_schema") ? format.get("json_schema") : format.path("schema");
      if (schema.isObject()) {
        atoms.jsonSchema(schema);
      } else {
        atoms.jsonObject();
      }
    } else if (format.has("type") && !format.path("type").asText().equals("text")) {
      throw new Wrong("response_format " + format);
    }
    if (body.path("thinking").path("type").asText().equals("enabled")) {
      atoms.thinking();
    }
    for (String number : List.of("max_tokens", "temperature", "seed", "frequency_penalty", "presence_penalty")) {
      atoms.number(number, body.get(number));
    }
    atoms.number("top_p", body.get("p"));
    atoms.number("top_k", body.get("k"));
    atoms.stop(body.get("stop_sequences"));
    return atoms;
  }

  private static void message(Atoms atoms, JsonNode message, List<String> open) {
    String role = text(message, "role");
    if (!open.isEmpty() && !role.equals("tool")) {
      throw new Wrong("no results for the calls " + open);
    }
    JsonNode content = message.path("content");
    switch (role) {
      case "system" -> ChatProvider.texts(content).forEach(atoms::system);
      case "tool" -> {
        String id = text(message, "tool_call_id");
        if (!open.remove(id)) {
          throw new Wrong("a result for no call: " + id);
        }
        List<String> texts = new ArrayList<>();
        if (content.isTextual()) {
          texts.add(content.asText());
        }
        for (JsonNode part : content.isArray() ? content : arr()) {
          texts.add(part.path("type").asText().equals("text") ? text(part, "text")
              : need(need(part, "document"), "data").toString());
        }
        atoms.result(id, texts, false);
      }
      case "user", "assistant" -> {
        if (content.isTextual() && !content.asText().isEmpty()) {
          atoms.text(role, content.asText());
        }
        for (JsonNode part : content.isArray() ? content : arr()) {
          switch (text(part, "type")) {
            case "text" -> atoms.text(role, text(part, "text"));
            case "thinking" -> atoms.thought(text(part, "thinking"));
            case "image_url" -> ChatProvider.media(atoms, text(need(part, "image_url"), "url"));
            default -> throw new Wrong("no part: " + Json.brief(part.toString()));
          }
        }
        if (message.hasNonNull("tool_plan")) {
          atoms.text(role, text(message, "tool_plan"));
        }
        for (JsonNode call : message.path("tool_calls")) {
          open.add(text(call, "id"));
          atoms.call(text(call, "id"), text(need(call, "function"), "name"), Json.read(text(call.get("function"), "arguments")));
        }
      }
      default -> throw new Wrong("role " + role);
    }
  }

  @Override
  public JsonNode whole(Talk.Answer answer, int number) {
    List<JsonNode> content = new ArrayList<>();
    List<JsonNode> calls = new ArrayList<>();
    for (Talk.Piece piece : answer.pieces()) {
      switch (piece) {
        case Talk.Text text -> content.add(obj("type", "text", "text", text.text()));
        case Talk.Refusal refusal -> content.add(obj("type", "text", "text", refusal.text()));
        case Talk.Thought thought -> content.add(obj("type", "thinking", "thinking", thought.text()));
        case Talk.Call call -> calls.add(obj("id", call.id(), "type", "function",
            "function", obj("name", call.name(), "arguments", call.arguments().toString())));
        default -> { }
      }
    }
    return obj("id", "co-m" + number, "finish_reason", finish(answer),
        "message", obj("role", "assistant", "content", content.isEmpty() ? null : arr(content), "tool_calls", calls.isEmpty() ? null : arr(calls)),
        "usage", usage(answer.usage()));
  }

  private static String finish(Talk.Answer answer) {
    return switch (answer.end()) {
      case STOP, FILTER, REFUSAL -> "COMPLETE";
      case STOP_SEQUENCE -> "STOP_SEQUENCE";
      case LENGTH -> "MAX_TOKENS";
      case TOOLS -> "TOOL_CALL";
    };
  }

  private static JsonNode usage(Talk.Usage usage) {
    JsonNode tokens = obj("input_tokens", usage.input(), "output_tokens", usage.output());
    return obj("billed_units", tokens, "tokens", tokens, "cached_tokens", usage.cached());
  }

  @Override
  public String streamType() {
    return "text/event-stream";
  }

  @Override
  public List<byte[]> stream(Talk.Answer answer, int number) {
    List<byte[]> events = new ArrayList<>();
    add(events, obj("type", "message-start", "id", "co-m" + number, "delta", obj("message",
        obj("role", "assistant", "content", arr(), "tool_plan", "", "tool_calls", arr(), "citations", arr()))));
    int index = 0;
    int calls = 0;
    for (Talk.Piece piece : answer.pieces()) {
      switch (piece) {
        case Talk.Text text -> content(events, index++, "text", text.text());
        case Talk.Refusal refusal -> content(events, index++, "text", refusal.text());
        case Talk.Thought thought -> content(events, index++, "thinking", thought.text());
        case Talk.Call call -> {
          int at = calls++;
          add(events, obj("type", "tool-call-start", "index", at, "delta", obj("message", obj("tool_calls",
              obj("id", call.id(), "type", "function", "function", obj("name", call.name(), "arguments", ""))))));
          Provider.pieces(call.arguments().toString()).forEach(more -> add(events, obj("type", "tool-call-delta", "index", at,
              "delta", obj("message", obj("tool_calls", obj("function", obj("arguments", more)))))));
          add(events, obj("type", "tool-call-end", "index", at));
        }
        default -> { }
      }
    }
    add(events, obj("type", "message-end", "delta", obj("finish_reason", finish(answer), "usage", usage(answer.usage()))));
    return events;
  }

  private static void content(List<byte[]> events, int index, String type, String text) {
    add(events, obj("type", "content-start", "index", index, "delta", obj("message", obj("content", obj("type", type, type, "")))));
    Provider.pieces(text).forEach(more -> add(events, obj("type", "content-delta", "index", index,
        "delta", obj("message", obj("content", obj(type, more))))));
    add(events, obj("type", "content-end", "index", index));
  }

  private static void add(List<byte[]> events, ObjectNode event) {
    events.add(Sse.write(event.get("type").asText(), event.toString()));
  }

  @Override
  public Trouble trouble(Talk.Fault fault) {
    return Trouble.of(fault.status(), obj("id", "err-m", "message", Provider.words(fault,
        "too many tokens: total number of tokens in the prompt cannot exceed 128000 - received 130000.",
        "blocked by content policy: the prompt was flagged")));
  }

  @Override
  public byte[] troubleInStream(Talk.Fault fault) {
    return Sse.write("message-end", obj("type", "message-end", "delta", obj("finish_reason", "ERROR", "error", fault.message(),
        "usage", usage(Talk.Usage.USUAL))).toString());
  }
}
