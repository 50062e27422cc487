package dev.tollgate.wire.gemini;

import dev.tollgate.wire.json.Fields;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON schema in the subset that Gemini has for the arguments of functions: references are put in
 * place, {@code null} among the types becomes {@code nullable}, one-of becomes any-of, and what the
 * subset has no word for is left out. For one schema and one thread.
 */
final class SchemaSubset {
  /** References can make a small schema grow without end: more than this is refused. */
  private static final int NODES_MAX = 20_000;

  /** What is copied as it is. */
  private static final Set<String> PLAIN =
      Set.of(
          "title",
          "description",
          "nullable",
          "default",
          "minItems",
          "maxItems",
          "minProperties",
          "maxProperties",
          "minLength",
          "maxLength",
          "pattern",
          "minimum",
          "maximum",
          "example",
          "propertyOrdering");

  private static final Set<String> TEXT_FORMATS = Set.of("enum", "date-time");
  private static final Set<String> NUMBER_FORMATS = Set.of("int32", "int64", "float", "double");

  private final JsonNode root;
  private final String path;
  private final Deque<String> within = new ArrayDeque<>();
  private int nodes;

  private SchemaSubset(JsonNode root, String path) {
    this.root = root;
    this.path = path;
  }

  /**
   * Translates a schema.
   *
   * @param path how errors name it
   * @throws dev.tollgate.model.FailureException if it is no schema or too large
   */
  static JsonNode of(JsonNode schema, String path) {
    if (!schema.isObject()) {
      throw Fields.bad(path, "a JSON schema");
    }
    return new SchemaSubset(schema, path).translate(schema);
  }

  private ObjectNode translate(JsonNode schema) {
    if (++nodes > NODES_MAX) {
      throw Fields.bad(path, "a JSON schema of at most " + NODES_MAX + " parts");
    }
    if (!schema.isObject()) {
      // true, false: anything goes
      return Nodes.object();
    }
    String reference = Nodes.text(schema, "$ref");
    if (reference != null) {
      return referred(schema, reference);
    }
    ObjectNode out = Nodes.object();
    for (Map.Entry<String, JsonNode> member : schema.properties()) {
      put(out, schema, member.getKey(), member.getValue());
    }
    complete(out);
    return out;
  }

  private ObjectNode referred(JsonNode schema, String reference) {
    JsonNode target = target(reference);
    if (target == null || within.contains(reference)) {
      // a schema within itself has no end: below here anything goes
      ObjectNode open = Nodes.object();
      open.put("type", "object");
      return open;
    }
    within.push(reference);
    ObjectNode out = translate(target);
    within.pop();
    for (String word : new String[] {"title", "description", "default"}) {
      JsonNode beside = schema.get(word);
      if (beside != null) {
        out.set(word, beside);
      }
    }
    return out;
  }

  private @Nullable JsonNode target(String reference) {
    if (!reference.startsWith("#/")) {
      return null;
    }
    JsonNode target = root.at(JsonPointer.compile(reference.substring(1)));
    return target.isMissingNode() ? null : target;
  }

  private void put(ObjectNode out, JsonNode schema, String name, JsonNode value) {
    switch (name) {
      case "type" -> putType(out, value);
      case "format" -> putFormat(out, schema, value);
      case "enum" -> putEnum(out, schema, value);
      case "const" -> {
        if (value.isString() && !value.stringValue().isEmpty()) {
          out.set("enum", Nodes.array().add(value));
        }
      }
      case "properties" -> putProperties(out, value);
      case "required" -> {
        if (value.isArray()) {
          out.set(name, value);
        }
      }
      case "items" -> {
        boolean empty = value.isObject() && value.isEmpty();
        out.set(name, empty ? Nodes.object().put("type", "object") : translate(value));
      }
      case "anyOf", "oneOf" -> putAnyOf(out, value);
      case "allOf" -> putAllOf(out, value);
      default -> {
        if (PLAIN.contains(name)) {
          out.set(name, value);
        }
      }
    }
  }

