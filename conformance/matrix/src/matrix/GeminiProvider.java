package matrix;

import static matrix.Json.arr;
import static matrix.Json.need;
import static matrix.Json.obj;
import static matrix.Json.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Google's generateContent, as the Gemini API speaks it: calls without ids, signatures on the part after a thought. */
final class GeminiProvider implements Provider {
  private static final Set<String> MEMBERS = Set.of(
      "contents", "systemInstruction", "system_instruction", "tools", "toolConfig", "tool_config", "generationConfig",
      "generation_config", "safetySettings", "safety_settings", "cachedContent", "labels");
  private static final Set<String> SETTINGS = Set.of(
      "temperature", "topP", "topK", "maxOutputTokens", "stopSequences", "candidateCount", "seed", "presencePenalty",
      "frequencyPenalty", "responseMimeType", "responseSchema", "responseJsonSchema", "thinkingConfig", "responseLogprobs",
      "logprobs", "responseModalities");

  @Override
  public String name() {
    return "gemini";
  }

  @Override
  public JsonNode deployment(String base) {
    return obj("model", "gemini/gemini-2.5-flash", "api_base", base);
  }

  @Override
  public Map<Can, Lack> lacks() {
    return Map.ofEntries(
        Map.entry(Can.CALL_IDS, Lack.lost("a call is known by its tool's name")),
        Map.entry(Can.FAILED_RESULT, Lack.lost("a functionResponse has no mark of failure; its content says it")),
        Map.entry(Can.REDACTED, Lack.lost("it has no sealed thoughts")),
        Map.entry(Can.PARALLEL_OFF, Lack.lost("it has no such setting; LiteLLM leaves it out, too")),
        Map.entry(Can.END_USER, Lack.lost("it has no such setting; LiteLLM leaves it out, too")),
        Map.entry(Can.ANSWER_REDACTED, Lack.lost("its answers have none")),
        Map.entry(Can.END_STOP_SEQUENCE, Lack.lost("finishReason is STOP for both")),
        Map.entry(Can.ANSWER_FILTERED, Lack.lost("a candidate that was blocked has no content; of a stream, what came before stays")),
        Map.entry(Can.END_REFUSAL, Lack.lost("finishReason is STOP for a model that declines in words")),
        Map.entry(Can.REFUSAL_TEXT, Lack.lost("a refusal's words are text")),
        Map.entry(Can.CACHE_WRITE, Lack.lost("its usage does not count them")),
        Map.entry(Can.FAULT_IN_STREAM, Lack.lost("an error in mid-stream is an ordinary event with `error`")));
  }

  @Override
  public boolean hasCallIds() {
    return false;
  }

  @Override
  public String pathOf(boolean stream) {
    return "/models/gemini-2.5-flash:" + (stream ? "streamGenerateContent?alt=sse" : "generateContent");
  }

  @Override
  public Atoms read(JsonNode body, boolean stream) {
    body.fieldNames().forEachRemaining(name -> {
      if (!MEMBERS.contains(name)) {
        throw new Wrong("generateContent has no `" + name + "`");
      }
    });
    Atoms atoms = new Atoms();
    for (JsonNode part : either(body, "systemInstruction", "system_instruction").path("parts")) {
      atoms.system(text(part, "text"));
    }
    List<String> open = new ArrayList<>();
    for (JsonNode content : need(body, "contents")) {
      content(atoms, content, open);
    }
    for (JsonNode tool : body.path("tools")) {
      for (JsonNode function : either(tool, "functionDeclarations", "function_declarations")) {
        JsonNode schema = function.hasNonNull("parameters") ? function.get("parameters") : function.get("parametersJsonSchema");
        atoms.tool(text(function, "name"), text(function, "description"), schema == null ? obj("type", "object") : schema);
      }
    }
    JsonNode calling = either(either(body, "toolConfig", "tool_config"), "functionCallingConfig", "function_calling_config");
    JsonNode allowed = either(calling, "allowedFunctionNames", "allowed_function_names");
    switch (calling.path("mode").asText("AUTO")) {
      case "ANY" -> atoms.choice(allowed.isEmpty() ? "required" : allowed.get(0).asText());
      case "NONE" -> atoms.choice("none");
      default -> { }
    }
    settings(atoms, either(body, "generationConfig", "generation_config"));
    return atoms;
  }

  private static JsonNode either(JsonNode node, String name, String other) {
    return node.has(name) ? node.get(name) : node.path(other);
  }

