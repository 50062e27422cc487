package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.model.Request.Member;
import dev.tollgate.model.Request.Span;
import dev.tollgate.wire.json.JsonTree;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@link Quirk#JSON_SCHEMA_AS_TOOL}: for models that have no {@code json_schema} but can be forced
 * to call a tool.
 */
final class SchemaAsTool {
  private static final String TOOL = "json_tool_call";
  private static final Set<String> REPLACED = Set.of("response_format", "tools", "tool_choice");

  private SchemaAsTool() {}

  static boolean applies(Request request, Deployment deployment) {
    return deployment.rules().quirks().contains(Quirk.JSON_SCHEMA_AS_TOOL)
        && request.operation() == Operation.CHAT
        && !hasTools(request)
        && schemaOf(request) != null;
  }

  static boolean replaces(String name) {
    return REPLACED.contains(name);
  }

  /** Adds the tool that has the schema for its parameters, each member with a leading comma. */
  static void addTo(StringBuilder added, Request request) {
    Span schema = schemaOf(request);
    if (schema == null) {
      return;
    }
    String parameters =
        new String(request.body(), schema.from(), schema.to() - schema.from(), UTF_8);
    added
        .append(",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"")
        .append(TOOL)
        .append("\",\"parameters\":")
        .append(parameters)
        .append("}}],\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"")
        .append(TOOL)
        .append("\"}}");
  }

  /** Turns the tool call of a reply or a chunk back into content; other bytes as they are. */
  static byte[] undo(byte[] json) {
    if (!(JsonTree.read(json) instanceof ObjectNode reply)) {
      return json;
    }
    boolean changed = false;
    for (JsonNode choice : reply.path("choices")) {
      String holder = choice.has("delta") ? "delta" : "message";
      if (choice instanceof ObjectNode object && object.get(holder) instanceof ObjectNode message) {
        changed |= undo(object, message);
      }
    }
    return changed ? JsonTree.write(reply) : json;
  }

  private static boolean undo(ObjectNode choice, ObjectNode message) {
    boolean changed = false;
    JsonNode calls = message.get("tool_calls");
    if (calls != null && calls.isArray() && calls.size() == 1) {
      JsonNode function = calls.get(0).path("function");
      String name = function.path("name").asString(TOOL);
      if (name.equals(TOOL)) {
        message.remove("tool_calls");
        message.put("content", function.path("arguments").asString(""));
        changed = true;
      }
    }
    if (choice.path("finish_reason").asString("").equals("tool_calls")) {
      choice.put("finish_reason", "stop");
      changed = true;
    }
    return changed;
  }

  private static boolean hasTools(Request request) {
    Member tools = request.member("tools");
    return tools != null
        && !tools.isNull()
        && !(tools.value().to() - tools.value().from() == 2); // "[]"
  }

  private static @Nullable Span schemaOf(Request request) {
    Member format = request.member("response_format");
    if (format == null
        || format.isNull()
        || !"json_schema".equals(SmallJson.memberText(request.body(), format.value(), "type"))) {
      return null;
    }
    Span schema = SmallJson.memberValue(request.body(), format.value(), "json_schema");
    return schema == null ? null : SmallJson.memberValue(request.body(), schema, "schema");
  }
}
