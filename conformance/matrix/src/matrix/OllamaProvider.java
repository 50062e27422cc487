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

/** Ollama's /api/chat: lines of JSON, calls without ids. */
final class OllamaProvider implements Provider {
  private static final Set<String> MEMBERS =
      Set.of("model", "messages", "tools", "format", "options", "stream", "keep_alive", "think", "logprobs", "top_logprobs");

  @Override
  public String name() {
    return "ollama";
  }

  @Override
  public JsonNode deployment(String base) {
    return obj("model", "ollama_chat/qwen3", "api_base", base);
  }

  @Override
  public Map<Can, Lack> lacks() {
    return Map.ofEntries(
        Map.entry(Can.IMAGE_URL, Lack.refused("images are in the message")),
        Map.entry(Can.PDF, Lack.refused("Ollama reads no files")),
        Map.entry(Can.CALL_IDS, Lack.lost("a call is known by its tool's name")),
        Map.entry(Can.FAILED_RESULT, Lack.lost("a tool message has no mark of failure; its text says it")),
        Map.entry(Can.SIGNATURE, Lack.lost("its thoughts are not signed")),
        Map.entry(Can.REDACTED, Lack.lost("it has no sealed thoughts")),
        Map.entry(Can.CHOICE_NAMED, Lack.lost("it has no tool_choice; LiteLLM leaves it out, too")),
        Map.entry(Can.CHOICE_REQUIRED, Lack.lost("it has no tool_choice; LiteLLM leaves it out, too")),
        Map.entry(Can.CHOICE_NONE, Lack.lost("it has no tool_choice; LiteLLM leaves it out, too")),
        Map.entry(Can.PARALLEL_OFF, Lack.refused("it has no such setting")),
        Map.entry(Can.END_USER, Lack.lost("it has no such setting; LiteLLM leaves it out, too")),
        Map.entry(Can.ANSWER_REDACTED, Lack.lost("its answers have none")),
        Map.entry(Can.END_STOP_SEQUENCE, Lack.lost("done_reason is stop for both")),
        Map.entry(Can.END_FILTER, Lack.lost("it has no such done_reason; it ends as stop")),
        Map.entry(Can.END_REFUSAL, Lack.lost("it has no such done_reason; it ends as stop")),
        Map.entry(Can.REFUSAL_TEXT, Lack.lost("a refusal's words are text")),
        Map.entry(Can.CACHED, Lack.lost("its usage does not count them")),
        Map.entry(Can.CACHE_WRITE, Lack.lost("its usage does not count them")),
        Map.entry(Can.REASONING_TOKENS, Lack.lost("thoughts are counted as output")));
  }

  @Override
  public boolean hasCallIds() {
    return false;
  }

  @Override
  public String pathOf(boolean stream) {
    return "/api/chat";
  }

  @Override
  public Atoms read(JsonNode body, boolean stream) {
    body.fieldNames().forEachRemaining(name -> {
      if (!MEMBERS.contains(name)) {
        throw new Wrong("Ollama's chat has no `" + name + "`");
      }
    });
    if (body.path("stream").asBoolean(true) != stream) {
      throw new Wrong("`stream` is " + body.get("stream"));
    }
    Atoms atoms = new Atoms();
    for (JsonNode message : need(body, "messages")) {
      String role = text(message, "role");
      String content = Json.textOr(message, "content", "");
      if (!message.path("content").isTextual() && message.hasNonNull("content")) {
        throw new Wrong("content is no text: " + Json.brief(message.toString()));
      }
      if (message.hasNonNull("thinking")) {
        atoms.thought(text(message, "thinking"));
      }
      switch (role) {
        case "system" -> atoms.system(content);
        case "tool" -> atoms.result(null, List.of(content), false);
        case "user", "assistant" -> {
          for (String line : content.isEmpty() ? new String[0] : new String[] {content}) {
            atoms.text(role, line);
          }
        }
        default -> throw new Wrong("role " + role);
      }
      for (JsonNode image : message.path("images")) {
        if (image.asText().startsWith("data:") || image.asText().startsWith("http")) {
          throw new Wrong("an image is base64 alone: " + Json.brief(image.asText()));
        }
        atoms.imageData("image/png", image.asText());
      }
      for (JsonNode call : message.path("tool_calls")) {
        JsonNode function = need(call, "function");
        if (!need(function, "arguments").isObject()) {
          throw new Wrong("arguments are no object: " + function);
        }
        atoms.call(null, text(function, "name"), function.get("arguments"));
      }
    }
    for (JsonNode tool : body.path("tools")) {
      JsonNode function = need(tool, "function");
      atoms.tool(text(function, "name"), text(function, "description"), need(function, "parameters"));
    }
    settings(atoms, body);
    return atoms;
  }

