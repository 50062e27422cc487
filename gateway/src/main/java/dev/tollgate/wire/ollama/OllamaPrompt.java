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
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes a conversation as the one prompt that {@code /api/generate} takes. That endpoint knows no
 * tools: they are told in the prompt, and a call is asked for as JSON.
 */
final class OllamaPrompt {
  private OllamaPrompt() {}

  static byte[] write(Chat chat, Request request, Deployment deployment, Texts texts) {
    OllamaBody body = new OllamaBody(chat, request, deployment);
    ArrayNode images = Tree.array();
    StringBuilder prompt = new StringBuilder();
    StringBuilder turn = new StringBuilder();
    String speaker = "";
    for (Message message : withTools(chat, request, deployment)) {
      String next = speaker(message.role());
      if (!next.equals(speaker)) {
        endTurn(prompt, speaker, turn);
        speaker = next;
      }
      turn.append(text(message, body, images));
    }
    endTurn(prompt, speaker, turn);
    ObjectNode node = body.node();
    node.put("prompt", prompt.toString());
    body.addParameters();
    if (asksForCalls(chat)) {
      node.put("format", "json");
    }
    node.set("images", images);
    return JsonTree.write(node, texts);
  }

  /** Whether the answer may be a call in JSON. */
  static boolean asksForCalls(Chat chat) {
    return !chat.tools().isEmpty();
  }

  private static void endTurn(StringBuilder prompt, String speaker, StringBuilder turn) {
    if (!turn.isEmpty()) {
      prompt.append("### ").append(speaker).append(":\n").append(turn).append("\n\n");
      turn.setLength(0);
    }
  }

  private static String speaker(Message.Role role) {
    return switch (role) {
      case SYSTEM, DEVELOPER -> "System";
      case USER, TOOL -> "User";
      case ASSISTANT -> "Assistant";
    };
  }

  private static String text(Message message, OllamaBody body, ArrayNode images) {
    StringBuilder text = new StringBuilder(body.text(message.parts(), images));
    ArrayNode calls = Tree.array();
    for (Part part : message.parts()) {
      if (part instanceof Part.ToolResult result) {
        text.append(body.text(result.content(), images));
      } else if (part instanceof Part.ToolCall call) {
        ObjectNode written = calls.addObject().put("id", call.id()).put("type", "function");
        ObjectNode function = written.putObject("function").put("name", call.name());
        function.set("arguments", OllamaChatWriter.arguments(call.arguments()));
      }
    }
    if (!calls.isEmpty()) {
      text.append("Tool Calls: ").append(new String(JsonTree.write(calls), UTF_8));
    }
    return text.toString();
  }

  /** The conversation, with a word about the tools at its beginning if there are any. */
  private static List<Message> withTools(Chat chat, Request request, Deployment deployment) {
    ArrayNode tools = Tree.array();
    for (Tool tool : chat.tools()) {
      if (tool instanceof Tool.Function function) {
        tools.add(OllamaChatWriter.tool(function));
      } else {
        Unsupported.refuseContent(request, deployment, "tools other than functions");
      }
    }
    if (tools.isEmpty()) {
      return chat.messages();
    }
    List<Message> messages = new ArrayList<>(chat.messages().size() + 1);
    messages.add(
        Message.of(
            Message.Role.SYSTEM,
            "You can call functions. To call one, answer with nothing but a JSON object of the form"
                + " {\"name\": \"the function\", \"arguments\": {\"argument\": \"value\"}}."
                + " These are the functions: "
                + new String(JsonTree.write(tools), UTF_8)
                + "\n"));
    messages.addAll(chat.messages());
    return messages;
  }
}
