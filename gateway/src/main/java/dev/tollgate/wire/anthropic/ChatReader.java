package dev.tollgate.wire.anthropic;

import dev.tollgate.model.Dialect;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Message;
import dev.tollgate.model.chat.Message.Role;
import dev.tollgate.model.chat.OutputFormat;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Reasoning;
import dev.tollgate.model.chat.Sampling;
import dev.tollgate.model.chat.Tool;
import dev.tollgate.model.chat.ToolChoice;
import dev.tollgate.wire.json.Fields;
import dev.tollgate.wire.openai.GatewayParameters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads a request's body into the common language. For one body and one thread. */
final class ChatReader {
  /** Read here, or of Anthropic's own API so that no other provider could take them. */
  private static final Set<String> NOT_PASSED_ON =
      Set.of(
          "model",
          "messages",
          "system",
          "max_tokens",
          "temperature",
          "top_p",
          "top_k",
          "stop_sequences",
          "stream",
          "metadata",
          "tools",
          "tool_choice",
          "thinking",
          "output_format",
          "output_config",
          "service_tier",
          "container",
          "context_management",
          "mcp_servers",
          "inference_geo",
          "cache_control",
          "speed",
          "betas",
          "anthropic_beta",
          "anthropic_version");

  private final Fields body;
  private final List<Message> messages = new ArrayList<>();
  private final Map<String, String> namesByCall = new HashMap<>();

  private ChatReader(Fields body) {
    this.body = body;
  }

  /** Reads the body as a tree. */
  static Chat read(JsonNode body) {
    return new ChatReader(Fields.of(body, "")).read();
  }

  private Chat read() {
    List<Part> system = BlockReader.content(body, "system");
    if (!system.isEmpty()) {
      messages.add(Message.of(Role.SYSTEM, system));
    }
    List<JsonNode> turns = body.list("messages");
    for (int i = 0; i < turns.size(); i++) {
      readMessage(Fields.of(turns.get(i), "messages[" + i + "]"));
    }
    Fields metadata = body.object("metadata");
    Fields choice = body.object("tool_choice");
    return new Chat(
        messages,
        tools(),
        choice == null ? null : choice(choice),
        choice == null ? null : parallel(choice),
        format(),
        reasoning(),
        sampling(),
        metadata == null ? null : metadata.text("user_id"),
        extras());
  }

  /** A turn; results of tools become turns of their own, in their place. */
  private void readMessage(Fields turn) {
    Role role =
        switch (turn.requiredText("role")) {
          case "user" -> Role.USER;
          case "assistant" -> Role.ASSISTANT;
          case "system" -> Role.SYSTEM;
          default -> throw turn.refused("role", "'user' or 'assistant'");
        };
    List<Part> said = new ArrayList<>();
    List<Part> results = new ArrayList<>();
    for (Part part : BlockReader.content(turn, "content")) {
      if (part instanceof Part.ToolResult result) {
        flush(role, said);
        results.add(named(result));
      } else {
        flush(Role.TOOL, results);
        if (part instanceof Part.ToolCall call) {
          namesByCall.put(call.id(), call.name());
        }
        said.add(part);
      }
    }
    flush(Role.TOOL, results);
    flush(role, said);
  }

  private void flush(Role role, List<Part> parts) {
    if (!parts.isEmpty()) {
      messages.add(Message.of(role, List.copyOf(parts)));
      parts.clear();
    }
  }

  private Part.ToolResult named(Part.ToolResult result) {
    return new Part.ToolResult(
        result.callId(),
        namesByCall.get(result.callId()),
        result.content(),
        result.failed(),
        result.cacheControl());
  }

  private List<Tool> tools() {
    List<Tool> tools = new ArrayList<>();
    List<JsonNode> given = body.list("tools");
    for (int i = 0; i < given.size(); i++) {
      Fields tool = Fields.of(given.get(i), "tools[" + i + "]");
      String type = tool.text("type");
      if (type == null || type.equals("custom")) {
        JsonNode schema = tool.get("input_schema");
        if (schema != null && !schema.isObject()) {
          throw tool.refused("input_schema", "an object");
        }
        tools.add(
            new Tool.Function(
                tool.requiredText("name"),
                tool.text("description"),
                schema,
                tool.flag("strict"),
                tool.get("cache_control")));
      } else if (type.startsWith("web_search_")) {
        tools.add(new Tool.WebSearch(null, Dialect.ANTHROPIC, tool.node()));
      } else {
        tools.add(new Tool.BuiltIn(Dialect.ANTHROPIC, tool.node()));
      }
    }
    return tools;
  }

  private static ToolChoice choice(Fields choice) {
    return switch (choice.requiredText("type")) {
      case "auto" -> new ToolChoice.Auto();
      case "any" -> new ToolChoice.Required();
      case "tool" -> new ToolChoice.Named(choice.requiredText("name"));
      case "none" -> new ToolChoice.None();
      default -> throw choice.refused("type", "'auto', 'any', 'tool' or 'none'");
    };
  }

  /**
   * Whether several calls may come at once. One tool that is named is one call elsewhere anyway.
   */
  private static @Nullable Boolean parallel(Fields choice) {
    Boolean one = choice.flag("disable_parallel_tool_use");
    boolean named = "tool".equals(choice.text("type"));
    return (one == null || named) ? null : !one;
  }

  private @Nullable OutputFormat format() {
    Fields format = body.object("output_format");
    Fields config = body.object("output_config");
    if (format == null && config != null) {
      format = config.object("format");
    }
    if (format == null) {
      return null;
    }
    JsonNode schema = format.get("schema");
    if (!"json_schema".equals(format.requiredText("type")) || schema == null) {
      throw format.refused("type", "'json_schema' with a 'schema'");
    }
    return new OutputFormat.JsonSchema("structured_output", null, schema, true);
  }

  private @Nullable Reasoning reasoning() {
    Fields config = body.object("output_config");
    String effort = config == null ? null : config.text("effort");
    Fields thinking = body.object("thinking");
    if (thinking == null) {
      return effort == null ? null : Reasoning.ofEffort(effort);
    }
    return switch (thinking.requiredText("type")) {
      case "enabled" -> {
        Long budget = thinking.whole("budget_tokens");
        if (budget == null) {
          throw thinking.refused("budget_tokens", "a whole number");
        }
        yield new Reasoning(effort, budget, false, null, shown(thinking));
      }
      case "adaptive" -> new Reasoning(effort, null, true, null, shown(thinking));
      case "disabled" -> new Reasoning(effort, 0L, false, null, null);
      default -> throw thinking.refused("type", "'enabled', 'adaptive' or 'disabled'");
    };
  }

  private static @Nullable Boolean shown(Fields thinking) {
    String display = thinking.text("display");
    return display == null ? null : !display.equals("omitted");
  }

  private Sampling sampling() {
    return new Sampling(
        body.whole("max_tokens"),
        body.number("temperature"),
        body.number("top_p"),
        body.number("top_k"),
        body.texts("stop_sequences"),
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  private Map<String, JsonNode> extras() {
    Map<String, JsonNode> extras = new LinkedHashMap<>();
    body.node()
        .properties()
        .forEach(
            member -> {
              String name = member.getKey();
              if (!NOT_PASSED_ON.contains(name)
                  && !GatewayParameters.has(name)
                  && !member.getValue().isNull()) {
                extras.put(name, member.getValue());
              }
            });
    return extras;
  }
}
