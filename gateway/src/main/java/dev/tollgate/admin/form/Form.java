package dev.tollgate.admin.form;

import dev.tollgate.admin.form.RefusedException.Problem;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Money;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A management request: the fields that LiteLLM knows, each of its type; others are passed over, as
 * there. Immutable.
 */
public final class Form {
  private static final int BODY_BYTES_MAX = 1024 * 1024;

  private final Map<String, JsonNode> values;

  private Form(Map<String, JsonNode> values) {
    this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** Reads and checks a body with these fields. */
  public static Form of(byte[] body, Map<String, Field> fields) {
    return of(document(body), fields);
  }

  /** Checks a document that was read, or part of one. */
  public static Form of(ObjectNode document, Map<String, Field> fields) {
    FieldReader reader = new FieldReader();
    Map<String, JsonNode> values = new LinkedHashMap<>();
    for (var entry : document.properties()) {
      Field field = fields.get(entry.getKey());
      JsonNode value = field == null ? null : reader.read(field, entry.getValue());
      if (value != null) {
        values.put(entry.getKey(), value);
      }
    }
    if (!reader.problems().isEmpty()) {
      throw RefusedException.invalid(reader.problems());
    }
    return new Form(values);
  }

  /** A request that sends nothing. */
  public static Form empty() {
    return new Form(Map.of());
  }

  /** Reads a body that has to be a JSON object. */
  public static ObjectNode document(byte[] body) {
    if (body.length > BODY_BYTES_MAX) {
      throw new FailureException(
          new Failure.TooLarge(
              "A management request may have at most " + BODY_BYTES_MAX + " bytes.", 413));
    }
    if (body.length == 0) {
      throw RefusedException.invalid(
          List.of(new Problem("missing", List.of("body"), "Field required")));
    }
    JsonNode document;
    try {
      document = Json.read(body);
    } catch (JacksonException e) {
      long at = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getByteOffset());
      throw RefusedException.invalid(
          List.of(new Problem("json_invalid", List.of("body", (int) at), "JSON decode error")));
    }
    if (document instanceof ObjectNode object) {
      return object;
    }
    throw RefusedException.invalid(
        List.of(
            new Problem(
                "model_attributes_type",
                List.of("body"),
                "Input should be a valid dictionary or object to extract fields from")));
  }

  /** Whether the field was sent, also as null. */
  public boolean has(String name) {
    return values.containsKey(name);
  }

  public Set<String> names() {
    return values.keySet();
  }

  /** The value; null if it was not sent or sent as null. */
  public @Nullable JsonNode get(String name) {
    JsonNode value = values.get(name);
    return value == null || value.isNull() ? null : value;
  }

  /** Text; an empty one is none. */
  public @Nullable String text(String name) {
    JsonNode value = get(name);
    return value == null || value.stringValue().isEmpty() ? null : value.stringValue();
  }

  /** A whole number that may not be below {@code least}. */
  public @Nullable Long number(String name, long least) {
    JsonNode value = get(name);
    if (value != null && value.longValue() < least) {
      throw RefusedException.badRequest(
          name + " has to be at least " + least + ", got " + value.longValue(), name);
    }
    return value == null ? null : value.longValue();
  }

  /** Text that has to be there. */
  public String needed(String name) {
    String text = text(name);
    if (text == null) {
      throw missing(name);
    }
    return text;
  }

  /** A refusal for want of a field. */
  public static RefusedException missing(String name) {
    return RefusedException.invalid(
        List.of(new Problem("missing", List.of("body", name), "Field required")));
  }

  /** An amount in dollars. */
  public @Nullable Money money(String name) {
    JsonNode value = get(name);
    if (value == null) {
      return null;
    }
    if (value.decimalValue().signum() < 0) {
      throw RefusedException.badRequest(
          name + " cannot be negative, got " + value.decimalValue().toPlainString(), name);
    }
    try {
      return Money.ofDollars(value.decimalValue());
    } catch (ArithmeticException _) {
      throw RefusedException.badRequest(
          name + " is too large: at most 9.2 billion dollars can be counted", name);
    }
  }

  public @Nullable Boolean flag(String name) {
    JsonNode value = get(name);
    return value == null ? null : value.booleanValue();
  }

  public List<String> texts(String name) {
    JsonNode value = get(name);
    return value == null ? List.of() : value.values().stream().map(JsonNode::stringValue).toList();
  }

  public Map<String, String> textMap(String name) {
    JsonNode value = get(name);
    Map<String, String> map = new HashMap<>();
    if (value != null) {
      value.properties().forEach(entry -> map.put(entry.getKey(), entry.getValue().stringValue()));
    }
    return map;
  }

  public ObjectNode object(String name) {
    return get(name) instanceof ObjectNode object ? object.deepCopy() : Json.object();
  }

  /** The same form with other values of some fields. */
  public Form with(Map<String, JsonNode> others) {
    Map<String, JsonNode> all = new LinkedHashMap<>(values);
    all.putAll(others);
    return new Form(all);
  }
}
