package dev.tollgate.wire.responses;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Dialect;
import dev.tollgate.model.chat.Message;
import dev.tollgate.model.chat.Message.Role;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Source;
import dev.tollgate.wire.json.Fields;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.openai.MediaSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Reads a Responses request's input: a text, or a list of items. For one request. */
final class InputReader {
  private final List<Message> messages;
  private final Map<String, String> toolNames = new HashMap<>();

  /** What the assistant said so far in its turn: its items follow each other. */
  private final List<Part> turn = new ArrayList<>();

  InputReader(List<Message> messages) {
    this.messages = messages;
  }

  void read(Fields body) {
    JsonNode input = body.get("input");
    if (input == null) {
      return;
    }
    if (input.isString()) {
      messages.add(Message.of(Role.USER, input.stringValue()));
      return;
    }
    List<JsonNode> items = body.list("input");
    for (int i = 0; i < items.size(); i++) {
      item(Fields.of(items.get(i), "input[" + i + "]"));
    }
    endTurn();
  }

  private void endTurn() {
    if (!turn.isEmpty()) {
      messages.add(Message.of(Role.ASSISTANT, List.copyOf(turn)));
      turn.clear();
    }
  }

  private void item(Fields item) {
    String type = item.text("type");
    switch (type == null ? "message" : type) {
      case "message" -> message(item);
      case "function_call" -> {
        String id = item.requiredText("call_id");
        String name = item.requiredText("name");
        String arguments = item.text("arguments");
        toolNames.put(id, name);
        turn.add(Part.ToolCall.of(id, name, arguments == null ? "" : arguments));
      }
      case "function_call_output" -> {
        endTurn();
        String id = item.requiredText("call_id");
        messages.add(
            Message.of(
                Role.TOOL,
                List.of(
                    new Part.ToolResult(
                        id, toolNames.get(id), content(item, "output"), false, null))));
      }
      case "reasoning" -> reasoning(item);
      case "item_reference" ->
          throw item.refused(
              "type", "the item itself: the provider of this model stores no conversations");
      default -> turn.add(new Part.Foreign(Dialect.RESPONSES, item.node()));
    }
  }

  private void message(Fields item) {
    List<Part> parts = content(item, "content");
    Role role =
        switch (item.requiredText("role")) {
          case "user" -> Role.USER;
          case "system" -> Role.SYSTEM;
          case "developer" -> Role.DEVELOPER;
          case "assistant" -> Role.ASSISTANT;
          default ->
              throw item.refused("role", "\"user\", \"system\", \"developer\" or \"assistant\"");
        };
    if (role == Role.ASSISTANT) {
      turn.addAll(parts);
      return;
    }
    endTurn();
    messages.add(Message.of(role, parts));
  }

  /** Thoughts that another provider signed come back in the place of OpenAI's encrypted ones. */
  private void reasoning(Fields item) {
    String hidden = item.text("encrypted_content");
    List<Part> signed = hidden == null ? List.of() : signedThoughts(hidden);
    if (!signed.isEmpty()) {
      turn.addAll(signed);
      return;
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode summary : item.list("summary")) {
      text.append(Fields.of(summary, item.pathOf("summary")).requiredText("text"));
    }
    if (!text.isEmpty()) {
      turn.add(new Part.Thinking(text.toString(), null));
    }
  }

  private static List<Part> signedThoughts(String json) {
    if (!json.startsWith("[")) {
      return List.of();
    }
    List<Part> thoughts = new ArrayList<>();
    try {
      for (JsonNode block : JsonTree.read(json.getBytes(UTF_8))) {
        JsonNode data = block.path("data");
        thoughts.add(
            data.isString()
                ? new Part.RedactedThinking(data.stringValue())
                : new Part.Thinking(
                    block.path("thinking").asString(""), block.path("signature").asString(null)));
      }
    } catch (JacksonException notOurs) {
      return List.of();
    }
    return thoughts;
  }

  private static List<Part> content(Fields item, String name) {
    JsonNode content = item.get(name);
    if (content == null) {
      return List.of();
    }
    if (content.isString()) {
      return List.of(Part.Text.of(content.stringValue()));
    }
    List<Part> parts = new ArrayList<>();
    List<JsonNode> list = item.list(name);
    for (int i = 0; i < list.size(); i++) {
      parts.add(part(Fields.of(list.get(i), item.pathOf(name + "[" + i + "]"))));
    }
    return parts;
  }

  private static Part part(Fields part) {
    return switch (part.requiredText("type")) {
      case "input_text", "output_text", "text" -> Part.Text.of(part.requiredText("text"));
      case "refusal" -> new Part.Refusal(part.requiredText("refusal"));
      case "input_image" -> new Part.Image(image(part), part.text("detail"), null);
      case "input_file" -> new Part.Document(file(part), part.text("filename"), null, null, null);
      case "input_audio" -> {
        Fields audio = part.object("input_audio");
        if (audio == null) {
          throw part.refused("input_audio", "an object with data and format");
        }
        String format = audio.requiredText("format");
        yield new Part.Audio(
            new Source.Data("audio/" + format, audio.requiredText("data")),
            format,
            null,
            null,
            null);
      }
      default -> new Part.Foreign(Dialect.RESPONSES, part.node());
    };
  }

  private static Source image(Fields part) {
    String url = part.text("image_url");
    return url != null ? MediaSource.of(url, null) : uploaded(part, "image_url");
  }

  private static Source file(Fields part) {
    String data = part.text("file_data");
    if (data != null) {
      return MediaSource.of(data, null);
    }
    String url = part.text("file_url");
    return url != null ? new Source.Url(url, null) : uploaded(part, "file_data");
  }

  private static Source uploaded(Fields part, String other) {
    @Nullable String id = part.text("file_id");
    if (id == null) {
      throw part.refused(other, "an address, or a file_id beside it");
    }
    return new Source.File(id, null);
  }
}