  private static void settings(Atoms atoms, JsonNode config) {
    config.fieldNames().forEachRemaining(name -> {
      if (!SETTINGS.contains(camel(name))) {
        throw new Wrong("generationConfig has no `" + name + "`");
      }
    });
    JsonNode schema = config.has("responseSchema") ? config.get("responseSchema")
        : config.has("response_schema") ? config.get("response_schema") : either(config, "responseJsonSchema", "response_json_schema");
    String type = either(config, "responseMimeType", "response_mime_type").asText("");
    if (schema.isObject()) {
      if (!type.equals("application/json")) {
        throw new Wrong("a schema without application/json");
      }
      atoms.jsonSchema(schema);
    } else if (type.equals("application/json")) {
      atoms.jsonObject();
    }
    if (either(config, "thinkingConfig", "thinking_config").isObject()) {
      atoms.thinking();
    }
    atoms.number("max_tokens", either(config, "maxOutputTokens", "max_output_tokens"));
    atoms.number("temperature", config.get("temperature"));
    number(atoms, "top_p", either(config, "topP", "top_p"));
    number(atoms, "top_k", either(config, "topK", "top_k"));
    number(atoms, "seed", config.path("seed"));
    number(atoms, "frequency_penalty", either(config, "frequencyPenalty", "frequency_penalty"));
    number(atoms, "presence_penalty", either(config, "presencePenalty", "presence_penalty"));
    JsonNode stop = either(config, "stopSequences", "stop_sequences");
    if (stop.isArray()) {
      atoms.stop(stop);
    }
  }

  private static void number(Atoms atoms, String name, JsonNode value) {
    if (value.isNumber()) {
      atoms.number(name, value);
    }
  }

