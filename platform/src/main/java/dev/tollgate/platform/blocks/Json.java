package dev.tollgate.platform.blocks;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The one mapper of this package, and readings that never throw on an odd type. */
final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private Json() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /**
   * Reads exactly one value.
   *
   * @throws NotJson if the text is something else
   */
  static JsonNode parse(String text) throws NotJson {
    JsonNode value;
    try {
      value = MAPPER.readTree(text);
    } catch (JacksonException e) {
      throw new NotJson("the text is no JSON: " + e.getOriginalMessage());
    }
    if (value == null || value.isMissingNode()) {
      throw new NotJson("the text is no JSON: there is nothing in it");
    }
    return value;
  }

  static String pretty(JsonNode value) {
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value);
  }

  /** The text of a string node, "" for any other. */
  static String text(JsonNode node) {
    return node.isString() ? node.stringValue() : "";
  }

  /** What kind of value it is, for messages: {@code object}, {@code array}, {@code null}, … */
  static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> "an array";
      case OBJECT, POJO -> "an object";
      case STRING, BINARY -> "a text";
      case NUMBER -> "a number";
      case BOOLEAN -> "a boolean";
      case NULL -> "null";
      case MISSING -> "nothing";
    };
  }
}
