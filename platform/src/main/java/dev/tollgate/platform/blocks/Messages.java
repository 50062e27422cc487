package dev.tollgate.platform.blocks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Chat messages as they go over the wire. */
public final class Messages {
  /** Marks the messages that hold the task itself; compression never shortens these. */
  public static final String MAIN_OBJECTIVE_PREFIX = "[Main Objective Prompt]: ";

  private Messages() {}

  /** Instructions. */
  public static ObjectNode system(String text) {
    return message("system", text);
  }

  /** What the user says. */
  public static ObjectNode user(String text) {
    return message("user", text);
  }

  /** What the model said. */
  public static ObjectNode assistant(String text) {
    return message("assistant", text);
  }

  /** The result of a tool call. */
  public static ObjectNode tool(String callId, String result) {
    ObjectNode message = Json.object();
    message.put("role", "tool");
    message.put("tool_call_id", callId);
    message.put("content", result);
    return message;
  }

  private static ObjectNode message(String role, String text) {
    ObjectNode message = Json.object();
    message.put("role", role);
    message.put("content", text);
    return message;
  }

  static String role(ObjectNode message) {
    return Json.text(message.path("role"));
  }

  /** The content if it is plain text, else "". */
  static String text(ObjectNode message) {
    return Json.text(message.path("content"));
  }

  static boolean isMainObjective(ObjectNode message) {
    return text(message).startsWith(MAIN_OBJECTIVE_PREFIX);
  }

  /** Whether a message holds tool calls or results, in OpenAI's form or in Anthropic's. */
  static boolean concernsTools(ObjectNode message) {
    return message.has("tool_calls")
        || role(message).equals("tool")
        || hasPart(message, part -> isType(part, "tool_use") || isType(part, "tool_result"));
  }

  static boolean hasPart(ObjectNode message, Predicate<JsonNode> wanted) {
    JsonNode content = message.path("content");
    return content.isArray() && content.valueStream().anyMatch(wanted);
  }

  static boolean isType(JsonNode part, String type) {
    return Json.text(part.path("type")).equals(type);
  }

  /** A deep copy, so that neither side sees the other's later edits. */
  static List<ObjectNode> copyOf(List<ObjectNode> messages) {
    List<ObjectNode> copy = new ArrayList<>(messages.size());
    for (ObjectNode message : messages) {
      copy.add(message.deepCopy());
    }
    return copy;
  }
}
