package matrix;

import static matrix.Json.arr;
import static matrix.Json.obj;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlockDelta;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlockDeltaEvent;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlockStartEvent;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlockStopEvent;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamMetadataEvent;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamOutput;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.MessageStopEvent;
import software.amazon.awssdk.services.bedrockruntime.model.StopReason;
import software.amazon.awssdk.services.bedrockruntime.model.TokenUsage;

/** Bedrock's Converse, judged by the AWS SDK's own client, which is played the gateway's answers. */
final class BedrockClient implements Client {
  @Override
  public String name() {
    return "bedrock";
  }

  @Override
  public Map<Can, String> lacks() {
    return Map.ofEntries(
        Map.entry(Can.IMAGE_URL, "images are in the message"),
        Map.entry(Can.SEED, "Converse has no seed"),
        Map.entry(Can.PENALTIES, "Converse has no penalties"),
        Map.entry(Can.TOP_K, "Converse has no topK but in a model's own fields"),
        Map.entry(Can.JSON_OBJECT, "Converse has no JSON mode without a schema"),
        Map.entry(Can.CHOICE_NONE, "toolChoice is auto, any or tool"),
        Map.entry(Can.PARALLEL_OFF, "Converse has no such setting but in a model's own fields"),
        Map.entry(Can.END_USER, "Converse has no such setting"),
        Map.entry(Can.REFUSAL_TEXT, "a refusal's words are text"),
        Map.entry(Can.REASONING_TOKENS, "thoughts are counted as output"));
  }

  @Override
  public String path(String model, boolean stream) {
    return "/bedrock/model/" + model + (stream ? "/converse-stream" : "/converse");
  }

  @Override
  public ObjectNode body(Talk.Ask ask, String model, boolean stream) {
    List<JsonNode> system = new ArrayList<>();
    List<JsonNode> messages = new ArrayList<>();
    for (Talk.Turn turn : ask.turns()) {
      if (turn.role().equals("system")) {
        system.add(obj("text", ((Talk.Text) turn.pieces().getFirst()).text()));
      } else {
        add(messages, turn, null);
      }
    }
    List<JsonNode> tools = new ArrayList<>();
    ask.tools().forEach(tool -> tools.add(obj("toolSpec",
        obj("name", tool.name(), "description", tool.description(), "inputSchema", obj("json", tool.schema())))));
    JsonNode choice = ask.choice() == null || ask.choice().equals("none") ? null
        : ask.choice().equals("required") ? obj("any", obj()) : obj("tool", obj("name", ask.choice()));
    ObjectNode inference = obj("maxTokens", ask.numbers().get("max_tokens"), "temperature", ask.numbers().get("temperature"),
        "topP", ask.numbers().get("top_p"), "stopSequences", ask.stop().isEmpty() ? null : arr(ask.stop()));
    Talk.Format format = ask.format();
    return obj("messages", arr(messages), "system", system.isEmpty() ? null : arr(system),
        "inferenceConfig", inference.isEmpty() ? null : inference,
        "toolConfig", tools.isEmpty() ? null : obj("tools", arr(tools), "toolChoice", choice),
        "additionalModelRequestFields", ask.thinking() ? obj("thinking", obj("type", "enabled", "budget_tokens", 2048)) : null,
        "outputConfig", format == null || format.schema() == null ? null : obj("textFormat", obj("type", "json_schema", "structure",
            obj("jsonSchema", obj("name", format.name(), "schema", format.schema().toString())))));
  }