  private static String camel(String name) {
    StringBuilder camel = new StringBuilder();
    for (String word : name.split("_")) {
      camel.append(camel.isEmpty() ? word : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
    }
    return camel.toString();
  }

  private static void content(Atoms atoms, JsonNode content, List<String> open) {
    String role = Json.textOr(content, "role", "user").equals("model") ? "assistant" : "user";
    JsonNode parts = need(content, "parts");
    if (parts.isEmpty()) {
      throw new Wrong("a content without parts");
    }
    for (JsonNode part : parts) {
      JsonNode signature = either(part, "thoughtSignature", "thought_signature");
      if (signature.isTextual() && !part.path("thought").asBoolean()) {
        atoms.signature(signature.asText()); // of the thought before
      }
      JsonNode call = either(part, "functionCall", "function_call");
      JsonNode result = either(part, "functionResponse", "function_response");
      JsonNode data = either(part, "inlineData", "inline_data");
      JsonNode file = either(part, "fileData", "file_data");
      if (part.path("thought").asBoolean()) {
        atoms.thought(text(part, "text"));
      } else if (part.has("text")) {
        atoms.text(role, text(part, "text"));
      } else if (call.isObject()) {
        open.add(text(call, "name"));
        atoms.call(null, text(call, "name"), call.has("args") ? call.get("args") : obj());
      } else if (result.isObject()) {
        if (!open.remove(text(result, "name"))) {
          throw new Wrong("a functionResponse for no call: " + result.get("name"));
        }
        atoms.result(null, words(need(result, "response")), false);
      } else if (data.isObject()) {
        media(atoms, either(data, "mimeType", "mime_type").asText(), text(data, "data"));
      } else if (file.isObject()) {
        atoms.imageUrl(either(file, "fileUri", "file_uri").asText());
      } else {
        throw new Wrong("no part: " + Json.brief(part.toString()));
      }
      if (signature.isTextual() && part.path("thought").asBoolean()) {
        atoms.signature(signature.asText());
      }
    }
  }

  private static void media(Atoms atoms, String type, String base64) {
    if (type.equals("application/pdf")) {
      atoms.pdf(base64);
    } else {
      atoms.imageData(type, base64);
    }
  }

  /** A result is an object of whatever names; what it says are its texts, or itself if it is none of ours. */
  private static List<String> words(JsonNode response) {
    if (!response.isObject()) {
      throw new Wrong("a functionResponse's response is no object");
    }
    List<String> texts = new ArrayList<>();
    boolean wrapped = response.size() == 1 && Set.of("content", "result", "output", "error").contains(response.fieldNames().next());
    JsonNode only = wrapped ? response.iterator().next() : response;
    if (only.isTextual()) {
      texts.add(only.asText());
    } else if (only.isArray()) {
      only.forEach(part -> texts.add(part.isTextual() ? part.asText() : Json.textOr(part, "text", part.toString())));
    } else {
      texts.add(response.toString());
    }
    return texts;
  }

  @Override
  public JsonNode whole(Talk.Answer answer, int number) {
    List<ObjectNode> parts = new ArrayList<>();
    String signature = null;
    for (Talk.Piece piece : answer.pieces()) {
      ObjectNode part = part(piece);
      if (piece instanceof Talk.Thought thought) {
        signature = thought.signature();
      } else if (part != null && signature != null) {
        part.put("thoughtSignature", signature);
        signature = null;
      }
      if (part != null) {
        parts.add(part);
      }
    }
    return response(number, answer.end() == Talk.End.FILTER ? List.of() : parts, finish(answer), answer.usage());
  }

  private static ObjectNode part(Talk.Piece piece) {
    return switch (piece) {
      case Talk.Text text -> obj("text", text.text());
      case Talk.Refusal refusal -> obj("text", refusal.text());
      case Talk.Thought thought -> obj("text", thought.text(), "thought", true);
      case Talk.Call call -> obj("functionCall", obj("name", call.name(), "args", call.arguments()));
      default -> null;
    };
  }

  private static String finish(Talk.Answer answer) {
    return switch (answer.end()) {
      case STOP, STOP_SEQUENCE, TOOLS, REFUSAL -> "STOP";
      case LENGTH -> "MAX_TOKENS";
      case FILTER -> "SAFETY";
    };
  }

  private static JsonNode response(int number, List<ObjectNode> parts, String finish, Talk.Usage usage) {
    JsonNode content = finish != null && finish.equals("SAFETY") ? null : obj("parts", parts.isEmpty() ? null : arr(parts), "role", "model");
    return obj("candidates", arr(obj("content", content, "finishReason", finish, "index", 0)),
        "usageMetadata", usage == null ? null : obj("promptTokenCount", usage.input(), "candidatesTokenCount", usage.output() - usage.reasoning(),
            "totalTokenCount", usage.input() + usage.output(), "cachedContentTokenCount", usage.cached() == 0 ? null : usage.cached(),
            "thoughtsTokenCount", usage.reasoning() == 0 ? null : usage.reasoning(),
            "promptTokensDetails", arr(obj("modality", "TEXT", "tokenCount", usage.input()))),
        "modelVersion", "gemini-2.5-flash", "responseId", "resp-m" + number);
  }

  @Override
  public String streamType() {
    return "text/event-stream";
  }

  @Override
  public List<byte[]> stream(Talk.Answer answer, int number) {
    List<List<ObjectNode>> steps = new ArrayList<>();
    String signature = null;
    for (Talk.Piece piece : answer.pieces()) {
      List<ObjectNode> grown = new ArrayList<>();
      switch (piece) {
        case Talk.Text text -> Provider.pieces(text.text()).forEach(more -> grown.add(obj("text", more)));
        case Talk.Refusal refusal -> Provider.pieces(refusal.text()).forEach(more -> grown.add(obj("text", more)));
        case Talk.Thought thought -> {
          Provider.pieces(thought.text()).forEach(more -> grown.add(obj("text", more, "thought", true)));
          signature = thought.signature();
        }
        case Talk.Call _ -> grown.add(part(piece));
        default -> { }
      }
      if (!(piece instanceof Talk.Thought) && signature != null && !grown.isEmpty()) {
        grown.getLast().put("thoughtSignature", signature);
        signature = null;
      }
      grown.forEach(part -> steps.add(List.of(part)));
    }
    if (answer.end() == Talk.End.FILTER) {
      steps.add(List.of()); // the piece that was blocked
    }
    List<byte[]> events = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      boolean last = i == steps.size() - 1;
      events.add(Sse.write(null, response(number, steps.get(i), last ? finish(answer) : null, last ? answer.usage() : null).toString()));
    }
    if (steps.isEmpty()) {
      events.add(Sse.write(null, response(number, List.of(), finish(answer), answer.usage()).toString()));
    }
    return events;
  }

  @Override
  public Trouble trouble(Talk.Fault fault) {
    String status = switch (fault.kind()) {
      case BAD_REQUEST, CONTEXT, POLICY -> "INVALID_ARGUMENT";
      case AUTH -> "UNAUTHENTICATED";
      case FORBIDDEN -> "PERMISSION_DENIED";
      case NOT_FOUND -> "NOT_FOUND";
      case RATE -> "RESOURCE_EXHAUSTED";
      case SERVER -> "INTERNAL";
    };
    return Trouble.of(fault.status(), obj("error", obj("code", fault.status(), "message", Provider.words(fault,
        "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
        "The response was blocked because of the content policy: prohibited content"), "status", status)));
  }

  @Override
  public byte[] troubleInStream(Talk.Fault fault) {
    return Sse.write(null, obj("error", obj("code", 500, "message", fault.message(), "status", "INTERNAL")).toString());
  }
}
