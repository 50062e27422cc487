package dev.tollgate.wire.responses;

import dev.tollgate.model.Dialect;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Message;
import dev.tollgate.model.chat.OutputFormat;
import dev.tollgate.model.chat.Reasoning;
import dev.tollgate.model.chat.Sampling;
import dev.tollgate.model.chat.Tool;
import dev.tollgate.model.chat.ToolChoice;
import dev.tollgate.wire.json.Fields;
import dev.tollgate.wire.openai.GatewayParameters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads the body of a Responses request into the common language. For one body. */
final class ResponseRequestReader {
  /** What is read here, and what only OpenAI's own service can do something with. */
  private static final Set<String> READ =
      Set.of(
          "model",
          "input",
          "instructions",
          "stream",
          "stream_options",
          "tools",
          "tool_choice",
          "parallel_tool_calls",
          "reasoning",
          "text",
          "max_output_tokens",
          "temperature",
          "top_p",
          "top_logprobs",
          "user",
          "store",
          "include",
          "truncation",
          "metadata",
          "background",
          "client_metadata",
          "conversation",
          "previous_response_id",
          "max_tool_calls",
          "prompt");

  private static final int TOP_LOGPROBS_MAX = 1_000;

  private final Fields body;

  ResponseRequestReader(Fields body) {
    this.body = body;
  }

  Chat read() {
    for (String stored : List.of("previous_response_id", "conversation", "prompt")) {
      if (body.has(stored)) {
        throw body.refused(
            stored,
            "nothing: the provider of this model stores no conversations; send all of it as input");
      }
    }
    if (Boolean.TRUE.equals(body.flag("background"))) {
      throw body.refused("background", "false: the provider of this model has no such calls");
    }
    List<Message> messages = new ArrayList<>();
    String instructions = body.text("instructions");
    if (instructions != null && !instructions.isEmpty()) {
      messages.add(Message.of(Message.Role.SYSTEM, instructions));
    }
    new InputReader(messages).read(body);
    return new Chat(
        messages,
        tools(),
        toolChoice(),
        body.flag("parallel_tool_calls"),
        format(),
        reasoning(),
        sampling(),
        body.text("user"),
        extras());
  }

  private List<Tool> tools() {
    List<JsonNode> items = body.list("tools");
    List<Tool> tools = new ArrayList<>(items.size());
    for (int i = 0; i < items.size(); i++) {
      Fields tool = Fields.of(items.get(i), "tools[" + i + "]");
      String type = tool.requiredText("type");
      if (type.equals("function")) {
        Fields parameters = tool.object("parameters");
        Boolean strict = tool.flag("strict");
        tools.add(
            new Tool.Function(
                tool.requiredText("name"),
                tool.text("description"),
                parameters == null ? null : parameters.node(),
                // what LiteLLM says where the client does not
                strict == null ? Boolean.FALSE : strict,
                null));
      } else if (type.startsWith("web_search")) {
        tools.add(
            new Tool.WebSearch(tool.text("search_context_size"), Dialect.RESPONSES, tool.node()));
      } else {
        tools.add(new Tool.BuiltIn(Dialect.RESPONSES, tool.node()));
      }
    }
    return tools;
  }

  private @Nullable ToolChoice toolChoice() {
    JsonNode choice = body.get("tool_choice");
    if (choice == null) {
      return null;
    }
    if (!choice.isString()) {
      return new ToolChoice.Named(Fields.of(choice, "tool_choice").requiredText("name"));
    }
    return switch (choice.stringValue()) {
      case "auto" -> new ToolChoice.Auto();
      case "none" -> new ToolChoice.None();
      case "required" -> new ToolChoice.Required();
      default ->
          throw body.refused(
              "tool_choice", "\"none\", \"auto\", \"required\" or an object naming a function");
    };
  }

  private @Nullable OutputFormat format() {
    Fields text = body.object("text");
    Fields format = text == null ? null : text.object("format");
    if (format == null) {
      return null;
    }
    return switch (format.requiredText("type")) {
      case "text" -> new OutputFormat.Text();
      case "json_object" -> new OutputFormat.JsonObject();
      case "json_schema" -> {
        Fields schema = format.object("schema");
        if (schema == null) {
          throw format.refused("schema", "a JSON schema");
        }
        yield new OutputFormat.JsonSchema(
            format.requiredText("name"),
            format.text("description"),
            schema.node(),
            format.flag("strict"));
      }
      default -> throw format.refused("type", "\"text\", \"json_object\" or \"json_schema\"");
    };
  }

  private @Nullable Reasoning reasoning() {
    Fields reasoning = body.object("reasoning");
    if (reasoning == null) {
      return null;
    }
    String effort = reasoning.text("effort");
    String summary = reasoning.text("summary");
    return effort == null && summary == null
        ? null
        : new Reasoning(effort, null, false, summary, null);
  }

  private Sampling sampling() {
    Long top = body.whole("top_logprobs");
    if (top != null && (top < 0 || top > TOP_LOGPROBS_MAX)) {
      throw body.refused("top_logprobs", "a number from 0 to " + TOP_LOGPROBS_MAX);
    }
    return new Sampling(
        body.whole("max_output_tokens"),
        body.number("temperature"),
        body.number("top_p"),
        null,
        List.of(),
        null,
        null,
        null,
        null,
        top == null ? null : Boolean.TRUE,
        top == null ? null : top.intValue(),
        null);
  }

  private Map<String, JsonNode> extras() {
    Map<String, JsonNode> extras = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> member : body.node().properties()) {
      String name = member.getKey();
      if (!READ.contains(name) && !GatewayParameters.has(name) && !member.getValue().isNull()) {
        extras.put(name, member.getValue());
      }
    }
    return extras;
  }
}