  private static void add(List<JsonNode> messages, Talk.Turn turn, List<Talk.Call> calls) {
    List<JsonNode> blocks = new ArrayList<>();
    int index = 0;
    for (Talk.Piece piece : turn.pieces()) {
      switch (piece) {
        case Talk.Text text -> blocks.add(obj("text", text.text()));
        case Talk.Image image when image.url() != null -> { }
        case Talk.Image image -> blocks.add(obj("image", obj("format", image.mediaType().substring(6), "source", obj("bytes", image.base64()))));
        case Talk.Pdf pdf -> blocks.add(obj("document", obj("format", "pdf", "name", "report", "source", obj("bytes", pdf.base64()))));
        case Talk.Call call -> blocks.add(obj("toolUse", obj("toolUseId", call.id(), "name", call.name(), "input", call.arguments())));
        case Talk.Result result -> blocks.add(obj("toolResult", obj("toolUseId", calls == null ? result.callId() : calls.get(index++).id(),
            "content", arr(result.texts().stream().map(text -> obj("text", text)).toList()), "status", result.failed() ? "error" : null)));
        default -> throw new IllegalStateException("not in a history: " + piece);
      }
    }
    JsonNode last = messages.isEmpty() ? null : messages.getLast();
    String role = turn.role().equals("assistant") ? "assistant" : "user";
    if (last != null && last.get("role").asText().equals(role)) {
      ((ArrayNode) last.get("content")).addAll(blocks);
    } else {
      messages.add(obj("role", role, "content", arr(blocks)));
    }
  }

  @Override
  public void goOn(ObjectNode body, JsonNode echo, List<Talk.Call> calls, List<Talk.Turn> next) {
    List<JsonNode> more = new ArrayList<>(List.of(obj("role", "assistant", "content", echo)));
    next.forEach(turn -> add(more, turn, calls));
    ((ArrayNode) body.get("messages")).addAll(more);
  }

  @Override
  public Said whole(Answer answer) {
    ConverseResponse response = AwsPlayer.whole(answer);
    List<ObjectNode> blocks = new ArrayList<>();
    for (ContentBlock block : response.output().message().content()) {
      blocks.add(switch (block.type()) {
        case TEXT -> obj("text", block.text());
        case TOOL_USE -> obj("toolUse", obj("toolUseId", block.toolUse().toolUseId(), "name", block.toolUse().name(),
            "input", Json.MAPPER.valueToTree(block.toolUse().input().unwrap())));
        case REASONING_CONTENT -> obj("reasoningContent", block.reasoningContent().redactedContent() != null
            ? obj("redactedContent", block.reasoningContent().redactedContent().asByteArray())
            : obj("reasoningText", obj("text", block.reasoningContent().reasoningText().text(),
                "signature", block.reasoningContent().reasoningText().signature())));
        default -> throw new Wrong("a block that nobody made: " + block);
      });
    }
    if (response.metrics() == null || response.metrics().latencyMs() == null) {
      throw new Wrong("no metrics.latencyMs");
    }
    return said(blocks, response.stopReason(), response.stopReasonAsString(), response.usage());
  }

  @Override
  public Said stream(Answer answer) {
    Folding folding = new Folding();
    AwsPlayer.stream(answer).forEach(event -> event.accept(folding));
    if (folding.reason == null || folding.usage == null) {
      throw new Wrong("the stream ends without messageStop or metadata");
    }
    return said(List.copyOf(folding.blocks.values()), folding.reason.stopReason(), folding.reason.stopReasonAsString(), folding.usage);
  }

  /** The events, put together. */
  private static final class Folding implements ConverseStreamResponseHandler.Visitor {
    final TreeMap<Integer, ObjectNode> blocks = new TreeMap<>();
    final List<Integer> ended = new ArrayList<>();
    MessageStopEvent reason;
    TokenUsage usage;

    @Override
    public void visitDefault(ConverseStreamOutput event) {
      if (event.sdkEventType() == ConverseStreamOutput.EventType.UNKNOWN_TO_SDK_VERSION) {
        throw new Wrong("the AWS SDK knows no such event: " + event);
      }
    }

    @Override
    public void visitContentBlockStart(ContentBlockStartEvent event) {
      if (blocks.put(event.contentBlockIndex(), obj("toolUse", obj("toolUseId", event.start().toolUse().toolUseId(),
          "name", event.start().toolUse().name(), "text", ""))) != null) {
        throw new Wrong("block " + event.contentBlockIndex() + " starts twice");
      }
    }

