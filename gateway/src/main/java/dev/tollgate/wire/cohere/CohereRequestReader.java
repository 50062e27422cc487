package dev.tollgate.wire.cohere;

import dev.tollgate.model.Request;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Message;
import dev.tollgate.model.chat.Message.Role;
import dev.tollgate.model.chat.OutputFormat;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Reasoning;
import dev.tollgate.model.chat.Sampling;
import dev.tollgate.model.chat.Source;
import dev.tollgate.model.chat.Tool;
import dev.tollgate.model.chat.ToolChoice;
import dev.tollgate.wire.json.Fields;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.json.Texts;
import dev.tollgate.wire.json.Tree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads a client's {@code /v2/chat} body. */
final class CohereRequestReader {
  private static final Set<String> READ =
      Set.of(
          "model",
          "messages",
          "stream",
          "tools",
          "tool_choice",
          "strict_tools",
          "response_format",
          "thinking",
          "max_tokens",
          "temperature",
          "p",
          "k",
          "stop_sequences",
          "seed",
          "frequency_penalty",
          "presence_penalty",
          "logprobs");

  private CohereRequestReader() {}

  static Chat read(Request request, Texts texts) {
    Fields body = Fields.of(JsonTree.read(request.body(), texts), "");
    return new Chat(
        messages(body),
        tools(body),
        toolChoice(body),
        null,
        format(body.object("response_format")),
        reasoning(body.object("thinking")),
        sampling(body),
        null,
        extras(body, request));
  }

  private static List<Message> messages(Fields body) {
    List<Message> messages = new ArrayList<>();
    int index = 0;
    for (JsonNode item : body.list("messages")) {
      messages.add(message(Fields.of(item, "messages[" + index++ + "]")));
    }
    return messages;
  }

  private static Message message(Fields message) {
    String role = message.requiredText("role");
    return switch (role) {
      case "system", "developer" -> Message.of(Role.SYSTEM, content(message));
      case "user" -> Message.of(Role.USER, content(message));
      case "assistant", "chatbot" -> Message.of(Role.ASSISTANT, answer(message));
      case "tool" ->
          Message.of(
              Role.TOOL,
              List.of(
                  new Part.ToolResult(
                      message.requiredText("tool_call_id"), null, content(message), false, null)));
      default -> throw message.refused("role", "system, user, assistant or tool");
    };
  }

  private static List<Part> answer(Fields message) {
    List<Part> parts = new ArrayList<>();
    String plan = message.text(CohereWords.TOOL_PLAN);
    if (plan != null && !plan.isEmpty()) {
      parts.add(CohereReplyReader.plan(plan));
    }
    parts.addAll(content(message));
    int index = 0;
    for (JsonNode item : message.list("tool_calls")) {
      Fields call = Fields.of(item, message.pathOf("tool_calls[" + index++ + "]"));
      Fields function = call.object("function");
      if (function == null) {
        throw call.refused("function", "an object");
      }
      String id = call.text("id");
      String arguments = function.text("arguments");
      parts.add(
          Part.ToolCall.of(
              id == null ? "" : id,
              function.requiredText("name"),
              arguments == null ? "" : arguments));
    }
    return parts;
  }

  private static List<Part> content(Fields message) {
    JsonNode content = message.get("content");
    if (content == null) {
      return List.of();
    }
    if (content.isString()) {
      return List.of(Part.Text.of(content.stringValue()));
    }
    List<Part> parts = new ArrayList<>();
    int index = 0;
    for (JsonNode item : message.list("content")) {
      parts.add(part(Fields.of(item, message.pathOf("content[" + index++ + "]"))));
    }
    return parts;
  }

  private static Part part(Fields item) {
    String type = item.requiredText("type");
    return switch (type) {
      case "text" -> Part.Text.of(item.requiredText("text"));
      case "thinking" -> new Part.Thinking(item.requiredText("thinking"), null);
      case "image_url" -> {
        Fields image = item.object("image_url");
        if (image == null) {
          throw item.refused("image_url", "an object");
        }
        yield new Part.Image(source(image.requiredText("url")), image.text("detail"), null);
      }
      case "document" -> {
        Fields document = item.object("document");
        if (document == null) {
          throw item.refused("document", "an object");
        }
        yield document(document);
      }
      default -> throw item.refused("type", "text, thinking, image_url or document");
    };
  }

  private static Source source(String url) {
    int comma = url.indexOf(',');
    return url.startsWith("data:") && comma > 0 && url.startsWith(";base64", comma - 7)
        ? new Source.Data(url.substring("data:".length(), comma - 7), url.substring(comma + 1))
        : new Source.Url(url, null);
  }

  private static Part document(Fields document) {
    JsonNode data = document.get("data");
    JsonNode given = data == null ? Tree.object() : data;
    String text = given.isString() ? given.stringValue() : Tree.text(given, "text");
    return new Part.Document(
        new Source.Plain(text == null ? given.toString() : text),
        Tree.text(given, "title"),
        null,
        null,
        null);
  }

  private static List<Tool> tools(Fields body) {
    Boolean strict = body.flag("strict_tools");
    List<Tool> tools = new ArrayList<>();
    int index = 0;
    for (JsonNode item : body.list("tools")) {
      Fields tool = Fields.of(item, "tools[" + index++ + "]");
      Fields function = tool.object("function");
      if (function == null) {
        throw tool.refused("function", "an object");
      }
      tools.add(
          new Tool.Function(
              function.requiredText("name"),
              function.text("description"),
              function.get("parameters"),
              strict,
              null));
    }
    return tools;
  }

  private static @Nullable ToolChoice toolChoice(Fields body) {
    String choice = body.text("tool_choice");
    return switch (choice) {
      case null -> null;
      case "REQUIRED" -> new ToolChoice.Required();
      case "NONE" -> new ToolChoice.None();
      default -> throw body.refused("tool_choice", "REQUIRED or NONE");
    };
  }

  private static @Nullable OutputFormat format(@Nullable Fields format) {
    if (format == null) {
      return null;
    }
    if (format.requiredText("type").equals("text")) {
      return new OutputFormat.Text();
    }
    JsonNode schema = format.get("json_schema");
    JsonNode given = schema == null ? format.get("schema") : schema;
    return given == null
        ? new OutputFormat.JsonObject()
        : new OutputFormat.JsonSchema("response", null, given, null);
  }

  private static @Nullable Reasoning reasoning(@Nullable Fields thinking) {
    if (thinking == null) {
      return null;
    }
    if ("disabled".equals(thinking.text("type"))) {
      return Reasoning.ofBudget(0);
    }
    Long budget = thinking.whole("token_budget");
    return Reasoning.ofBudget(budget == null ? -1 : budget);
  }

  private static Sampling sampling(Fields body) {
    return new Sampling(
        body.whole("max_tokens"),
        body.number("temperature"),
        body.number("p"),
        body.number("k"),
        body.texts("stop_sequences"),
        body.whole("seed"),
        body.number("frequency_penalty"),
        body.number("presence_penalty"),
        null,
        body.flag("logprobs"),
        null,
        null);
  }

  private static Map<String, JsonNode> extras(Fields body, Request request) {
    Map<String, JsonNode> extras = new LinkedHashMap<>();
    for (Request.Member member : request.members()) {
      JsonNode value = body.get(member.name());
      if (value != null && !READ.contains(member.name())) {
        extras.put(member.name(), value);
      }
    }
    return extras;
  }
}
