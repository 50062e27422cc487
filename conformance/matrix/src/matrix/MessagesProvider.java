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

/** Anthropic's Messages. */
final class MessagesProvider implements Provider {
  private static final Set<String> MEMBERS = Set.of(
      "model", "messages", "system", "max_tokens", "tools", "tool_choice", "thinking", "temperature", "top_p", "top_k",
      "stop_sequences", "metadata", "stream", "service_tier", "container", "context_management", "mcp_servers", "output_config",
      "output_format");
  static final String JSON_TOOL = "json_tool_call";

  @Override
  public String name() {
    return "messages";
  }

  @Override
  public JsonNode deployment(String base) {
    return obj("model", "anthropic/claude-sonnet-4-5-20250929", "api_base", base);
  }

  @Override
  public Map<Can, Lack> lacks() {
    return Map.ofEntries(
        Map.entry(Can.SEED, Lack.refused("Messages have no seed")),
        Map.entry(Can.PENALTIES, Lack.refused("Messages have no penalties")),
        Map.entry(Can.JSON_OBJECT, Lack.lost("Messages have no JSON mode without a schema; LiteLLM's tool for it takes any object")),
        Map.entry(Can.END_FILTER, Lack.lost("stop_reason is refusal")),
        Map.entry(Can.REFUSAL_TEXT, Lack.lost("a refusal's words are text")),
        Map.entry(Can.REASONING_TOKENS, Lack.lost("thoughts are counted as output")));
  }

  @Override
  public Talk.End ended(Talk.End end) {
    return end == Talk.End.FILTER ? Talk.End.REFUSAL : Provider.super.ended(end);
  }

  @Override
  public String pathOf(boolean stream) {
    return "/v1/messages";
  }

  @Override
  public Atoms read(JsonNode body, boolean stream) {
    body.fieldNames().forEachRemaining(name -> {
      if (!MEMBERS.contains(name)) {
        throw new Wrong("Messages have no `" + name + "`");
      }
    });
    Atoms atoms = new Atoms();
    need(body, "max_tokens");
    ChatProvider.texts(body.path("system")).forEach(atoms::system);
    List<String> open = new ArrayList<>();
    String before = "assistant";
    for (JsonNode message : need(body, "messages")) {
      String role = text(message, "role");
      if (before.equals("assistant") && role.equals("assistant")) {
        throw new Wrong("the assistant speaks twice or first");
      }
      message(atoms, role, need(message, "content"), open);
      before = role;
    }
    for (JsonNode tool : body.path("tools")) {
      if (!tool.path("name").asText().equals(JSON_TOOL)) {
        atoms.tool(text(tool, "name"), text(tool, "description"), need(tool, "input_schema"));
      }
      if (!need(tool, "input_schema").path("type").asText().equals("object")) {
        throw new Wrong("input_schema is no object's");
      }
    }
    settings(atoms, body);
    return atoms;
  }

  private static void settings(Atoms atoms, JsonNode body) {
    JsonNode choice = body.path("tool_choice");
    boolean emulated = false;
    for (JsonNode tool : body.path("tools")) {
      if (tool.path("name").asText().equals(JSON_TOOL)) {
        atoms.jsonSchema(tool.get("input_schema"));
        emulated = true;
      }
    }
    JsonNode format = body.path("output_format").isObject() ? body.get("output_format") : body.path("output_config").path("format");
    if (format.isObject()) {
      atoms.jsonSchema(need(format, "schema"));
    }
    switch (choice.path("type").asText("auto")) {
      case "any" -> atoms.choice("required");
      case "none" -> atoms.choice("none");
      case "tool" -> {
        if (!emulated) {
          atoms.choice(text(choice, "name"));
        }
      }
      default -> { }
    }
    if (choice.path("disable_parallel_tool_use").asBoolean()) {
      atoms.oneCallAtMost();
    }
    JsonNode thinking = body.path("thinking");
    if (thinking.path("type").asText().equals("enabled")) {
      atoms.thinking();
      if (need(thinking, "budget_tokens").asLong() < 1024 || thinking.get("budget_tokens").asLong() >= body.get("max_tokens").asLong()) {
        throw new Wrong("budget_tokens " + thinking.get("budget_tokens") + " of max_tokens " + body.get("max_tokens"));
      }
    } else if (thinking.path("type").asText().equals("adaptive")) {
      atoms.thinking();
    }
    for (String number : List.of("max_tokens", "temperature", "top_p", "top_k")) {
      atoms.number(number, body.get(number));
    }
    atoms.stop(body.get("stop_sequences"));
    atoms.endUser(Json.textOr(body.path("metadata"), "user_id", null));
  }

