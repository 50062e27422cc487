package matrix;

import static matrix.Json.arr;
import static matrix.Json.need;
import static matrix.Json.obj;
import static matrix.Json.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** OpenAI's chat completions, with {@code reasoning_content} and {@code top_k} as compatible servers have them. */
final class ChatProvider implements Provider {
  static final String CONTEXT =
      "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.";
  static final String POLICY = "Your request was rejected as a result of our safety system: content policy violation.";
  private static final Set<String> MEMBERS = Set.of(
      "model", "messages", "tools", "tool_choice", "parallel_tool_calls", "response_format", "reasoning_effort", "max_tokens",
      "max_completion_tokens", "temperature", "top_p", "seed", "presence_penalty", "frequency_penalty", "stop", "user",
      "stream", "stream_options", "n", "logprobs", "top_logprobs", "logit_bias", "store", "metadata", "service_tier",
      "safety_identifier", "prompt_cache_key", "top_k", "verbosity", "web_search_options", "modalities", "audio", "prediction");

  @Override
  public String name() {
    return "chat";
  }

  @Override
  public JsonNode deployment(String base) {
    return obj("model", "custom_openai/deepseek-r1", "api_base", base + "/v1",
        "allowed_openai_params", arr("reasoning_effort"));
  }

  @Override
  public Map<Can, Lack> lacks() {
    return Map.ofEntries(
        Map.entry(Can.FAILED_RESULT, Lack.lost("a tool message has no mark of failure; its text says it")),
        Map.entry(Can.THOUGHT, Lack.lost("OpenAI takes no thoughts of earlier turns")),
        Map.entry(Can.SIGNATURE, Lack.lost("OpenAI's chat completions know no signatures")),
        Map.entry(Can.REDACTED, Lack.lost("OpenAI's chat completions know no sealed thoughts")),
        Map.entry(Can.ANSWER_REDACTED, Lack.lost("its answers have none")),
        Map.entry(Can.END_STOP_SEQUENCE, Lack.lost("finish_reason is stop for both")),
        Map.entry(Can.END_REFUSAL, Lack.lost("finish_reason is stop, the message has a refusal")),
        Map.entry(Can.CACHE_WRITE, Lack.lost("its usage does not count them")));
  }

  @Override
  public String pathOf(boolean stream) {
    return "/v1/chat/completions";
  }

  @Override
  public Atoms read(JsonNode body, boolean stream) {
    body.fieldNames().forEachRemaining(name -> {
      if (!MEMBERS.contains(name)) {
        throw new Wrong("OpenAI's chat completions have no `" + name + "`");
      }
    });
    Atoms atoms = new Atoms();
    List<String> open = new ArrayList<>();
    for (JsonNode message : need(body, "messages")) {
      message(atoms, message, open);
    }
    for (JsonNode tool : body.path("tools")) {
      JsonNode function = need(tool, "function");
      atoms.tool(text(function, "name"), text(function, "description"), function.get("parameters"));
    }
    choice(atoms, body.get("tool_choice"));
    if (body.path("parallel_tool_calls").isBoolean() && !body.get("parallel_tool_calls").asBoolean()) {
      atoms.oneCallAtMost();
    }
    JsonNode format = body.path("response_format");
    switch (format.path("type").asText()) {
      case "json_object" -> atoms.jsonObject();
      case "json_schema" -> {
        text(need(format, "json_schema"), "name");
        atoms.jsonSchema(need(format.get("json_schema"), "schema"));
      }
      default -> { }
    }
    if (body.hasNonNull("reasoning_effort")) {
      atoms.thinking();
    }
    atoms.number("max_tokens", body.hasNonNull("max_tokens") ? body.get("max_tokens") : body.get("max_completion_tokens"));
    for (String number : List.of("temperature", "top_p", "top_k", "seed", "presence_penalty", "frequency_penalty")) {
      atoms.number(number, body.get(number));
    }
    atoms.stop(body.get("stop"));
    atoms.endUser(Json.textOr(body, "user", null));
    if (stream && !body.path("stream_options").path("include_usage").asBoolean()) {
      throw new Wrong("usage was not asked for in the stream");
    }
    return atoms;
  }

