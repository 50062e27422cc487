package dev.tollgate.wire.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Dialect;
import dev.tollgate.model.chat.Message;
import dev.tollgate.model.chat.Message.Role;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Source;
import dev.tollgate.wire.CallIds;
import dev.tollgate.wire.json.Fields;
import dev.tollgate.wire.json.JsonTree;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads {@code contents} and {@code systemInstruction}. For one request and one thread.
 *
 * <p>Calls have no ids as a rule: each gets one by its place, and a result belongs to the oldest
 * call of its function that has none yet.
 */
final class ContentsReader {
  private final List<Message> messages = new ArrayList<>();
  private final Map<String, Deque<String>> unanswered = new HashMap<>();
  private int calls;

  /** The messages of a body. */
  static List<Message> read(Fields body) {
    ContentsReader reader = new ContentsReader();
    JsonNode system = body.get(Nodes.spelt(body, "systemInstruction"));
    if (system != null) {
      reader.readSystem(system);
    }
    JsonNode contents = body.get("contents");
    if (contents == null) {
      throw body.refused("contents", "a list of contents");
    }
    if (contents.isArray()) {
      int at = 0;
      for (JsonNode content : contents) {
        reader.readContent(content, "contents[" + at++ + "]");
      }
    } else {
      reader.readContent(contents, "contents");
    }
    return reader.messages;
  }

  private void readSystem(JsonNode system) {
    List<Part> parts = new ArrayList<>();
    if (system.isString()) {
      parts.add(Part.Text.of(system.stringValue()));
    } else {
      Fields content = Fields.of(system, "systemInstruction");
      for (JsonNode part : content.list("parts")) {
        String text = Fields.of(part, "systemInstruction.parts").text("text");
        if (text != null) {
          parts.add(Part.Text.of(text));
        }
      }
    }
    if (!parts.isEmpty()) {
      messages.add(Message.of(Role.SYSTEM, parts));
    }
  }

  private void readContent(JsonNode node, String path) {
    if (node.isString()) {
      messages.add(Message.of(Role.USER, node.stringValue()));
      return;
    }
    Fields content = Fields.of(node, path);
    String said = content.text("role");
    Role role =
        switch (said == null ? "user" : said) {
          case "user", "function", "tool" -> Role.USER;
          case "model", "assistant" -> Role.ASSISTANT;
          case "system" -> Role.SYSTEM;
          default -> throw content.refused("role", "user or model");
        };
    List<Part> parts = new ArrayList<>();
    List<Part> results = new ArrayList<>();
    int at = 0;
    for (JsonNode part : content.list("parts")) {
      Part read = readPart(Fields.of(part, path + ".parts[" + at++ + "]"));
      (read instanceof Part.ToolResult ? results : parts).add(read);
    }
    if (!results.isEmpty()) {
      messages.add(Message.of(Role.TOOL, results));
    }
    if (!parts.isEmpty()) {
      messages.add(Message.of(role, parts));
    }
  }

  private Part readPart(Fields part) {
    Fields call = part.object(Nodes.spelt(part, "functionCall"));
    Fields response = part.object(Nodes.spelt(part, "functionResponse"));
    Fields data = part.object(Nodes.spelt(part, "inlineData"));
    Fields file = part.object(Nodes.spelt(part, "fileData"));
    String signature = part.text(Nodes.spelt(part, "thoughtSignature"));
    String text = part.text("text");
    if (call != null) {
      return readCall(call, signature);
    }
    if (response != null) {
      return readResult(response);
    }
    if (data != null) {
      return media(readData(data));
    }
    if (file != null) {
      String address = file.requiredText(Nodes.spelt(file, "fileUri"));
      return media(new Source.Url(address, file.text(Nodes.spelt(file, "mimeType"))));
    }
    if (text != null) {
      boolean thought = Boolean.TRUE.equals(part.flag("thought"));
      return thought ? new Part.Thinking(text, signature) : Part.Text.of(text);
    }
    return new Part.Foreign(Dialect.GEMINI, part.node());
  }

  private static Source.Data readData(Fields data) {
    String type = data.requiredText(Nodes.spelt(data, "mimeType"));
    // Google takes the alphabet for addresses too, which others do not
    String base64 = data.requiredText("data").replace('-', '+').replace('_', '/');
    return new Source.Data(type, base64);
  }

  private static Part media(Source source) {
    String type =
        switch (source) {
          case Source.Data data -> data.mediaType();
          case Source.Url url -> url.mediaType() == null ? "" : url.mediaType();
          case Source.File _, Source.Plain _ -> "";
        };
    if (type.startsWith("image/")) {
      return new Part.Image(source, null, null);
    }
    if (type.startsWith("audio/")) {
      return new Part.Audio(source, format(type), null, null, null);
    }
    if (type.startsWith("video/")) {
      return new Part.Video(source, null);
    }
    return new Part.Document(source, null, null, null, null);
  }

  /** OpenAI's word for the form of a sound. */
  private static @Nullable String format(String type) {
    String form = type.substring(type.indexOf('/') + 1);
    return switch (form) {
      case "mpeg", "mp3" -> "mp3";
      case "x-wav", "wave", "wav" -> "wav";
      default -> form.isEmpty() ? null : form;
    };
  }

  private Part readCall(Fields call, @Nullable String signature) {
    String name = call.requiredText("name");
    String given = call.text("id");
    String id = given == null || given.isEmpty() ? CallIds.of("history", 0, calls) : given;
    calls++;
    unanswered.computeIfAbsent(name, _ -> new ArrayDeque<>()).add(id);
    Fields args = call.object("args");
    String arguments = args == null ? "{}" : new String(JsonTree.write(args.node()), UTF_8);
    return new Part.ToolCall(id, name, arguments, signature, null);
  }

  private Part readResult(Fields response) {
    String name = response.requiredText("name");
    String given = response.text("id");
    Deque<String> waiting = unanswered.get(name);
    String id = given == null || given.isEmpty() ? null : given;
    if (id != null && waiting != null) {
      waiting.remove(id);
    } else if (id == null) {
      String oldest = waiting == null ? null : waiting.poll();
      id = oldest == null ? CallIds.of("history", 0, calls++) : oldest;
    }
    List<Part> content = new ArrayList<>();
    Fields value = response.object("response");
    boolean failed = false;
    if (value != null) {
      String error = only(value.node(), "error");
      failed = error != null;
      content.add(Part.Text.of(error == null ? text(value.node()) : error));
    }
    for (JsonNode part : response.list("parts")) {
      content.add(readPart(Fields.of(part, response.pathOf("parts"))));
    }
    content.removeIf(part -> part instanceof Part.ToolCall || part instanceof Part.ToolResult);
    return new Part.ToolResult(id, name, content, failed, null);
  }

  private static String text(JsonNode value) {
    for (String wrapping : new String[] {"content", "output", "result"}) {
      String text = only(value, wrapping);
      if (text != null) {
        return text;
      }
    }
    return new String(JsonTree.write(value), UTF_8);
  }

  /** The text of an object's only member, null if it is another or no text. */
  private static @Nullable String only(JsonNode object, String name) {
    return object.size() == 1 ? Nodes.text(object, name) : null;
  }
}
