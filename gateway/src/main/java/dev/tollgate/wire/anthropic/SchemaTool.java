package dev.tollgate.wire.anthropic;

import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.OutputFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Answers of a schema: by a tool that the model has to call, where it has nothing better, or by a
 * schema without what Anthropic does not take.
 */
public final class SchemaTool {
  /** The tool's name, as with LiteLLM. */
  public static final String NAME = "json_tool_call";

  /** What Anthropic does not take in a schema, and how the model is told of it instead. */
  private static final Map<String, String> TOLD =
      Map.of(
          "minItems", "minimum number of items",
          "maxItems", "maximum number of items",
          "minimum", "minimum value",
          "maximum", "maximum value",
          "exclusiveMinimum", "exclusive minimum value",
          "exclusiveMaximum", "exclusive maximum value",
          "minLength", "minimum length",
          "maxLength", "maximum length");

  private SchemaTool() {}

  /** The schema that a tool stands in for; null if the chat asks for none. */
  public static @Nullable JsonNode schema(Chat chat) {
    return chat.format() instanceof OutputFormat.JsonSchema format ? format.schema() : null;
  }

  /** The tool. */
  static ObjectNode tool(JsonNode schema) {
    ObjectNode tool = JsonNodeFactory.instance.objectNode().put("name", NAME);
    tool.set("input_schema", schema);
    return tool;
  }

  /** The schema as Anthropic takes it. */
  public static JsonNode strict(JsonNode schema) {
    return switch (schema) {
      case ObjectNode object -> strict(object);
      case ArrayNode items -> {
        ArrayNode copy = JsonNodeFactory.instance.arrayNode();
        items.forEach(item -> copy.add(strict(item)));
        yield copy;
      }
      default -> schema;
    };
  }

  private static ObjectNode strict(ObjectNode schema) {
    ObjectNode copy = JsonNodeFactory.instance.objectNode();
    List<String> told = new ArrayList<>();
    for (Map.Entry<String, JsonNode> member : schema.properties()) {
      String label = TOLD.get(member.getKey());
      if (label != null && member.getValue().isNumber()) {
        told.add(label + ": " + member.getValue().asString());
      } else {
        copy.set(member.getKey(), member.getValue());
      }
    }
    for (String nested : List.of("items", "anyOf", "allOf", "oneOf", "not")) {
      if (copy.has(nested)) {
        copy.set(nested, strict(copy.get(nested)));
      }
    }
    for (String named : List.of("properties", "$defs", "definitions")) {
      if (copy.get(named) instanceof ObjectNode members) {
        ObjectNode strict = JsonNodeFactory.instance.objectNode();
        members
            .properties()
            .forEach(member -> strict.set(member.getKey(), strict(member.getValue())));
        copy.set(named, strict);
      }
    }
    if (!told.isEmpty()) {
      String description = copy.path("description").asString("");
      String note = "Note: " + String.join(", ", told) + ".";
      copy.put("description", description.isEmpty() ? note : description + " " + note);
    }
    if (copy.path("type").asString("").equals("object") && !copy.has("additionalProperties")) {
      copy.put("additionalProperties", false);
    }
    return copy;
  }
}
