package matrix;

import static matrix.Json.arr;
import static matrix.Json.need;
import static matrix.Json.obj;
import static matrix.Json.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Base64;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Amazon Bedrock's Converse, with a Claude behind it. */
final class BedrockProvider implements Provider {
  private static final Set<String> MEMBERS = Set.of(
      "messages", "system", "inferenceConfig", "toolConfig", "guardrailConfig", "additionalModelRequestFields", "promptVariables",
      "additionalModelResponseFieldPaths", "requestMetadata", "performanceConfig", "outputConfig", "serviceTier");
  private static final String MODEL = "anthropic.claude-3-7-sonnet-20250219-v1:0";

  @Override
  public String name() {
    return "bedrock";
  }

  @Override
  public JsonNode deployment(String base) {
    return obj("model", "bedrock/converse/" + MODEL, "aws_bedrock_runtime_endpoint", base, "aws_region_name", "us-east-1",
        "aws_access_key_id", "AKIAMATRIXMATRIX1234", "aws_secret_access_key", Wire.PROVIDER_KEY);
  }

  @Override
  public Map<Can, Lack> lacks() {
    return Map.ofEntries(
        Map.entry(Can.IMAGE_URL, Lack.refused("images are in the message")),
        Map.entry(Can.SEED, Lack.refused("Converse has no seed")),
        Map.entry(Can.PENALTIES, Lack.refused("Converse has no penalties")),
        Map.entry(Can.JSON_OBJECT, Lack.lost("Converse has no JSON mode without a schema")),
        Map.entry(Can.CHOICE_NONE, Lack.lost("toolChoice is auto, any or tool; LiteLLM leaves none out, too")),
        Map.entry(Can.PARALLEL_OFF, Lack.lost("Converse has no such setting but in a model's own fields")),
        Map.entry(Can.END_USER, Lack.lost("Converse has no such setting; LiteLLM leaves it out, too")),
        Map.entry(Can.END_REFUSAL, Lack.lost("stopReason is content_filtered")),
        Map.entry(Can.REFUSAL_TEXT, Lack.lost("a refusal's words are text")),
        Map.entry(Can.REASONING_TOKENS, Lack.lost("thoughts are counted as output")));
  }

  @Override
  public Talk.End ended(Talk.End end) {
    return end == Talk.End.REFUSAL ? Talk.End.FILTER : Provider.super.ended(end);
  }

  @Override
  public String pathOf(boolean stream) {
    return "/model/anthropic.claude-3-7-sonnet-20250219-v1%3A0/" + (stream ? "converse-stream" : "converse");
  }

  @Override
  public Atoms read(JsonNode body, boolean stream) {
    body.fieldNames().forEachRemaining(name -> {
      if (!MEMBERS.contains(name)) {
        throw new Wrong("Converse has no `" + name + "`");
      }
    });
    Atoms atoms = new Atoms();
    for (JsonNode block : body.path("system")) {
      if (!block.has("cachePoint")) {
        atoms.system(text(block, "text"));
      }
    }
    List<String> open = new ArrayList<>();
    String before = "assistant";
    for (JsonNode message : need(body, "messages")) {
      String role = text(message, "role");
      if (before.equals(role)) {
        throw new Wrong(role + " speaks twice or the assistant first");
      }
      message(atoms, role, need(message, "content"), open);
      before = role;
    }
    tools(atoms, body.path("toolConfig"));
    JsonNode inference = body.path("inferenceConfig");
    JsonNode own = body.path("additionalModelRequestFields");
    atoms.number("max_tokens", inference.get("maxTokens"));
    atoms.number("temperature", inference.get("temperature"));
    atoms.number("top_p", inference.get("topP"));
    atoms.number("top_k", own.get("top_k"));
    atoms.stop(inference.get("stopSequences"));
    JsonNode thinking = own.has("thinking") ? own.get("thinking") : own.path("reasoning_config");
    if (thinking.path("type").asText().equals("enabled") || thinking.path("type").asText().equals("adaptive")) {
      atoms.thinking();
    }
    JsonNode format = body.path("outputConfig").path("textFormat").path("structure").path("jsonSchema").path("schema");
    if (format.isTextual()) {
      atoms.jsonSchema(Json.read(format.asText()));
    }
    return atoms;
  }

