package dev.tollgate.wire.bedrock;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import dev.tollgate.wire.json.JsonTree;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Reads a Converse request into the common language. For one body and one thread. */
final class ChatReader {
  private final Fields body;
  private final @Nullable Fields additional;
  private final List<Message> messages = new ArrayList<>();
  private final Map<String, String> namesByCall = new HashMap<>();

  private ChatReader(Fields body) {
    this.body = body;
    this.additional = body.object("additionalModelRequestFields");
  }

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
    Fields tools = body.object("toolConfig");
    return new Chat(
        messages,
        tools == null ? List.of() : tools(tools),
        tools == null ? null : choice(tools),
        null,
        format(),
        reasoning(),
        sampling(),
        null,
        extras());
  }

  /** A turn; results of tools become turns of their own, in their place. */
  private void readMessage(Fields turn) {
    Role role =
        switch (turn.requiredText("role")) {
          case "user" -> Role.USER;
          case "assistant" -> Role.ASSISTANT;
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

  private static List<Tool> tools(Fields config) {
    List<Tool> tools = new ArrayList<>();
    List<JsonNode> given = config.list("tools");
    for (int i = 0; i < given.size(); i++) {
      Fields tool = Fields.of(given.get(i), "toolConfig.tools[" + i + "]");
      Fields spec = tool.object("toolSpec");
      if (spec != null) {
        Fields schema = spec.object("inputSchema");
        tools.add(
            new Tool.Function(
                spec.requiredText("name"),
                spec.text("description"),
                schema == null ? null : schema.get("json"),
                spec.flag("strict"),
                null));
      } else if (tool.has("cachePoint")) {
        mark(tools);
      } else {
        tools.add(new Tool.BuiltIn(Dialect.BEDROCK, tool.node()));
      }
    }
    return tools;
  }

  private static void mark(List<Tool> tools) {
    if (!tools.isEmpty() && tools.getLast() instanceof Tool.Function last) {
      tools.removeLast();
      tools.add(
          new Tool.Function(
              last.name(),
              last.description(),
              last.parameters(),
              last.strict(),
              CacheMark.of((String) null)));
    }
  }

  private static @Nullable ToolChoice choice(Fields config) {
    Fields choice = config.object("toolChoice");
    if (choice == null) {
      return null;
    }
    Fields named = choice.object("tool");
    if (named != null) {
      return new ToolChoice.Named(named.requiredText("name"));
    }
    return choice.has("any") ? new ToolChoice.Required() : new ToolChoice.Auto();
  }

  private @Nullable OutputFormat format() {
    Fields config = body.object("outputConfig");
    Fields text = config == null ? null : config.object("textFormat");
    Fields structure = text == null ? null : text.object("structure");
    Fields schema = structure == null ? null : structure.object("jsonSchema");
    if (schema == null) {
      return null;
    }
    String name = schema.text("name");
    try {
      JsonNode read = JsonTree.read(schema.requiredText("schema").getBytes(UTF_8));
      return new OutputFormat.JsonSchema(
          name == null ? "response" : name, schema.text("description"), read, true);
    } catch (JacksonException notJson) {
      throw schema.refused("schema", "a JSON schema as a string");
    }
  }

  private @Nullable Reasoning reasoning() {
    Fields thinking = additional == null ? null : additional.object("thinking");
    if (thinking == null) {
      return null;
    }
    return switch (thinking.requiredText("type")) {
      case "disabled" -> Reasoning.ofBudget(0);
      case "adaptive" -> new Reasoning(null, null, true, null, null);
      default -> {
        Long budget = thinking.whole("budget_tokens");
        yield budget == null ? null : Reasoning.ofBudget(budget);
      }
    };
  }

  private Sampling sampling() {
    Fields config = body.object("inferenceConfig");
    BigDecimal topK = additional == null ? null : additional.number("top_k");
    if (config == null) {
      return new Sampling(
          null, null, null, topK, List.of(), null, null, null, null, null, null, null);
    }
    return new Sampling(
        config.whole("maxTokens"),
        config.number("temperature"),
        config.number("topP"),
        topK,
        config.texts("stopSequences"),
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  /** The model's own parameters, as far as there is no word for them. */
  private Map<String, JsonNode> extras() {
    Map<String, JsonNode> extras = new LinkedHashMap<>();
    if (additional != null) {
      additional
          .node()
          .properties()
          .forEach(
              member -> {
                if (!member.getKey().equals("thinking") && !member.getKey().equals("top_k")) {
                  extras.put(member.getKey(), member.getValue());
                }
              });
    }
    return extras;
  }
}
