package dev.tollgate.platform.blocks;

import dev.tollgate.platform.client.BadInputException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A tool that a model may call.
 *
 * @param name letters, digits, "_" and "-", at most 64 characters (OpenAI's rule)
 * @param description what it does, for the model
 * @param parameters a JSON schema of type object; not to be changed afterwards
 */
public record ToolDefinition(String name, String description, ObjectNode parameters) {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

  public ToolDefinition {
    if (!NAME.matcher(name).matches()) {
      throw new BadInputException(
          "tool name", "\"" + name + "\"", "1 to 64 letters, digits, \"_\" or \"-\"");
    }
    JsonNode properties = parameters.path("properties");
    if (!properties.isObject() && !properties.isMissingNode()) {
      throw new BadInputException(
          "parameters.properties of tool " + name, Json.kind(properties), "an object");
    }
  }

  /**
   * Reads a tool in OpenAI's form, {@code {"type":"function","function":{…}}}, or the inner object.
   *
   * @throws BadInputException if the name is missing or bad, or the parameters are no object
   */
  public static ToolDefinition of(JsonNode tool) {
    JsonNode function = tool.has("function") ? tool.path("function") : tool;
    String name = Json.text(function.path("name"));
    if (function.path("parameters") instanceof ObjectNode parameters) {
      return new ToolDefinition(name, Json.text(function.path("description")), parameters);
    }
    throw new BadInputException(
        "parameters of tool " + name,
        Json.kind(function.path("parameters")),
        "a JSON schema of type object");
  }

  /** OpenAI's form. */
  public ObjectNode toJson() {
    ObjectNode function = Json.object();
    function.put("name", name);
    function.put("description", description);
    function.set("parameters", parameters);
    ObjectNode tool = Json.object();
    tool.put("type", "function");
    tool.set("function", function);
    return tool;
  }

  /** The names that a call may use, in alphabetical order. */
  Set<String> expected() {
    return new TreeSet<>(parameters.path("properties").propertyNames());
  }

  /** The names that a call must use, in alphabetical order. */
  Set<String> required() {
    Set<String> names = new TreeSet<>();
    for (JsonNode name : parameters.path("required")) {
      names.add(Json.text(name));
    }
    return names;
  }

  static void checkDistinct(List<ToolDefinition> tools) {
    Set<String> seen = new TreeSet<>();
    for (ToolDefinition tool : tools) {
      if (!seen.add(tool.name())) {
        throw new BadInputException("tools", "two tools named " + tool.name(), "distinct names");
      }
    }
  }
}