  private static void tools(Atoms atoms, JsonNode config) {
    boolean emulated = false;
    for (JsonNode tool : config.path("tools")) {
      if (tool.has("cachePoint")) {
        continue;
      }
      JsonNode spec = need(tool, "toolSpec");
      JsonNode schema = need(need(spec, "inputSchema"), "json");
      if (text(spec, "name").equals(MessagesProvider.JSON_TOOL)) {
        atoms.jsonSchema(schema);
        emulated = true;
      } else {
        atoms.tool(text(spec, "name"), text(spec, "description"), schema);
      }
    }
    JsonNode choice = config.path("toolChoice");
    if (choice.has("any")) {
      atoms.choice("required");
    } else if (choice.has("tool") && !emulated) {
      atoms.choice(text(choice.get("tool"), "name"));
    }
  }

  private static void message(Atoms atoms, String role, JsonNode content, List<String> open) {
    List<String> calls = new ArrayList<>();
    for (JsonNode block : content) {
      if (block.size() != 1) {
        throw new Wrong("a block is one thing: " + Json.brief(block.toString()));
      }
      String type = block.fieldNames().next();
      JsonNode value = block.get(type);
      switch (type) {
        case "text" -> atoms.text(role, text(block, "text"));
        case "image" -> atoms.imageData("image/" + text(value, "format"), text(need(value, "source"), "bytes"));
        case "document" -> {
          text(value, "name");
          text(value, "format");
          atoms.pdf(text(need(value, "source"), "bytes"));
        }
        case "reasoningContent" -> {
          if (value.has("redactedContent")) {
            atoms.redacted(unbase(text(value, "redactedContent")));
          } else {
            JsonNode reasoning = need(value, "reasoningText");
            atoms.thought(text(reasoning, "text"));
            atoms.signature(text(reasoning, "signature"));
          }
        }
        case "toolUse" -> {
          calls.add(text(value, "toolUseId"));
          atoms.call(text(value, "toolUseId"), text(value, "name"), need(value, "input"));
        }
        case "toolResult" -> {
          String id = text(value, "toolUseId");
          if (!open.remove(id)) {
            throw new Wrong("a result for no call: " + id);
          }
          List<String> texts = new ArrayList<>();
          for (JsonNode part : need(value, "content")) {
            texts.add(part.has("json") ? part.get("json").toString() : text(part, "text"));
          }
          atoms.result(id, texts, value.path("status").asText().equals("error"));
        }
        case "cachePoint" -> { }
        default -> throw new Wrong("no block: " + Json.brief(block.toString()));
      }
    }
    if (!open.isEmpty()) {
      throw new Wrong("no results for the calls " + open);
    }
    open.addAll(calls);
  }

  /** A blob's bytes, which are the sealed text that the matrix began with. */
  private static String unbase(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
  }