  private static void putType(ObjectNode out, JsonNode type) {
    if (type.isString()) {
      out.set("type", type);
      return;
    }
    ArrayNode types = Nodes.array();
    for (JsonNode each : type) {
      if (each.isString() && each.stringValue().equals("null")) {
        out.put("nullable", true);
      } else if (each.isString()) {
        types.add(each);
      }
    }
    if (types.size() == 1) {
      out.set("type", types.get(0));
    } else if (!types.isEmpty()) {
      ArrayNode any = Nodes.array();
      types.forEach(each -> any.add(Nodes.object().set("type", each)));
      out.set("anyOf", any);
    }
  }

  private static void putFormat(ObjectNode out, JsonNode schema, JsonNode format) {
    if (!format.isString()) {
      return;
    }
    String type = schema.path("type").asString("string");
    boolean number = type.equals("number") || type.equals("integer");
    if ((number ? NUMBER_FORMATS : TEXT_FORMATS).contains(format.stringValue())) {
      out.set("format", format);
    }
  }

  /** Only strings can be enumerated, and none of them may be empty. */
  private static void putEnum(ObjectNode out, JsonNode schema, JsonNode values) {
    JsonNode type = schema.path("type");
    if (type.isString() && !type.stringValue().equalsIgnoreCase("string")) {
      return;
    }
    ArrayNode kept = Nodes.array();
    for (JsonNode value : values) {
      if (value.isString() && !value.stringValue().isEmpty()) {
        kept.add(value);
      } else if (value.isNull()) {
        out.put("nullable", true);
      } else if (!value.isString()) {
        return;
      }
    }
    if (!kept.isEmpty()) {
      out.set("enum", kept);
    }
  }

  private void putProperties(ObjectNode out, JsonNode properties) {
    if (!properties.isObject()) {
      return;
    }
    ObjectNode translated = Nodes.object();
    for (Map.Entry<String, JsonNode> property : properties.properties()) {
      translated.set(property.getKey(), translate(property.getValue()));
    }
    out.set("properties", translated);
  }

  private void putAnyOf(ObjectNode out, JsonNode choices) {
    if (!choices.isArray()) {
      return;
    }
    ArrayNode any = out.get("anyOf") instanceof ArrayNode before ? before : Nodes.array();
    boolean nullable = false;
    for (JsonNode choice : choices) {
      if (choice.path("type").isString() && choice.path("type").stringValue().equals("null")) {
        nullable = true;
        continue;
      }
      ObjectNode translated = translate(choice);
      if (translated.isEmpty()) {
        translated.put("type", "object");
      }
      any.add(translated);
    }
    if (nullable) {
      any.forEach(choice -> ((ObjectNode) choice).put("nullable", true));
    }
    if (!any.isEmpty()) {
      out.set("anyOf", any);
    } else if (nullable) {
      out.put("nullable", true);
    }
  }

  /** All of several become one: later words win, properties and what is required add up. */
  private void putAllOf(ObjectNode out, JsonNode all) {
    for (JsonNode each : all) {
      for (Map.Entry<String, JsonNode> member : translate(each).properties()) {
        JsonNode before = out.get(member.getKey());
        if (before instanceof ObjectNode properties && member.getKey().equals("properties")) {
          member.getValue().properties().forEach(p -> properties.set(p.getKey(), p.getValue()));
        } else if (before instanceof ArrayNode required && member.getKey().equals("required")) {
          member.getValue().forEach(required::add);
        } else {
          out.set(member.getKey(), member.getValue());
        }
      }
    }
  }

  private static void complete(ObjectNode out) {
    JsonNode properties = out.get("properties");
    if (properties != null && !out.has("type")) {
      out.put("type", "object");
    }
    String type = out.path("type").asString("");
    if (type.equalsIgnoreCase("array") && !out.has("items")) {
      out.set("items", Nodes.object().put("type", "object"));
    }
    if (out.get("required") instanceof ArrayNode required) {
      Set<String> kept = new HashSet<>();
      ArrayNode defined = Nodes.array();
      for (JsonNode name : required) {
        boolean known = name.isString() && properties != null && properties.has(name.stringValue());
        if (known && kept.add(name.stringValue())) {
          defined.add(name);
        }
      }
      if (defined.isEmpty()) {
        out.remove("required");
      } else {
        out.set("required", defined);
      }
    }
  }
}
