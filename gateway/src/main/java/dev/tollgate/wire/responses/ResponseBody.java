package dev.tollgate.wire.responses;

import dev.tollgate.model.Request;
import dev.tollgate.model.Usage;
import dev.tollgate.model.chat.Finish;
import dev.tollgate.wire.ReplyShape;
import dev.tollgate.wire.json.JsonTree;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A response object, as a whole reply and the events of a stream have it. For one reply. */
final class ResponseBody {
  /** What a response repeats of its request. */
  private static final List<String> ECHOED =
      List.of(
          "instructions",
          "max_output_tokens",
          "metadata",
          "reasoning",
          "store",
          "temperature",
          "text",
          "top_p",
          "truncation",
          "user",
          "service_tier");

  private final JsonNode asked;
  private final ReplyShape shape;
  private final String id;

  ResponseBody(Request request, ReplyShape shape) {
    this.asked = JsonTree.read(request.body());
    this.shape = shape;
    this.id = shape.id("resp_");
  }

  String id() {
    return id;
  }

  /**
   * The response as it stands.
   *
   * @param finish null while it is in progress
   */
  ObjectNode write(
      @Nullable String model,
      @Nullable Long created,
      ArrayNode output,
      @Nullable Finish finish,
      boolean over,
      @Nullable Usage usage) {
    ObjectNode response = JsonTree.object();
    response.put("id", id).put("object", "response");
    response.put("created_at", created == null ? shape.created() : created);
    response.put("status", over ? statusOf(finish) : "in_progress");
    response.putNull("error");
    String reason = over ? incompleteReason(finish) : null;
    if (reason == null) {
      response.putNull("incomplete_details");
    } else {
      response.putObject("incomplete_details").put("reason", reason);
    }
    response.put("model", model == null ? shape.model() : model);
    response.set("output", output);
    JsonNode parallel = asked.path("parallel_tool_calls");
    response.put("parallel_tool_calls", !parallel.isBoolean() || parallel.booleanValue());
    response.putNull("previous_response_id");
    JsonNode choice = asked.path("tool_choice");
    if (choice.isMissingNode() || choice.isNull()) {
      response.put("tool_choice", "auto");
    } else {
      response.set("tool_choice", choice);
    }
    JsonNode tools = asked.path("tools");
    response.set("tools", tools.isArray() ? tools : JsonTree.array());
    for (String name : ECHOED) {
      JsonNode value = asked.get(name);
      if (value == null) {
        response.putNull(name);
      } else {
        response.set(name, value);
      }
    }
    if (!response.path("metadata").isObject()) {
      response.putObject("metadata");
    }
    if (usage != null) {
      response.set("usage", usage(usage));
    }
    return response;
  }

  static String statusOf(@Nullable Finish finish) {
    return incompleteReason(finish) == null ? "completed" : "incomplete";
  }

  private static @Nullable String incompleteReason(@Nullable Finish finish) {
    if (finish == null) {
      return null;
    }
    return switch (finish.reason()) {
      case LENGTH -> "max_output_tokens";
      case CONTENT_FILTER -> "content_filter";
      case STOP, STOP_SEQUENCE, TOOL_CALLS, REFUSAL, PAUSE -> null;
    };
  }

  private static ObjectNode usage(Usage usage) {
    ObjectNode written = JsonTree.object();
    written.put("input_tokens", usage.inputTokens());
    ObjectNode input = written.putObject("input_tokens_details");
    input.put("cached_tokens", usage.cachedTokens());
    input.put("cache_write_tokens", usage.cacheWriteTokens()); // OpenAI's own SDKs ask for it
    written.put("output_tokens", usage.outputTokens());
    written.putObject("output_tokens_details").put("reasoning_tokens", usage.reasoningTokens());
    return written.put("total_tokens", usage.totalTokens());
  }
}
