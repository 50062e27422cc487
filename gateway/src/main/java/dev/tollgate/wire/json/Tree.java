package dev.tollgate.wire.json;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Members of trees that came from outside: what is absent or of another kind reads as null, so that
 * no document can make a reader fail.
 */
public final class Tree {
  private Tree() {}

  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  public static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  public static JsonNode string(String text) {
    return JsonNodeFactory.instance.stringNode(text);
  }

  /** A member's text; null if it is no string. */
  public static @Nullable String text(JsonNode node, String name) {
    return text(node.path(name));
  }

  /** The text of a string; null if it is none. */
  public static @Nullable String text(JsonNode node) {
    return node.isString() ? node.stringValue() : null;
  }

  /** A member's text, empty if it is no string. */
  public static String textOrEmpty(JsonNode node, String name) {
    String text = text(node, name);
    return text == null ? "" : text;
  }

  /** A member's whole number; null if it is none that fits. */
  public static @Nullable Long whole(JsonNode node, String name) {
    JsonNode value = node.path(name);
    return value.isIntegralNumber() && value.canConvertToLong() ? value.longValue() : null;
  }

  /** A member's number; null if it is none. */
  public static @Nullable BigDecimal decimal(JsonNode node, String name) {
    JsonNode value = node.path(name);
    return value.isNumber() ? value.decimalValue() : null;
  }

  /** A member's truth value; null if it is none. */
  public static @Nullable Boolean flag(JsonNode node, String name) {
    JsonNode value = node.path(name);
    return value.isBoolean() ? value.booleanValue() : null;
  }

  /** Tokens as a provider counts them, see {@link TokenFigure}. */
  public static long tokens(JsonNode node, String name) {
    return TokenFigure.of(node.path(name));
  }

  /** A member's items; none if it is no list. */
  public static Iterable<JsonNode> items(JsonNode node, String name) {
    JsonNode value = node.path(name);
    return value.isArray() ? value : List.of();
  }

  /** A member, null if it is absent or null. */
  public static @Nullable JsonNode present(JsonNode node, String name) {
    JsonNode value = node.get(name);
    return value == null || value.isNull() ? null : value;
  }
}