  private static void settings(Atoms atoms, JsonNode body) {
    JsonNode format = body.path("format");
    if (format.isObject()) {
      atoms.jsonSchema(format);
    } else if (format.asText().equals("json")) {
      atoms.jsonObject();
    }
    JsonNode think = body.path("think");
    if (think.isTextual() || think.asBoolean()) {
      atoms.thinking();
    }
    JsonNode options = body.path("options");
    atoms.number("max_tokens", options.get("num_predict"));
    for (String number : List.of("temperature", "top_p", "top_k", "seed", "frequency_penalty", "presence_penalty")) {
      atoms.number(number, options.get(number));
    }
    atoms.stop(options.get("stop"));
  }

  @Override
  public JsonNode whole(Talk.Answer answer, int number) {
    StringBuilder content = new StringBuilder();
    StringBuilder thoughts = new StringBuilder();
    List<JsonNode> calls = new ArrayList<>();
    for (Talk.Piece piece : answer.pieces()) {
      switch (piece) {
        case Talk.Text text -> content.append(text.text());
        case Talk.Refusal refusal -> content.append(refusal.text());
        case Talk.Thought thought -> thoughts.append(thought.text());
        case Talk.Call call -> calls.add(call(call, calls.size()));
        default -> { }
      }
    }
    return over(answer, obj("role", "assistant", "content", content.toString(), "thinking", thoughts.isEmpty() ? null : thoughts.toString(),
        "tool_calls", calls.isEmpty() ? null : arr(calls)));
  }

  private static JsonNode call(Talk.Call call, int index) {
    return obj("function", obj("index", index, "name", call.name(), "arguments", call.arguments()));
  }

  private static ObjectNode over(Talk.Answer answer, JsonNode message) {
    return obj("model", "qwen3", "created_at", "2025-11-01T10:00:00.123456Z", "message", message,
        "done_reason", answer.end() == Talk.End.LENGTH ? "length" : "stop", "done", true, "total_duration", 5000000,
        "load_duration", 1000000, "prompt_eval_count", answer.usage().input(), "prompt_eval_duration", 1000000,
        "eval_count", answer.usage().output(), "eval_duration", 3000000);
  }

  @Override
  public String streamType() {
    return "application/x-ndjson";
  }

  @Override
  public List<byte[]> stream(Talk.Answer answer, int number) {
    List<byte[]> lines = new ArrayList<>();
    int calls = 0;
    for (Talk.Piece piece : answer.pieces()) {
      switch (piece) {
        case Talk.Text text -> Provider.pieces(text.text()).forEach(more -> grown(lines, "content", more));
        case Talk.Refusal refusal -> Provider.pieces(refusal.text()).forEach(more -> grown(lines, "content", more));
        case Talk.Thought thought -> Provider.pieces(thought.text()).forEach(more -> grown(lines, "thinking", more));
        case Talk.Call call -> grown(lines, "tool_calls", arr(call(call, calls++)));
        default -> { }
      }
    }
    lines.add(line(over(answer, obj("role", "assistant", "content", ""))));
    return lines;
  }

  private static void grown(List<byte[]> lines, String member, Object value) {
    ObjectNode message = obj("role", "assistant", "content", "");
    message.setAll(obj(member, value));
    lines.add(line(obj("model", "qwen3", "created_at", "2025-11-01T10:00:00.123456Z", "message", message, "done", false)));
  }

  private static byte[] line(JsonNode node) {
    return (node + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  @Override
  public Trouble trouble(Talk.Fault fault) {
    return Trouble.of(fault.status(), obj("error", Provider.words(fault,
        "the input length exceeds the context length", "blocked by content policy: the prompt was flagged")));
  }

  @Override
  public byte[] troubleInStream(Talk.Fault fault) {
    return line(obj("error", fault.message()));
  }
}
