package dev.tollgate.wire.openai;

import dev.tollgate.model.Dialect;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Message;
import dev.tollgate.model.chat.OutputFormat;
import dev.tollgate.model.chat.Reasoning;
import dev.tollgate.model.chat.Sampling;
import dev.tollgate.model.chat.Tool;
import dev.tollgate.model.chat.ToolChoice;
import dev.tollgate.wire.json.Fields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads the body of a chat completion into the common language. For one body. */
final class ChatRequestReader {
  /** What {@link Chat} has words for, and what the route has settled already. */
  private static final Set<String> READ =
      Set.of(
          "model",
          "messages",
          "stream",
          "stream_options",
          "tools",
          "tool_choice",
          "parallel_tool_calls",
          "response_format",
          "reasoning_effort",
          "thinking",
          "web_search_options",
          "user",
          "max_tokens",
          "max_completion_tokens",
          "temperature",
          "top_p",
          "top_k",
          "stop",
          "seed",
          "frequency_penalty",
          "presence_penalty",
          "n",
          "logprobs",
          "top_logprobs",
          "logit_bias");

  private final Fields body;

  ChatRequestReader(Fields body) {
    this.body = body;
  }

  Chat read() {
    return new Chat(
        messages(),
        tools(),
        toolChoice(),
        body.flag("parallel_tool_calls"),
        format(),
        reasoning(),
        sampling(),
        body.text("user"),
        extras(body, READ));
  }

  /** The members of a body that nobody read, in their order. */
  static Map<String, JsonNode> extras(Fields body, Set<String> read) {
    Map<String, JsonNode> extras = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> member : body.node().properties()) {
      if (!read.contains(member.getKey()) && !member.getValue().isNull()) {
        extras.put(member.getKey(), member.getValue());
      }
    }
    return extras;
  }

  private List<Message> messages() {
    MessageReader reader = new MessageReader();
    List<JsonNode> items = body.list("messages");
    List<Message> messages = new ArrayList<>(items.size());
    for (int i = 0; i < items.size(); i++) {
      reader.read(Fields.of(items.get(i), "messages[" + i + "]"), messages);
    }
    return messages;
  }

  private List<Tool> tools() {
    List<JsonNode> items = body.list("tools");
    List<Tool> tools = new ArrayList<>(items.size() + 1);
    for (int i = 0; i < items.size(); i++) {
      tools.add(tool(Fields.of(items.get(i), "tools[" + i + "]")));
    }
    JsonNode search = body.get("web_search_options");
    if (search != null) {
      Fields options = Fields.of(search, "web_search_options");
      tools.add(new Tool.WebSearch(options.text("search_context_size"), Dialect.OPENAI, search));
    }
    return tools;
  }

  private static Tool tool(Fields tool) {
    Fields function = "function".equals(tool.text("type")) ? tool.object("function") : null;
    if (function == null) {
      return new Tool.BuiltIn(Dialect.OPENAI, tool.node());
    }
    JsonNode cacheControl = tool.get("cache_control");
    return new Tool.Function(
        function.requiredText("name"),
        function.text("description"),
        schema(function, "parameters"),
        function.flag("strict"),
        cacheControl == null ? function.get("cache_control") : cacheControl);
  }

  private static @Nullable JsonNode schema(Fields owner, String name) {
    Fields schema = owner.object(name);
    return schema == null ? null : schema.node();
  }

  private @Nullable ToolChoice toolChoice() {
    JsonNode choice = body.get("tool_choice");
    if (choice == null) {
      return null;
    }
    if (choice.isString()) {
      return switch (choice.stringValue()) {
        case "auto" -> new ToolChoice.Auto();
        case "none" -> new ToolChoice.None();
        case "required", "any" -> new ToolChoice.Required();
        default ->
            throw body.refused(
                "tool_choice", "\"none\", \"auto\", \"required\" or an object naming a function");
      };
    }
    Fields named = Fields.of(choice, "tool_choice");
    Fields function = named.object("function");
    return new ToolChoice.Named((function == null ? named : function).requiredText("name"));
  }

  private @Nullable OutputFormat format() {
    Fields format = body.object("response_format");
    if (format == null) {
      return null;
    }
    return switch (format.requiredText("type")) {
      case "text" -> new OutputFormat.Text();
      case "json_object" -> jsonObject(format);
      case "json_schema" -> jsonSchema(format);
      default -> throw format.refused("type", "\"text\", \"json_object\" or \"json_schema\"");
    };
  }

  /** LiteLLM also takes a schema beside {@code json_object}. */
  private static OutputFormat jsonObject(Fields format) {
    JsonNode schema = schema(format, "response_schema");
    return schema == null
        ? new OutputFormat.JsonObject()
        : new OutputFormat.JsonSchema("response", null, schema, null);
  }

  private static OutputFormat jsonSchema(Fields format) {
    Fields named = format.object("json_schema");
    if (named == null) {
      throw format.refused("json_schema", "an object with a name and a schema");
    }
    JsonNode schema = schema(named, "schema");
    if (schema == null) {
      throw named.refused("schema", "a JSON schema");
    }
    String name = named.text("name");
    return new OutputFormat.JsonSchema(
        name == null ? "response" : name, named.text("description"), schema, named.flag("strict"));
  }

  private @Nullable Reasoning reasoning() {
    Fields thinking = body.object("thinking");
    if (thinking != null) {
      String type = thinking.text("type");
      if ("disabled".equals(type)) {
        return Reasoning.ofBudget(0);
      }
      return new Reasoning(
          null, thinking.whole("budget_tokens"), "adaptive".equals(type), null, null);
    }
    JsonNode effort = body.get("reasoning_effort");
    if (effort == null) {
      return null;
    }
    if (effort.isString()) {
      return Reasoning.ofEffort(effort.stringValue());
    }
    Fields detailed = Fields.of(effort, "reasoning_effort");
    return new Reasoning(detailed.text("effort"), null, false, detailed.text("summary"), null);
  }

  private Sampling sampling() {
    Long maxTokens = body.whole("max_completion_tokens");
    JsonNode bias = body.get("logit_bias");
    return new Sampling(
        maxTokens == null ? body.whole("max_tokens") : maxTokens,
        body.number("temperature"),
        body.number("top_p"),
        body.number("top_k"),
        body.texts("stop"),
        body.whole("seed"),
        body.number("frequency_penalty"),
        body.number("presence_penalty"),
        small("n"),
        body.flag("logprobs"),
        small("top_logprobs"),
        bias == null ? null : Fields.of(bias, "logit_bias").node());
  }

  private @Nullable Integer small(String name) {
    Long value = body.whole(name);
    if (value == null) {
      return null;
    }
    if (value < 0 || value > 1_000) {
      throw body.refused(name, "a number from 0 to 1000");
    }
    return value.intValue();
  }
}
