package matrix;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** JSON trees with few words. */
final class Json {
  static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  /** Names and values in turn; members whose value is null are left out. */
  static ObjectNode obj(Object... namesAndValues) {
    ObjectNode object = MAPPER.createObjectNode();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      if (namesAndValues[i + 1] != null) {
        object.set((String) namesAndValues[i], node(namesAndValues[i + 1]));
      }
    }
    return object;
  }

  static ArrayNode arr(Object... values) {
    return arr(List.of(values));
  }

  static ArrayNode arr(List<?> values) {
    ArrayNode array = MAPPER.createArrayNode();
    values.forEach(value -> array.add(node(value)));
    return array;
  }

  private static JsonNode node(Object value) {
    return value instanceof JsonNode json ? json : MAPPER.valueToTree(value);
  }

  static JsonNode read(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new Wrong("not JSON (" + e.getOriginalMessage() + "): " + brief(text));
    }
  }

  static JsonNode read(byte[] bytes) {
    return read(new String(bytes, StandardCharsets.UTF_8));
  }

  static byte[] bytes(JsonNode node) {
    try {
      return MAPPER.writeValueAsBytes(node);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A text that is the same for equal values: members sorted, numbers plain. */
  static String canonical(JsonNode node) {
    if (node.isObject()) {
      Map<String, String> members = new TreeMap<>();
      node.properties().forEach(e -> members.put(e.getKey(), canonical(e.getValue())));
      return members.toString();
    }
    if (node.isArray()) {
      List<String> items = new ArrayList<>();
      node.forEach(item -> items.add(canonical(item)));
      return items.toString();
    }
    return node.isNumber()
        ? new BigDecimal(node.asText()).stripTrailingZeros().toPlainString()
        : node.toString();
  }

  /** Members that have to be there: names one that is not. */
  static JsonNode need(JsonNode node, String name) {
    JsonNode member = node.get(name);
    if (member == null || member.isNull()) {
      throw new Wrong("no `" + name + "` in " + brief(node.toString()));
    }
    return member;
  }

  static String text(JsonNode node, String name) {
    JsonNode member = need(node, name);
    if (!member.isTextual()) {
      throw new Wrong("`" + name + "` is no text in " + brief(node.toString()));
    }
    return member.asText();
  }

  static String textOr(JsonNode node, String name, String otherwise) {
    JsonNode member = node.get(name);
    return member == null || member.isNull() ? otherwise : member.asText();
  }

  static String brief(String text) {
    return text.length() > 260 ? text.substring(0, 180) + " … " + text.substring(text.length() - 60) : text;
  }
}