  private static void message(Atoms atoms, String role, JsonNode content, List<String> open) {
    if (content.isTextual()) {
      atoms.text(role, content.asText());
    }
    List<String> calls = new ArrayList<>();
    for (JsonNode block : content.isArray() ? content : arr()) {
      switch (text(block, "type")) {
        case "text" -> {
          if (text(block, "text").isBlank()) {
            throw new Wrong("an empty text block");
          }
          atoms.text(role, block.get("text").asText());
        }
        case "image", "document" -> media(atoms, block.get("type").asText(), need(block, "source"));
        case "thinking" -> {
          atoms.thought(text(block, "thinking"));
          atoms.signature(text(block, "signature"));
        }
        case "redacted_thinking" -> atoms.redacted(text(block, "data"));
        case "tool_use" -> {
          calls.add(text(block, "id"));
          atoms.call(text(block, "id"), text(block, "name"), need(block, "input"));
        }
        case "tool_result" -> {
          String id = text(block, "tool_use_id");
          if (!open.remove(id)) {
            throw new Wrong("a result for no call: " + id);
          }
          atoms.result(id, ChatProvider.texts(block.path("content")), block.path("is_error").asBoolean());
        }
        default -> throw new Wrong("no block: " + Json.brief(block.toString()));
      }
    }
    if (!open.isEmpty()) {
      throw new Wrong("no results for the calls " + open);
    }
    open.addAll(calls);
  }

  private static void media(Atoms atoms, String type, JsonNode source) {
    switch (text(source, "type")) {
      case "base64" -> {
        if (type.equals("document")) {
          atoms.pdf(text(source, "data"));
        } else {
          atoms.imageData(text(source, "media_type"), text(source, "data"));
        }
      }
      case "url" -> atoms.imageUrl(text(source, "url"));
      default -> throw new Wrong("no source: " + Json.brief(source.toString()));
    }
  }

  @Override
  public JsonNode whole(Talk.Answer answer, int number) {
    List<JsonNode> blocks = new ArrayList<>();
    answer.pieces().forEach(piece -> blocks.add(block(piece)));
    ObjectNode message = obj("id", "msg_m" + number, "type", "message", "role", "assistant", "model", "claude-sonnet-4-5-20250929",
        "content", arr(blocks), "stop_reason", reason(answer), "stop_sequence", sequence(answer), "usage", usage(answer.usage()));
    return message;
  }

  private static JsonNode block(Talk.Piece piece) {
    return switch (piece) {
      case Talk.Text text -> obj("type", "text", "text", text.text());
      case Talk.Refusal refusal -> obj("type", "text", "text", refusal.text());
      case Talk.Thought thought -> obj("type", "thinking", "thinking", thought.text(), "signature", thought.signature());
      case Talk.Redacted redacted -> obj("type", "redacted_thinking", "data", redacted.data());
      case Talk.Call call -> obj("type", "tool_use", "id", call.id(), "name", call.name(), "input", call.arguments());
      default -> throw new IllegalStateException("no answer: " + piece);
    };
  }

  private static String reason(Talk.Answer answer) {
    return switch (answer.end()) {
      case STOP -> "end_turn";
      case STOP_SEQUENCE -> "stop_sequence";
      case LENGTH -> "max_tokens";
      case TOOLS -> "tool_use";
      case FILTER, REFUSAL -> "refusal";
    };
  }

