package dev.tollgate.wire.openai;

import dev.tollgate.model.Dialect;
import dev.tollgate.model.chat.Message;
import dev.tollgate.model.chat.Message.Role;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Source;
import dev.tollgate.wire.json.Fields;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads the messages of a chat completion, one after the other. For one conversation. */
final class MessageReader {
  /** Results name only the id of the call that they answer. */
  private final Map<String, String> toolNames = new HashMap<>();

  /** Reads a message and adds it. */
  void read(Fields message, List<Message> out) {
    String role = message.requiredText("role");
    String name = message.text("name");
    switch (role) {
      case "system" -> out.add(new Message(Role.SYSTEM, content(message), name));
      case "developer" -> out.add(new Message(Role.DEVELOPER, content(message), name));
      case "user" -> out.add(new Message(Role.USER, content(message), name));
      case "assistant" -> out.add(new Message(Role.ASSISTANT, assistant(message), name));
      case "tool", "function" -> out.add(Message.of(Role.TOOL, List.of(result(message, name))));
      default ->
          throw message.refused(
              "role", "\"system\", \"developer\", \"user\", \"assistant\" or \"tool\"");
    }
  }

  private Part result(Fields message, @Nullable String name) {
    String id = message.text("tool_call_id");
    String tool = name == null && id != null ? toolNames.get(id) : name;
    return new Part.ToolResult(
        id == null ? "" : id, tool, content(message), false, message.get("cache_control"));
  }

  private List<Part> assistant(Fields message) {
    List<Part> parts = new ArrayList<>();
    List<JsonNode> blocks = message.list("thinking_blocks");
    for (int i = 0; i < blocks.size(); i++) {
      thinking(Fields.of(blocks.get(i), message.pathOf("thinking_blocks[" + i + "]")), parts);
    }
    String reasoning = blocks.isEmpty() ? message.text("reasoning_content") : null;
    if (reasoning != null && !reasoning.isEmpty()) {
      parts.add(new Part.Thinking(reasoning, null));
    }
    parts.addAll(content(message));
    String refusal = message.text("refusal");
    if (refusal != null) {
      parts.add(new Part.Refusal(refusal));
    }
    Fields audio = message.object("audio");
    if (audio != null) {
      String id = audio.requiredText("id");
      parts.add(new Part.Audio(new Source.File(id, null), null, null, id, null));
    }
    List<JsonNode> calls = message.list("tool_calls");
    for (int i = 0; i < calls.size(); i++) {
      parts.add(call(Fields.of(calls.get(i), message.pathOf("tool_calls[" + i + "]"))));
    }
    Fields function = message.object("function_call");
    if (function != null) {
      parts.add(callOf("", function, null));
    }
    return parts;
  }

  private static void thinking(Fields block, List<Part> parts) {
    if ("redacted_thinking".equals(block.text("type"))) {
      parts.add(new Part.RedactedThinking(block.requiredText("data")));
      return;
    }
    String text = block.text("thinking");
    parts.add(new Part.Thinking(text == null ? "" : text, block.text("signature")));
  }

  private Part call(Fields call) {
    Fields function = call.object("function");
    if (function == null) {
      throw call.refused("function", "an object with a name and arguments");
    }
    String id = call.text("id");
    Part.ToolCall made = callOf(id == null ? "" : id, function, signature(call, function));
    toolNames.put(made.id(), made.name());
    return new Part.ToolCall(
        made.id(), made.name(), made.arguments(), made.signature(), call.get("cache_control"));
  }

  private static Part.ToolCall callOf(String id, Fields function, @Nullable String signature) {
    JsonNode arguments = function.get("arguments");
    String text =
        arguments == null
            ? ""
            : arguments.isString() ? arguments.stringValue() : arguments.toString();
    return new Part.ToolCall(id, function.requiredText("name"), text, signature, null);
  }