  private static void message(Atoms atoms, JsonNode message, List<String> open) {
    String role = text(message, "role");
    if (!open.isEmpty() && !role.equals("tool")) {
      throw new Wrong("no results for the calls " + open);
    }
    JsonNode content = message.path("content");
    switch (role) {
      case "system", "developer" -> texts(content).forEach(atoms::system);
      case "user" -> user(atoms, need(message, "content"));
      case "assistant" -> {
        texts(content).forEach(text -> atoms.text("assistant", text));
        for (JsonNode call : message.path("tool_calls")) {
          String id = text(call, "id");
          JsonNode function = need(call, "function");
          atoms.call(id, text(function, "name"), Json.read(text(function, "arguments")));
          open.add(id);
        }
        if (texts(content).isEmpty() && !message.has("tool_calls") && !message.has("refusal")) {
          throw new Wrong("an assistant message without content");
        }
      }
      case "tool" -> {
        String id = text(message, "tool_call_id");
        if (!open.remove(id)) {
          throw new Wrong("a result for no call: " + id);
        }
        atoms.result(id, texts(need(message, "content")), false);
      }
      default -> throw new Wrong("role " + role);
    }
  }

  static List<String> texts(JsonNode content) {
    List<String> texts = new ArrayList<>();
    if (content.isTextual()) {
      texts.add(content.asText());
    }
    if (content.isArray()) {
      for (JsonNode part : content) {
        if (!part.path("type").asText().equals("text")) {
          throw new Wrong("only text may be here: " + Json.brief(part.toString()));
        }
        texts.add(text(part, "text"));
      }
    }
    texts.removeIf(String::isEmpty);
    return texts;
  }

  private static void user(Atoms atoms, JsonNode content) {
    if (content.isTextual()) {
      atoms.text("user", content.asText());
      return;
    }
    for (JsonNode part : content) {
      switch (text(part, "type")) {
        case "text" -> atoms.text("user", text(part, "text"));
        case "image_url" -> media(atoms, text(need(part, "image_url"), "url"));
        case "file" -> media(atoms, text(need(part, "file"), "file_data"));
        default -> throw new Wrong("no part of a user's message: " + Json.brief(part.toString()));
      }
    }
  }

  /** A data URL or an address. */
  static void media(Atoms atoms, String url) {
    if (!url.startsWith("data:")) {
      atoms.imageUrl(url);
      return;
    }
    String type = url.substring(5, url.indexOf(';'));
    String base64 = url.substring(url.indexOf(',') + 1);
    if (type.equals("application/pdf")) {
      atoms.pdf(base64);
    } else {
      atoms.imageData(type, base64);
    }
  }

  private static void choice(Atoms atoms, JsonNode choice) {
    if (choice != null && choice.isTextual() && !choice.asText().equals("auto")) {
      atoms.choice(choice.asText());
    } else if (choice != null && choice.isObject()) {
      atoms.choice(text(need(choice, "function"), "name"));
    }
  }

  @Override
  public JsonNode whole(Talk.Answer answer, int number) {
    StringBuilder content = new StringBuilder();
    StringBuilder thoughts = new StringBuilder();
    String refusal = null;
    ArrayNode calls = arr();
    for (Talk.Piece piece : answer.pieces()) {
      switch (piece) {
        case Talk.Text text -> content.append(text.text());
        case Talk.Thought thought -> thoughts.append(thought.text());
        case Talk.Refusal said -> refusal = said.text();
        case Talk.Call call -> calls.add(call(call));
        default -> { }
      }
    }
    JsonNode message = obj("role", "assistant", "content", content.isEmpty() && !(calls.isEmpty() && refusal == null) ? Json.MAPPER.nullNode() : content.toString(),
        "reasoning_content", thoughts.isEmpty() ? null : thoughts.toString(),
        "refusal", refusal == null ? Json.MAPPER.nullNode() : refusal,
        "tool_calls", calls.isEmpty() ? null : calls);
    return obj("id", "chatcmpl-m" + number, "object", "chat.completion", "created", 1700000000, "model", "deepseek-r1",
        "choices", arr(obj("index", 0, "message", message, "logprobs", Json.MAPPER.nullNode(), "finish_reason", finish(answer))),
        "usage", usage(answer.usage()), "system_fingerprint", "fp_1");
  }

  private static JsonNode call(Talk.Call call) {
    return obj("id", call.id(), "type", "function",
        "function", obj("name", call.name(), "arguments", call.arguments().toString()));
  }