  private static Object sequence(Talk.Answer answer) {
    return answer.end() == Talk.End.STOP_SEQUENCE ? "###" : Json.MAPPER.nullNode();
  }

  private static ObjectNode usage(Talk.Usage usage) {
    return obj("input_tokens", usage.input() - usage.cached() - usage.written(), "cache_creation_input_tokens", usage.written(),
        "cache_read_input_tokens", usage.cached(),
        "cache_creation", obj("ephemeral_5m_input_tokens", usage.written(), "ephemeral_1h_input_tokens", 0),
        "output_tokens", usage.output(), "service_tier", "standard");
  }

  @Override
  public String streamType() {
    return "text/event-stream";
  }

  @Override
  public List<byte[]> stream(Talk.Answer answer, int number) {
    List<byte[]> events = new ArrayList<>();
    ObjectNode head = (ObjectNode) whole(answer, number);
    head.set("content", arr());
    head.set("stop_reason", Json.MAPPER.nullNode());
    head.set("stop_sequence", Json.MAPPER.nullNode());
    ((ObjectNode) head.get("usage")).put("output_tokens", 1);
    add(events, obj("type", "message_start", "message", head));
    add(events, obj("type", "ping"));
    int index = 0;
    for (Talk.Piece piece : answer.pieces()) {
      ObjectNode block = (ObjectNode) block(piece);
      List<JsonNode> deltas = new ArrayList<>();
      switch (piece) {
        case Talk.Thought thought -> {
          Provider.pieces(thought.text()).forEach(more -> deltas.add(obj("type", "thinking_delta", "thinking", more)));
          deltas.add(obj("type", "signature_delta", "signature", thought.signature()));
          block.put("thinking", "");
          block.put("signature", "");
        }
        case Talk.Call call -> {
          deltas.add(obj("type", "input_json_delta", "partial_json", ""));
          Provider.pieces(call.arguments().isEmpty() ? "" : call.arguments().toString())
              .forEach(more -> deltas.add(obj("type", "input_json_delta", "partial_json", more)));
          block.set("input", obj());
        }
        case Talk.Redacted _ -> { }
        default -> {
          Provider.pieces(block.get("text").asText()).forEach(more -> deltas.add(obj("type", "text_delta", "text", more)));
          block.put("text", "");
        }
      }
      int at = index++;
      add(events, obj("type", "content_block_start", "index", at, "content_block", block));
      deltas.forEach(delta -> add(events, obj("type", "content_block_delta", "index", at, "delta", delta)));
      add(events, obj("type", "content_block_stop", "index", at));
    }
    add(events, obj("type", "message_delta", "delta", obj("stop_reason", reason(answer), "stop_sequence", sequence(answer)),
        "usage", obj("output_tokens", answer.usage().output())));
    add(events, obj("type", "message_stop"));
    return events;
  }

  private static void add(List<byte[]> events, JsonNode event) {
    events.add(Sse.write(event.get("type").asText(), event.toString()));
  }

  @Override
  public Trouble trouble(Talk.Fault fault) {
    String type = switch (fault.kind()) {
      case BAD_REQUEST, CONTEXT, POLICY -> "invalid_request_error";
      case AUTH -> "authentication_error";
      case FORBIDDEN -> "permission_error";
      case NOT_FOUND -> "not_found_error";
      case RATE -> "rate_limit_error";
      case SERVER -> "api_error";
    };
    JsonNode body = obj("type", "error", "error", obj("type", type, "message",
        Provider.words(fault, "prompt is too long: 208310 tokens > 200000 maximum", "Output blocked by content filtering policy")), "request_id", "req_m");
    return fault.status() == 429 ? Trouble.of(429, body, "retry-after", "7") : Trouble.of(fault.status(), body);
  }

  @Override
  public byte[] troubleInStream(Talk.Fault fault) {
    return Sse.write("error", obj("type", "error", "error", obj("type", "api_error", "message", fault.message())).toString());
  }
}
