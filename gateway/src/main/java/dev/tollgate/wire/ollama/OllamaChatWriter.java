package dev.tollgate.wire.ollama;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Request;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Message;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Tool;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.json.Texts;
import dev.tollgate.wire.json.Tree;
import dev.tollgate.wire.openai.Unsupported;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes a conversation as {@code /api/chat} takes it. */
final class OllamaChatWriter {
  private OllamaChatWriter() {}

  static byte[] write(Chat chat, Request request, Deployment deployment, Texts texts) {
    OllamaBody body = new OllamaBody(chat, request, deployment);
    ArrayNode messages = body.node().putArray("messages");
    for (Message message : chat.messages()) {
      switch (message.role()) {
        case SYSTEM, DEVELOPER -> add(messages, "system", body, message);
        case USER -> add(messages, "user", body, message);
        case ASSISTANT -> addAnswer(messages, body, message);
        case TOOL -> addResults(messages, body, message);
      }
    }
    addTools(chat, request, deployment, body.node());
    body.addParameters();
    return JsonTree.write(body.node(), texts);
  }

  private static ObjectNode add(ArrayNode messages, String role, OllamaBody body, Message message) {
    ObjectNode written = messages.addObject().put("role", role);
    ArrayNode images = Tree.array();
    boolean instructs = role.equals("system");
    written.put(
        "content",
        instructs
            ? body.instructions(message.parts(), images)
            : body.text(message.parts(), images));
    if (!images.isEmpty()) {
      written.set("images", images);
    }
    return written;
  }

  private static void addAnswer(ArrayNode messages, OllamaBody body, Message message) {
    ObjectNode written = add(messages, "assistant", body, message);
    StringBuilder thinking = new StringBuilder();
    ArrayNode calls = Tree.array();
    for (Part part : message.parts()) {
      if (part instanceof Part.Thinking thought) {
        thinking.append(thought.text());
      } else if (part instanceof Part.ToolCall call) {
        ObjectNode function = calls.addObject().putObject("function").put("name", call.name());
        function.set("arguments", arguments(call.arguments()));
      }
    }
    if (!thinking.isEmpty()) {
      written.put("thinking", thinking.toString());
    }
    if (!calls.isEmpty()) {
      written.set("tool_calls", calls);
    }
  }

  /** Ollama takes an object; what is none is put into one, so that it is not lost. */
  static ObjectNode arguments(String json) {
    if (json.isBlank()) {
      return Tree.object();
    }
    try {
      JsonNode arguments = JsonTree.read(json.getBytes(UTF_8));
      return arguments instanceof ObjectNode object ? object : Tree.object().put("arguments", json);
    } catch (JacksonException broken) {
      return Tree.object().put("arguments", json);
    }
  }

  private static void addResults(ArrayNode messages, OllamaBody body, Message message) {
    for (Part part : message.parts()) {
      if (part instanceof Part.ToolResult result) {
        ObjectNode written =
            add(messages, "tool", body, Message.of(Message.Role.TOOL, result.content()));
        if (!result.callId().isEmpty()) {
          written.put("tool_call_id", result.callId());
        } else if (result.name() != null) {
          written.put("tool_name", result.name());
        }
      }
    }
  }

  private static void addTools(Chat chat, Request request, Deployment deployment, ObjectNode body) {
    ArrayNode tools = Tree.array();
    for (Tool tool : chat.tools()) {
      if (tool instanceof Tool.Function function) {
        tools.add(tool(function));
      } else {
        Unsupported.refuseContent(request, deployment, "tools other than functions");
      }
    }
    if (!tools.isEmpty()) {
      body.set("tools", tools);
    }
  }

  static ObjectNode tool(Tool.Function function) {
    ObjectNode tool = Tree.object().put("type", "function");
    ObjectNode written = tool.putObject("function").put("name", function.name());
    if (function.description() != null) {
      written.put("description", function.description());
    }
    if (function.parameters() != null) {
      written.set("parameters", function.parameters());
    }
    return tool;
  }
}