  private static String finish(Talk.Answer answer) {
    return switch (answer.end()) {
      case STOP, STOP_SEQUENCE, REFUSAL -> "stop";
      case LENGTH -> "length";
      case TOOLS -> "tool_calls";
      case FILTER -> "content_filter";
    };
  }

  private static JsonNode usage(Talk.Usage usage) {
    return obj("prompt_tokens", usage.input(), "completion_tokens", usage.output(),
        "total_tokens", usage.input() + usage.output(),
        "prompt_tokens_details", obj("cached_tokens", usage.cached(), "audio_tokens", 0),
        "completion_tokens_details", obj("reasoning_tokens", usage.reasoning(), "audio_tokens", 0,
            "accepted_prediction_tokens", 0, "rejected_prediction_tokens", 0));
  }

  @Override
  public String streamType() {
    return "text/event-stream";
  }

  @Override
  public List<byte[]> stream(Talk.Answer answer, int number) {
    List<JsonNode> deltas = new ArrayList<>(List.of(obj("role", "assistant", "content", "")));
    int calls = 0;
    for (Talk.Piece piece : answer.pieces()) {
      switch (piece) {
        case Talk.Text text -> Provider.pieces(text.text()).forEach(more -> deltas.add(obj("content", more)));
        case Talk.Thought thought -> Provider.pieces(thought.text()).forEach(more -> deltas.add(obj("reasoning_content", more)));
        case Talk.Refusal refusal -> Provider.pieces(refusal.text()).forEach(more -> deltas.add(obj("refusal", more)));
        case Talk.Call call -> {
          int index = calls++;
          deltas.add(obj("tool_calls", arr(obj("index", index, "id", call.id(), "type", "function",
              "function", obj("name", call.name(), "arguments", "")))));
          Provider.pieces(call.arguments().toString()).forEach(more -> deltas.add(
              obj("tool_calls", arr(obj("index", index, "function", obj("arguments", more))))));
        }
        default -> { }
      }
    }
    List<byte[]> events = new ArrayList<>();
    deltas.forEach(delta -> events.add(chunk(number, arr(obj("index", 0, "delta", delta, "logprobs", Json.MAPPER.nullNode(),
        "finish_reason", Json.MAPPER.nullNode())), null)));
    events.add(chunk(number, arr(obj("index", 0, "delta", obj(), "finish_reason", finish(answer))), null));
    events.add(chunk(number, arr(), usage(answer.usage())));
    events.add(Sse.write(null, "[DONE]"));
    return events;
  }

  private static byte[] chunk(int number, JsonNode choices, JsonNode usage) {
    return Sse.write(null, obj("id", "chatcmpl-m" + number, "object", "chat.completion.chunk", "created", 1700000000,
        "model", "deepseek-r1", "choices", choices, "usage", usage == null ? Json.MAPPER.nullNode() : usage).toString());
  }

  @Override
  public Trouble trouble(Talk.Fault fault) {
    String[] kind = kind(fault);
    JsonNode body = obj("error", obj("message", Provider.words(fault, CONTEXT, POLICY), "type", kind[0],
        "param", Json.MAPPER.nullNode(), "code", kind[1] == null ? Json.MAPPER.nullNode() : kind[1]));
    return fault.status() == 429 ? Trouble.of(429, body, "retry-after", "7") : Trouble.of(fault.status(), body);
  }

  static String[] kind(Talk.Fault fault) {
    return switch (fault.kind()) {
      case BAD_REQUEST -> new String[] {"invalid_request_error", null};
      case AUTH -> new String[] {"invalid_request_error", "invalid_api_key"};
      case FORBIDDEN -> new String[] {"permission_error", null};
      case NOT_FOUND -> new String[] {"invalid_request_error", "model_not_found"};
      case RATE -> new String[] {"requests", "rate_limit_exceeded"};
      case SERVER -> new String[] {"server_error", null};
      case CONTEXT -> new String[] {"invalid_request_error", "context_length_exceeded"};
      case POLICY -> new String[] {"invalid_request_error", "content_policy_violation"};
    };
  }

  @Override
  public byte[] troubleInStream(Talk.Fault fault) {
    return Sse.write(null, obj("error", obj("message", fault.message(), "type", "server_error", "code", Json.MAPPER.nullNode())).toString());
  }
}
