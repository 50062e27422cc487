package dev.tollgate.wire.gemini;

import dev.tollgate.model.Dialect;
import dev.tollgate.model.chat.Tool;
import dev.tollgate.model.chat.ToolChoice;
import dev.tollgate.wire.json.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads tools and the choice among them.
 *
 * @param tools what the model may call
 * @param choice null where nothing was said
 */
record ToolsReader(List<Tool> tools, @Nullable ToolChoice choice) {
  static ToolsReader read(Fields body) {
    List<Tool> tools = new ArrayList<>();
    int at = 0;
    for (JsonNode tool : body.list("tools")) {
      readTool(Fields.of(tool, "tools[" + at++ + "]"), tools);
    }
    Fields config = body.object(Nodes.spelt(body, "toolConfig"));
    Fields calling =
        config == null ? null : config.object(Nodes.spelt(config, "functionCallingConfig"));
    if (calling == null) {
      return new ToolsReader(tools, null);
    }
    List<String> allowed = calling.texts(Nodes.spelt(calling, "allowedFunctionNames"));
    if (!allowed.isEmpty()) {
      tools.removeIf(tool -> tool instanceof Tool.Function f && !allowed.contains(f.name()));
    }
    return new ToolsReader(tools, choice(calling, allowed));
  }

  private static @Nullable ToolChoice choice(Fields calling, List<String> allowed) {
    String mode = calling.text("mode");
    return switch (mode == null ? "" : mode.toUpperCase(Locale.ROOT)) {
      case "", "MODE_UNSPECIFIED" -> null;
      case "AUTO", "VALIDATED" -> new ToolChoice.Auto();
      case "NONE" -> new ToolChoice.None();
      case "ANY" ->
          allowed.size() == 1
              ? new ToolChoice.Named(allowed.getFirst())
              : new ToolChoice.Required();
      default -> throw calling.refused("mode", "AUTO, ANY, NONE or VALIDATED");
    };
  }

  private static void readTool(Fields tool, List<Tool> tools) {
    String declarations = Nodes.spelt(tool, "functionDeclarations");
    int at = 0;
    for (JsonNode declaration : tool.list(declarations)) {
      tools.add(function(Fields.of(declaration, tool.pathOf(declarations) + "[" + at++ + "]")));
    }
    for (Map.Entry<String, JsonNode> member : tool.node().properties()) {
      ObjectNode own = Nodes.object();
      own.set(Nodes.camel(member.getKey()), member.getValue());
      switch (Nodes.camel(member.getKey())) {
        case "functionDeclarations" -> {
          // read above
        }
        case "googleSearch", "googleSearchRetrieval", "enterpriseWebSearch" ->
            tools.add(new Tool.WebSearch(null, Dialect.GEMINI, own));
        default -> {
          if (!member.getValue().isNull()) {
            tools.add(new Tool.BuiltIn(Dialect.GEMINI, own));
          }
        }
      }
    }
  }

  private static Tool function(Fields declaration) {
    JsonNode schema = declaration.get(Nodes.spelt(declaration, "parametersJsonSchema"));
    JsonNode subset = declaration.get("parameters");
    return new Tool.Function(
        declaration.requiredText("name"),
        declaration.text("description"),
        schema != null ? schema : subset == null ? null : jsonSchema(subset),
        null,
        null);
  }

  /** Google's words for a schema as JSON schema: types in lower case, null among them. */
  static JsonNode jsonSchema(JsonNode schema) {
    if (!schema.isObject()) {
      return schema;
    }
    ObjectNode out = Nodes.object();
    for (Map.Entry<String, JsonNode> member : schema.properties()) {
      JsonNode value = member.getValue();
      switch (Nodes.camel(member.getKey())) {
        case "type" -> {
          if (!value.isString()) {
            out.set("type", value);
          } else if (!value.stringValue().equals("TYPE_UNSPECIFIED")) {
            out.put("type", value.stringValue().toLowerCase(Locale.ROOT));
          }
        }
        case "properties" -> {
          ObjectNode properties = out.putObject("properties");
          value.properties().forEach(p -> properties.set(p.getKey(), jsonSchema(p.getValue())));
        }
        case "items" -> out.set("items", jsonSchema(value));
        case "anyOf" -> {
          ArrayNode any = out.putArray("anyOf");
          value.forEach(each -> any.add(jsonSchema(each)));
        }
        case "minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties" ->
            putCount(out, Nodes.camel(member.getKey()), value);
        case "nullable", "propertyOrdering", "example" -> {
          // no words of JSON schema
        }
        default -> out.set(member.getKey(), value);
      }
    }
    if (Nodes.isTrue(schema, "nullable") && out.path("type").isString()) {
      JsonNode type = out.path("type");
      out.set("type", Nodes.array().add(type).add("null"));
    }
    return out;
  }

  /** Google writes large whole numbers as strings. */
  private static void putCount(ObjectNode out, String name, JsonNode value) {
    if (value.isString() && value.stringValue().matches("[0-9]{1,18}")) {
      out.put(name, Long.parseLong(value.stringValue()));
    } else {
      out.set(name, value);
    }
  }
}
