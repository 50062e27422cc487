package dev.tollgate.wire.gemini;

import dev.tollgate.wire.json.Fields;
import dev.tollgate.wire.json.TokenFigure;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Lenient reads of a provider's trees, where a value of another type counts as absent, and the two
 * spellings of each of Google's names.
 */
final class Nodes {
  private static final JsonNodeFactory FACTORY = JsonNodeFactory.instance;

  private Nodes() {}

  static ObjectNode object() {
    return FACTORY.objectNode();
  }

  static ArrayNode array() {
    return FACTORY.arrayNode();
  }

  /** A string, null if there is none. */
  static @Nullable String text(JsonNode object, String name) {
    JsonNode value = member(object, name);
    return value != null && value.isString() ? value.stringValue() : null;
  }

  /** A count, 0 if there is none; figures that cannot be are bounded. */
  static long count(JsonNode object, String name) {
    JsonNode value = member(object, name);
    return value == null ? 0 : TokenFigure.of(value);
  }

  /** A small whole number, {@code otherwise} if there is none. */
  static int small(JsonNode object, String name, int otherwise) {
    JsonNode value = member(object, name);
    return value != null && value.isIntegralNumber() && value.canConvertToInt()
        ? value.intValue()
        : otherwise;
  }

  static boolean isTrue(JsonNode object, String name) {
    JsonNode value = member(object, name);
    return value != null && value.isBoolean() && value.booleanValue();
  }

  /** A member under its name in camel case or with underscores, null if there is none. */
  static @Nullable JsonNode member(JsonNode object, String camel) {
    JsonNode value = object.get(camel);
    if (value == null) {
      value = object.get(snake(camel));
    }
    return value == null || value.isNull() ? null : value;
  }

  /** The items of a list, none if there is no list. */
  static Iterable<JsonNode> items(JsonNode object, String camel) {
    JsonNode value = member(object, camel);
    return value != null && value.isArray() ? value : array();
  }

  /** The spelling that a client chose for a name: camel case, or with underscores. */
  static String spelt(Fields fields, String camel) {
    return fields.has(camel) ? camel : snake(camel);
  }

  static String snake(String camel) {
    StringBuilder snake = new StringBuilder(camel.length() + 4);
    for (int i = 0; i < camel.length(); i++) {
      char c = camel.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        snake.append('_').append((char) (c + 32));
      } else {
        snake.append(c);
      }
    }
    return snake.toString();
  }

  static String camel(String snake) {
    StringBuilder camel = new StringBuilder(snake.length());
    for (int i = 0; i < snake.length(); i++) {
      char c = snake.charAt(i);
      boolean joint =
          c == '_'
              && i + 1 < snake.length()
              && snake.charAt(i + 1) >= 'a'
              && snake.charAt(i + 1) <= 'z';
      camel.append(joint ? Character.toUpperCase(snake.charAt(++i)) : c);
    }
    return camel.toString();
  }
}