  /** Where LiteLLM hands Gemini's signatures to clients, and gets them back. */
  private static @Nullable String signature(Fields call, Fields function) {
    for (Fields owner : List.of(call, function)) {
      Fields specific = owner.object("provider_specific_fields");
      String signature = specific == null ? null : specific.text("thought_signature");
      if (signature != null) {
        return signature;
      }
    }
    return null;
  }

  /** A text, a list of parts, or nothing. */
  static List<Part> content(Fields message) {
    JsonNode content = message.get("content");
    if (content == null) {
      return List.of();
    }
    JsonNode cacheControl = message.get("cache_control");
    if (content.isString()) {
      return List.of(new Part.Text(content.stringValue(), List.of(), cacheControl));
    }
    if (!content.isArray()) {
      throw message.refused("content", "a string or a list of parts");
    }
    List<Part> parts = new ArrayList<>(content.size());
    for (int i = 0; i < content.size(); i++) {
      parts.add(part(Fields.of(content.get(i), message.pathOf("content[" + i + "]"))));
    }
    return parts;
  }

  private static Part part(Fields part) {
    String type = part.requiredText("type");
    JsonNode cacheControl = part.get("cache_control");
    return switch (type) {
      case "text", "input_text", "output_text" ->
          new Part.Text(part.requiredText("text"), List.of(), cacheControl);
      case "refusal" -> new Part.Refusal(part.requiredText("refusal"));
      case "image_url", "input_image" -> image(part, cacheControl);
      case "video_url" -> new Part.Video(source(part, "video_url"), cacheControl);
      case "input_audio" -> audio(part);
      case "file", "document" -> file(part, type, cacheControl);
      case "thinking" -> {
        String text = part.text("thinking");
        yield new Part.Thinking(text == null ? "" : text, part.text("signature"));
      }
      case "redacted_thinking" -> new Part.RedactedThinking(part.requiredText("data"));
      default -> new Part.Foreign(Dialect.OPENAI, part.node());
    };
  }

  private static Part image(Fields part, @Nullable JsonNode cacheControl) {
    JsonNode value = part.get("image_url");
    String detail = value != null && value.isObject() ? Fields.of(value, "").text("detail") : null;
    return new Part.Image(source(part, "image_url"), detail, cacheControl);
  }

  /** {@code {"url": …, "format": …}}, or the address alone. */
  private static Source source(Fields part, String name) {
    JsonNode value = part.get(name);
    if (value == null) {
      throw part.refused(name, "an object with a url");
    }
    if (value.isString()) {
      return MediaSource.of(value.stringValue(), null);
    }
    Fields fields = Fields.of(value, part.pathOf(name));
    return MediaSource.of(fields.requiredText("url"), fields.text("format"));
  }

  private static Part audio(Fields part) {
    Fields audio = part.object("input_audio");
    if (audio == null) {
      throw part.refused("input_audio", "an object with data and format");
    }
    String format = audio.text("format");
    Source data =
        new Source.Data("audio/" + (format == null ? "wav" : format), audio.requiredText("data"));
    return new Part.Audio(data, format, null, null, null);
  }

  private static Part file(Fields part, String type, @Nullable JsonNode cacheControl) {
    Fields file = part.object("file");
    if (file == null) {
      if (type.equals("document")) {
        return new Part.Foreign(Dialect.ANTHROPIC, part.node());
      }
      throw part.refused("file", "an object with file_data or file_id");
    }
    String data = file.text("file_data");
    String id = file.text("file_id");
    String format = file.text("format");
    Source source;
    if (data != null) {
      source = MediaSource.of(data, format);
    } else if (id != null) {
      source =
          id.startsWith("http://") || id.startsWith("https://") || id.startsWith("gs://")
              ? new Source.Url(id, format)
              : new Source.File(id, format);
    } else {
      throw file.refused("file_data", "a data URL, or a file_id beside it");
    }
    return new Part.Document(source, file.text("filename"), null, null, cacheControl);
  }
}
