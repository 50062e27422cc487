package matrix;

import static matrix.Json.arr;
import static matrix.Json.obj;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.genai.types.FinishReason;
import com.google.genai.types.GenerateContentResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Google's generateContent, judged by google-genai: what its types do not know is an error. */
final class GeminiClient implements Client {
  private static final Map<String, String> NUMBERS = Map.of(
      "max_tokens", "maxOutputTokens", "temperature", "temperature", "top_p", "topP", "top_k", "topK", "seed", "seed",
      "presence_penalty", "presencePenalty", "frequency_penalty", "frequencyPenalty");

  @Override
  public String name() {
    return "gemini";
  }

  @Override
  public Map<Can, String> lacks() {
    return Map.of(
        Can.FAILED_RESULT, "a functionResponse has no mark of failure",
        Can.REDACTED, "generateContent has no sealed thoughts",
        Can.PARALLEL_OFF, "generateContent has no such setting",
        Can.END_USER, "generateContent has no such setting",
        Can.REFUSAL_TEXT, "a refusal's words are text",
        Can.CACHE_WRITE, "its usage does not count them",
        Can.CALL_IDS, "a call is known by its tool's name");
  }

  @Override
  public boolean hasCallIds() {
    return false;
  }

  @Override
  public String path(String model, boolean stream) {
    return "/v1beta/models/" + model + (stream ? ":streamGenerateContent?alt=sse" : ":generateContent");
  }

  @Override
  public ObjectNode body(Talk.Ask ask, String model, boolean stream) {
    List<JsonNode> system = new ArrayList<>();
    List<JsonNode> contents = new ArrayList<>();
    for (Talk.Turn turn : ask.turns()) {
      if (turn.role().equals("system")) {
        system.add(obj("text", ((Talk.Text) turn.pieces().getFirst()).text()));
      } else {
        contents.add(content(turn));
      }
    }
    List<JsonNode> functions = new ArrayList<>();
    ask.tools().forEach(tool -> functions.add(obj("name", tool.name(), "description", tool.description(), "parameters", capitals(tool.schema()))));
    ObjectNode config = obj("stopSequences", ask.stop().isEmpty() ? null : arr(ask.stop()),
        "thinkingConfig", ask.thinking() ? obj("thinkingBudget", 2048, "includeThoughts", true) : null,
        "responseMimeType", ask.format() == null ? null : "application/json",
        "responseSchema", ask.format() == null || ask.format().schema() == null ? null : capitals(ask.format().schema()));
    ask.numbers().forEach((name, value) -> config.set(NUMBERS.get(name), value));
    return obj("contents", arr(contents), "systemInstruction", system.isEmpty() ? null : obj("parts", arr(system)),
        "tools", functions.isEmpty() ? null : arr(obj("functionDeclarations", arr(functions))),
        "toolConfig", choice(ask.choice()), "generationConfig", config.isEmpty() ? null : config);
  }

  private static JsonNode choice(String choice) {
    return choice == null ? null : obj("functionCallingConfig", switch (choice) {
      case "none" -> obj("mode", "NONE");
      case "required" -> obj("mode", "ANY");
      default -> obj("mode", "ANY", "allowedFunctionNames", arr(choice));
    });
  }

  /** Google's own schemas write types in capitals, and are never closed. */
  private static JsonNode capitals(JsonNode schema) {
    ObjectNode own = schema.deepCopy();
    own.remove("additionalProperties");
    own.put("type", own.path("type").asText().toUpperCase(Locale.ROOT));
    own.path("properties").properties().forEach(p -> ((ObjectNode) own.get("properties")).set(p.getKey(), capitals(p.getValue())));
    if (own.path("properties").isObject() && own.get("properties").isEmpty()) {
      own.remove("properties");
    }
    return own;
  }

  private static JsonNode content(Talk.Turn turn) {
    List<JsonNode> parts = new ArrayList<>();
    for (Talk.Piece piece : turn.pieces()) {
      parts.add(switch (piece) {
        case Talk.Text text -> obj("text", text.text());
        case Talk.Image image -> image.url() != null ? obj("fileData", obj("mimeType", "image/png", "fileUri", image.url()))
            : obj("inlineData", obj("mimeType", image.mediaType(), "data", image.base64()));
        case Talk.Pdf pdf -> obj("inlineData", obj("mimeType", "application/pdf", "data", pdf.base64()));
        case Talk.Call call -> obj("functionCall", obj("name", call.name(), "args", call.arguments()));
        case Talk.Result result -> obj("functionResponse", obj("name", result.name(), "response",
            obj("result", String.join("\n", result.texts()))));
        default -> throw new IllegalStateException("not in a history: " + piece);
      });
    }
    return obj("role", turn.role().equals("assistant") ? "model" : "user", "parts", arr(parts));
  }

  @Override
  public void goOn(ObjectNode body, JsonNode echo, List<Talk.Call> calls, List<Talk.Turn> next) {
    ArrayNode contents = (ArrayNode) body.get("contents");
    contents.add(echo);
    next.forEach(turn -> contents.add(content(turn)));
  }

  @Override
  public Said whole(Answer answer) {
    return said(List.of(parsed(Json.read(answer.body()))));
  }

  @Override
  public Said stream(Answer answer) {
    List<JsonNode> chunks = new ArrayList<>();
    Sse.read(answer.body()).forEach(event -> chunks.add(parsed(Json.read(event.data()))));
    return said(chunks);
  }

