package matrix;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Set;

/** JSON schemas as dialects write them: type names in capitals, closed objects or not. */
final class Schema {
  private static final Set<String> NO_MATTER =
      Set.of("additionalProperties", "$schema", "propertyOrdering", "strict", "title");

  private Schema() {}

  /** Without what some dialects have to add or to leave out; types in small letters. */
  static JsonNode plain(JsonNode schema) {
    if (schema == null || !schema.isObject()) {
      return schema == null ? Json.obj() : schema;
    }
    ObjectNode plain = Json.obj();
    schema.properties().forEach(member -> {
      JsonNode value = member.getValue();
      if (member.getKey().equals("type") && value.isTextual()) {
        plain.put("type", value.asText().toLowerCase(Locale.ROOT));
      } else if (member.getKey().equals("properties") && value.isObject()) {
        ObjectNode properties = plain.putObject("properties");
        value.properties().forEach(p -> properties.set(p.getKey(), plain(p.getValue())));
      } else if (!NO_MATTER.contains(member.getKey()) && !(member.getKey().equals("required") && value.isEmpty())) {
        plain.set(member.getKey(), plain(value));
      }
    });
    if (plain.path("properties").isObject() && plain.get("properties").isEmpty()) {
      plain.remove("properties");
    }
    return plain;
  }
}