  private static String base(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public JsonNode whole(Talk.Answer answer, int number) {
    List<JsonNode> blocks = new ArrayList<>();
    for (Talk.Piece piece : answer.pieces()) {
      blocks.add(switch (piece) {
        case Talk.Text text -> obj("text", text.text());
        case Talk.Refusal refusal -> obj("text", refusal.text());
        case Talk.Thought thought -> obj("reasoningContent", obj("reasoningText", obj("text", thought.text(), "signature", thought.signature())));
        case Talk.Redacted redacted -> obj("reasoningContent", obj("redactedContent", base(redacted.data())));
        case Talk.Call call -> obj("toolUse", obj("toolUseId", call.id(), "name", call.name(), "input", call.arguments()));
        default -> throw new IllegalStateException("no answer: " + piece);
      });
    }
    return obj("output", obj("message", obj("role", "assistant", "content", arr(blocks))), "stopReason", reason(answer),
        "usage", usage(answer.usage()), "metrics", obj("latencyMs", 12));
  }

  private static String reason(Talk.Answer answer) {
    return switch (answer.end()) {
      case STOP -> "end_turn";
      case STOP_SEQUENCE -> "stop_sequence";
      case LENGTH -> "max_tokens";
      case TOOLS -> "tool_use";
      case FILTER, REFUSAL -> "content_filtered";
    };
  }

  /** Converse counts cached and written tokens beside the input, as Anthropic does. */
  private static JsonNode usage(Talk.Usage usage) {
    return obj("inputTokens", usage.input() - usage.cached() - usage.written(), "outputTokens", usage.output(),
        "totalTokens", usage.input() + usage.output(), "cacheReadInputTokens", usage.cached(), "cacheWriteInputTokens", usage.written());
  }

  @Override
  public String streamType() {
    return "application/vnd.amazon.eventstream";
  }

  @Override
  public List<byte[]> stream(Talk.Answer answer, int number) {
    List<byte[]> events = new ArrayList<>();
    add(events, "messageStart", obj("role", "assistant"));
    int index = 0;
    for (Talk.Piece piece : answer.pieces()) {
      int at = index++;
      List<ObjectNode> deltas = new ArrayList<>();
      switch (piece) {
        case Talk.Text text -> Provider.pieces(text.text()).forEach(more -> deltas.add(obj("text", more)));
        case Talk.Refusal refusal -> Provider.pieces(refusal.text()).forEach(more -> deltas.add(obj("text", more)));
        case Talk.Thought thought -> {
          Provider.pieces(thought.text()).forEach(more -> deltas.add(obj("reasoningContent", obj("text", more))));
          deltas.add(obj("reasoningContent", obj("signature", thought.signature())));
        }
        case Talk.Redacted redacted -> deltas.add(obj("reasoningContent", obj("redactedContent", base(redacted.data()))));
        case Talk.Call call -> {
          add(events, "contentBlockStart", obj("start", obj("toolUse", obj("toolUseId", call.id(), "name", call.name())), "contentBlockIndex", at));
          Provider.pieces(call.arguments().isEmpty() ? "" : call.arguments().toString())
              .forEach(more -> deltas.add(obj("toolUse", obj("input", more))));
        }
        default -> throw new IllegalStateException("no answer: " + piece);
      }
      deltas.forEach(delta -> add(events, "contentBlockDelta", obj("contentBlockIndex", at, "delta", delta)));
      add(events, "contentBlockStop", obj("contentBlockIndex", at));
    }
    add(events, "messageStop", obj("stopReason", reason(answer)));
    add(events, "metadata", obj("usage", usage(answer.usage()), "metrics", obj("latencyMs", 12)));
    return events;
  }

  private static void add(List<byte[]> events, String type, JsonNode payload) {
    events.add(EventStream.message(Json.bytes(payload), ":event-type", type, ":content-type", "application/json", ":message-type", "event"));
  }

  @Override
  public Trouble trouble(Talk.Fault fault) {
    String type = switch (fault.kind()) {
      case BAD_REQUEST, CONTEXT, POLICY -> "ValidationException";
      case AUTH -> "UnrecognizedClientException";
      case FORBIDDEN -> "AccessDeniedException";
      case NOT_FOUND -> "ResourceNotFoundException";
      case RATE -> "ThrottlingException";
      case SERVER -> "InternalServerException";
    };
    return Trouble.of(fault.status(), obj("message", Provider.words(fault, "Input is too long for requested model.",
        "The request was blocked by content policy: prohibited content")), "x-amzn-errortype", type + ":http://internal.amazon.com/coral/");
  }

  @Override
  public byte[] troubleInStream(Talk.Fault fault) {
    return EventStream.message(Json.bytes(obj("message", fault.message())), ":exception-type", "internalServerException",
        ":content-type", "application/json", ":message-type", "exception");
  }
}