    @Override
    public void visitContentBlockDelta(ContentBlockDeltaEvent event) {
      if (ended.contains(event.contentBlockIndex())) {
        throw new Wrong("block " + event.contentBlockIndex() + " grows behind its end");
      }
      ObjectNode block = blocks.computeIfAbsent(event.contentBlockIndex(), _ -> obj());
      ContentBlockDelta delta = event.delta();
      switch (delta.type()) {
        case TEXT -> grow(block, "text", delta.text());
        case TOOL_USE -> grow((ObjectNode) block.get("toolUse"), "text", delta.toolUse().input());
        case REASONING_CONTENT -> {
          ObjectNode reasoning = block.withObjectProperty("reasoningContent");
          if (delta.reasoningContent().redactedContent() != null) {
            reasoning.put("redactedContent", delta.reasoningContent().redactedContent().asByteArray());
          } else if (delta.reasoningContent().signature() != null) {
            grow(reasoning.withObjectProperty("reasoningText"), "signature", delta.reasoningContent().signature());
          } else {
            grow(reasoning.withObjectProperty("reasoningText"), "text", delta.reasoningContent().text());
          }
        }
        default -> throw new Wrong("the AWS SDK knows no such delta: " + delta);
      }
    }

    private static void grow(ObjectNode node, String member, String more) {
      node.put(member, node.path(member).asText("") + more);
    }

    @Override
    public void visitContentBlockStop(ContentBlockStopEvent event) {
      ObjectNode block = blocks.get(event.contentBlockIndex());
      if (block != null && block.has("toolUse")) {
        ObjectNode use = (ObjectNode) block.get("toolUse");
        String text = use.remove("text").asText();
        use.set("input", text.isEmpty() ? obj() : Json.read(text));
      }
      ended.add(event.contentBlockIndex());
    }

    @Override
    public void visitMessageStop(MessageStopEvent event) {
      reason = event;
    }

    @Override
    public void visitMetadata(ConverseStreamMetadataEvent event) {
      usage = event.usage();
    }
  }

  private static Said said(List<ObjectNode> blocks, StopReason known, String reason, TokenUsage usage) {
    if (known == null || known == StopReason.UNKNOWN_TO_SDK_VERSION) {
      throw new Wrong("the AWS SDK knows no stopReason " + reason);
    }
    StringBuilder text = new StringBuilder();
    StringBuilder thought = new StringBuilder();
    List<Talk.Call> calls = new ArrayList<>();
    for (JsonNode block : blocks) {
      text.append(block.path("text").asText(""));
      thought.append(block.path("reasoningContent").path("reasoningText").path("text").asText(""));
      if (block.has("toolUse")) {
        JsonNode use = block.get("toolUse");
        calls.add(new Talk.Call(use.path("toolUseId").asText(), use.path("name").asText(), use.path("input")));
      }
    }
    long cached = usage.cacheReadInputTokens() == null ? 0 : usage.cacheReadInputTokens();
    long written = usage.cacheWriteInputTokens() == null ? 0 : usage.cacheWriteInputTokens();
    return new Said("", text.toString(), thought.toString(), "", calls, reason,
        new Talk.Usage(usage.inputTokens() + cached + written, cached, written, usage.outputTokens(), -1), arr(blocks));
  }

  @Override
  public String trouble(Answer answer) {
    AwsServiceException thrown = AwsPlayer.trouble(answer);
    if (thrown.getClass().getSimpleName().equals("BedrockRuntimeException")) {
      throw new Wrong("the AWS SDK knows no such exception: " + thrown.awsErrorDetails().errorCode());
    }
    return thrown.awsErrorDetails().errorMessage();
  }

  @Override
  public String troubleInStream(Answer answer) {
    return AwsPlayer.troubleInStream(answer);
  }

  @Override
  public Set<String> finishes(Talk.End end) {
    return switch (end) {
      case STOP -> Set.of("end_turn");
      case STOP_SEQUENCE -> Set.of("stop_sequence");
      case LENGTH -> Set.of("max_tokens");
      case TOOLS -> Set.of("tool_use");
      case FILTER, REFUSAL -> Set.of("content_filtered", "guardrail_intervened");
    };
  }
}