  /** Through the SDK's types and back: a member which is lost on the way is unknown to them. */
  private static JsonNode parsed(JsonNode json) {
    GenerateContentResponse response;
    try {
      response = GenerateContentResponse.fromJson(json.toString());
    } catch (RuntimeException e) {
      throw new Wrong("google-genai: " + e.getMessage());
    }
    response.candidates().orElse(List.of()).forEach(candidate -> candidate.finishReason().ifPresent(reason -> {
      if (reason.knownEnum() == FinishReason.Known.FINISH_REASON_UNSPECIFIED) {
        throw new Wrong("no finishReason: " + reason);
      }
    }));
    JsonNode back = Json.read(response.toJson());
    String lost = lost(json, back, "");
    if (lost != null) {
      throw new Wrong("google-genai knows no " + lost + ": " + Json.brief(json.toString()));
    }
    return back;
  }

  private static String lost(JsonNode from, JsonNode to, String path) {
    if (path.endsWith("/args")) {
      return null;
    }
    if (from.isObject()) {
      for (Map.Entry<String, JsonNode> member : from.properties()) {
        JsonNode kept = to.get(member.getKey());
        boolean empty = member.getValue().isNull() || member.getValue().isContainerNode() && member.getValue().isEmpty();
        String lost = kept == null ? empty ? null : path + "/" + member.getKey() : lost(member.getValue(), kept, path + "/" + member.getKey());
        if (lost != null) {
          return lost;
        }
      }
    }
    for (int i = 0; from.isArray() && i < from.size(); i++) {
      String lost = lost(from.get(i), to.path(i), path + "/" + i);
      if (lost != null) {
        return lost;
      }
    }
    return null;
  }

  private static Said said(List<JsonNode> chunks) {
    StringBuilder text = new StringBuilder();
    StringBuilder thought = new StringBuilder();
    List<Talk.Call> calls = new ArrayList<>();
    List<JsonNode> parts = new ArrayList<>();
    String finish = "";
    String id = "";
    JsonNode usage = obj();
    for (JsonNode chunk : chunks) {
      if (chunk.has("error")) {
        throw new Wrong("an error in the stream: " + chunk);
      }
      JsonNode candidate = chunk.path("candidates").path(0);
      if (!finish.isEmpty() && !candidate.path("content").path("parts").isEmpty()) {
        throw new Wrong("parts behind finishReason");
      }
      for (JsonNode part : candidate.path("content").path("parts")) {
        parts.add(part);
        if (part.has("functionCall")) {
          JsonNode call = part.get("functionCall");
          calls.add(new Talk.Call(call.path("id").asText(null), Json.text(call, "name"), call.has("args") ? call.get("args") : obj()));
        } else {
          (part.path("thought").asBoolean() ? thought : text).append(part.path("text").asText(""));
        }
      }
      finish = candidate.path("finishReason").asText(finish);
      if (!id.isEmpty() && chunk.has("responseId") && !id.equals(chunk.get("responseId").asText())) {
        throw new Wrong("responseId changes");
      }
      id = chunk.path("responseId").asText(id);
      usage = chunk.has("usageMetadata") ? chunk.get("usageMetadata") : usage;
    }
    long thoughts = usage.path("thoughtsTokenCount").asLong(0);
    long output = usage.path("candidatesTokenCount").asLong(0) + thoughts;
    if (usage.path("totalTokenCount").asLong() != usage.path("promptTokenCount").asLong() + output) {
      throw new Wrong("totalTokenCount is not the sum: " + usage);
    }
    return new Said(id, text.toString(), thought.toString(), "", calls, finish,
        new Talk.Usage(usage.path("promptTokenCount").asLong(), usage.path("cachedContentTokenCount").asLong(0), -1, output, thoughts),
        obj("role", "model", "parts", arr(joined(parts))));
  }

  /** Texts of one kind in a row are one; a signature closes it. */
  private static List<JsonNode> joined(List<JsonNode> parts) {
    List<JsonNode> joined = new ArrayList<>();
    for (JsonNode part : parts) {
      JsonNode last = joined.isEmpty() ? obj() : joined.getLast();
      if (part.has("text") && last.has("text") && !last.has("thoughtSignature")
          && part.path("thought").asBoolean() == last.path("thought").asBoolean()) {
        ObjectNode grown = part.deepCopy();
        grown.put("text", last.get("text").asText() + part.get("text").asText());
        joined.set(joined.size() - 1, grown);
      } else {
        joined.add(part);
      }
    }
    return joined;
  }

  @Override
  public String trouble(Answer answer) {
    return error(Json.read(answer.body()), answer.status());
  }

  private static String error(JsonNode json, int status) {
    JsonNode error = Json.need(json, "error");
    if (status != 0 && Json.need(error, "code").asInt() != status) {
      throw new Wrong("code " + error.get("code") + " with status " + status);
    }
    if (!Json.text(error, "status").matches("[A-Z_]+")) {
      throw new Wrong("no status: " + error);
    }
    return Json.text(error, "message");
  }

  @Override
  public String troubleInStream(Answer answer) {
    String message = null;
    for (Sse.Event event : Sse.read(answer.body())) {
      JsonNode json = Json.read(event.data());
      message = json.has("error") ? error(json, 0) : null;
    }
    return message;
  }

  @Override
  public Set<String> finishes(Talk.End end) {
    return switch (end) {
      case STOP, STOP_SEQUENCE, TOOLS -> Set.of("STOP");
      case LENGTH -> Set.of("MAX_TOKENS");
      case FILTER, REFUSAL -> Set.of("SAFETY", "PROHIBITED_CONTENT", "BLOCKLIST");
    };
  }
}
