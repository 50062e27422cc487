package dev.tollgate.wire.json;

import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Typed reads of one object of a client's body. A null member counts as absent; one of another type
 * is refused by a message that names it and says what was expected. Immutable.
 */
public final class Fields {
  private static final BigDecimal LONG_MAX = BigDecimal.valueOf(Long.MAX_VALUE);
  private static final int SCALE_MAX = 100;

  private final JsonNode object;
  private final String path;

  private Fields(JsonNode object, String path) {
    this.object = object;
    this.path = path;
  }

  /**
   * The members of an object.
   *
   * @param path how errors name it, {@code messages[2]}; empty for the body itself
   * @throws FailureException with a {@code BadRequest} if it is no object
   */
  public static Fields of(JsonNode node, String path) {
    if (!node.isObject()) {
      throw bad(path, "an object");
    }
    return new Fields(node, path);
  }

  /** The object itself. */
  public JsonNode node() {
    return object;
  }

  /** How errors name a member. */
  public String pathOf(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  public boolean has(String name) {
    return get(name) != null;
  }

  /** Any value, null if there is none. */
  public @Nullable JsonNode get(String name) {
    JsonNode value = object.get(name);
    return value == null || value.isNull() ? null : value;
  }

  public @Nullable String text(String name) {
    JsonNode value = get(name);
    if (value == null) {
      return null;
    }
    if (!value.isString()) {
      throw bad(pathOf(name), "a string");
    }
    return value.stringValue();
  }

  /** A string that has to be there. */
  public String requiredText(String name) {
    String value = text(name);
    if (value == null) {
      throw bad(pathOf(name), "a string");
    }
    return value;
  }

  public @Nullable Boolean flag(String name) {
    JsonNode value = get(name);
    if (value == null) {
      return null;
    }
    if (!value.isBoolean()) {
      throw bad(pathOf(name), "true or false");
    }
    return value.booleanValue();
  }

  public @Nullable BigDecimal number(String name) {
    JsonNode value = get(name);
    if (value == null) {
      return null;
    }
    if (!value.isNumber()) {
      throw bad(pathOf(name), "a number");
    }
    BigDecimal number = value.decimalValue();
    if (Math.abs((long) number.scale()) > SCALE_MAX || number.precision() > SCALE_MAX) {
      throw bad(pathOf(name), "a number of a sensible size");
    }
    return number;
  }

  /** A whole number; {@code 5.0} is one. */
  public @Nullable Long whole(String name) {
    BigDecimal number = number(name);
    if (number == null) {
      return null;
    }
    if (number.stripTrailingZeros().scale() > 0 || number.abs().compareTo(LONG_MAX) > 0) {
      throw bad(pathOf(name), "a whole number");
    }
    return number.longValue();
  }

  /** The items of a list, empty if there is none. */
  public List<JsonNode> list(String name) {
    JsonNode value = get(name);
    if (value == null) {
      return List.of();
    }
    if (!value.isArray()) {
      throw bad(pathOf(name), "a list");
    }
    List<JsonNode> items = new ArrayList<>(value.size());
    value.forEach(items::add);
    return items;
  }

  /** Strings: one, or a list of them; empty if there are none. */
  public List<String> texts(String name) {
    JsonNode value = get(name);
    if (value == null) {
      return List.of();
    }
    if (value.isString()) {
      return List.of(value.stringValue());
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode item : list(name)) {
      if (!item.isString()) {
        throw bad(pathOf(name), "a string or a list of strings");
      }
      texts.add(item.stringValue());
    }
    return texts;
  }

  /** An object below, null if there is none. */
  public @Nullable Fields object(String name) {
    JsonNode value = get(name);
    return value == null ? null : of(value, pathOf(name));
  }

  /** The refusal of a member. */
  public FailureException refused(String name, String expected) {
    return bad(pathOf(name), expected);
  }

  /** The refusal of the value at a path. */
  public static FailureException bad(String path, String expected) {
    String name = path.isEmpty() ? "the request body" : "'" + path + "'";
    return new FailureException(
        new Failure.BadRequest(
            "Invalid value for " + name + ": expected " + expected + ".",
            path.isEmpty() ? null : path));
  }
}
