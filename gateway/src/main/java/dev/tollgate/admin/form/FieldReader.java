package dev.tollgate.admin.form;

import dev.tollgate.admin.form.RefusedException.Problem;
import dev.tollgate.model.BudgetWindow;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Checks values as FastAPI does, collecting all that is wrong; a number may come as text, as there.
 */
public final class FieldReader {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int TEXT_MAX = 1024;
  private static final int ITEMS_MAX = 1000;

  /** Each window is an account that every call draws on. */
  private static final int WINDOWS_MAX = 4;

  private static final BigDecimal DOLLARS_MAX = BigDecimal.valueOf(9_000_000_000L);

  /** More digits, before or after the point, are no amount of anything. */
  private static final int DIGITS_MAX = 40;

  private final List<Problem> problems = new ArrayList<>();

  public List<Problem> problems() {
    return problems;
  }

  /** The value in its proper form; null if there is a problem, which is noted. */
  public @Nullable JsonNode read(Field field, JsonNode value) {
    if (value.isNull()) {
      return value;
    }
    List<Object> place = List.of("body", field.name());
    return switch (field.kind()) {
      case NUMBER -> number(value, place);
      case INTEGER -> integer(value, place);
      case TEXT -> choice(field, text(value, place), place);
      case FLAG -> flag(value, place);
      case TEXTS -> texts(value, place);
      case TEXT_MAP -> textMap(value, place);
      case OBJECT ->
          value.isObject()
              ? value
              : problem("dict_type", place, "Input should be a valid dictionary");
      case LIST ->
          value.isArray() ? value : problem("list_type", place, "Input should be a valid list");
      case WINDOWS -> windows(value, place);
      case MODEL_BUDGETS -> modelBudgets(value, place);
      case COUNTS -> counts(value, place);
      case TEXT_LISTS -> textLists(value, place);
    };
  }

  /** A list of texts that has to be given as such. */
  public @Nullable JsonNode texts(JsonNode value, List<Object> place) {
    if (!value.isArray()) {
      return problem("list_type", place, "Input should be a valid list");
    }
    if (value.size() > ITEMS_MAX) {
      return problem(
          "too_long",
          place,
          "List should have at most %d items after validation, not %d"
              .formatted(ITEMS_MAX, value.size()));
    }
    boolean good = true;
    for (int i = 0; i < value.size(); i++) {
      good &= text(value.get(i), with(place, i)) != null;
    }
    return good ? value : null;
  }

  private @Nullable JsonNode windows(JsonNode value, List<Object> place) {
    if (!value.isArray()) {
      return problem("list_type", place, "Input should be a valid list");
    }
    if (value.size() > WINDOWS_MAX) {
      return problem(
          "too_long",
          place,
          "List should have at most %d items after validation, not %d"
              .formatted(WINDOWS_MAX, value.size()));
    }
    boolean good = true;
    for (int i = 0; i < value.size(); i++) {
      List<Object> each = with(place, i);
      good &= duration(value.get(i).path("budget_duration"), with(each, "budget_duration"));
      good &= amount(value.get(i).path("max_budget"), with(each, "max_budget"));
    }
    return good ? value : null;
  }

  private @Nullable JsonNode modelBudgets(JsonNode value, List<Object> place) {
    if (!value.isObject() || value.size() > ITEMS_MAX) {
      return problem("dict_type", place, "Input should be a valid dictionary");
    }
    boolean good = true;
    for (var entry : value.properties()) {
      List<Object> each = with(place, entry.getKey());
      JsonNode budget = entry.getValue();
      good &= text(NODES.stringNode(entry.getKey()), each) != null;
      if (budget.isNumber()) {
        good &= amount(budget, each);
        continue;
      }
      boolean old = budget.has("max_budget") && !budget.has("budget_limit");
      String limit = old ? "max_budget" : "budget_limit";
      String period = budget.has("time_period") ? "time_period" : "budget_duration";
      good &= amount(budget.path(limit), with(each, limit));
      good &=
          budget.path(period).isMissingNode()
              || budget.path(period).isNull()
              || duration(budget.path(period), with(each, period));
    }
    return good ? value : null;
  }

  private @Nullable JsonNode textLists(JsonNode value, List<Object> place) {
    if (!value.isObject() || value.size() > ITEMS_MAX) {
      return problem("dict_type", place, "Input should be a valid dictionary");
    }
    boolean good = true;
    for (var entry : value.properties()) {
      good &= texts(entry.getValue(), with(place, entry.getKey())) != null;
    }
    return good ? value : null;
  }

  private @Nullable JsonNode counts(JsonNode value, List<Object> place) {
    if (!value.isObject() || value.size() > ITEMS_MAX) {
      return problem("dict_type", place, "Input should be a valid dictionary");
    }
    boolean good = true;
    for (var entry : value.properties()) {
      List<Object> each = with(place, entry.getKey());
      JsonNode count = entry.getValue();
      good &= text(NODES.stringNode(entry.getKey()), each) != null;
      if (!count.isIntegralNumber() || !count.canConvertToLong() || count.longValue() < 0) {
        problem("int_type", each, "Input should be a valid integer");
        good = false;
      }
    }
    return good ? value : null;
  }

  private boolean duration(JsonNode value, List<Object> place) {
    boolean good =
        value.isString()
            && BudgetWindow.parse(value.stringValue()).filter(read -> read.count() > 0).isPresent();
    if (!good) {
      problem(
          "value_error",
          place,
          "Value error, expected a number and one of s, m, h, d, w, mo, like 30d");
    }
    return good;
  }

  private boolean amount(JsonNode value, List<Object> place) {
    JsonNode read = value.isNumber() ? number(value, place) : null;
    boolean good = read != null && read.decimalValue().signum() >= 0 && fits(read.decimalValue());
    if (!good && (read != null || !value.isNumber())) {
      problem("float_type", place, "Input should be a valid amount of dollars");
    }
    return good;
  }

  private static boolean fits(BigDecimal dollars) {
    return dollars.compareTo(DOLLARS_MAX) <= 0;
  }

  private @Nullable JsonNode textMap(JsonNode value, List<Object> place) {
    if (!value.isObject()) {
      return problem("dict_type", place, "Input should be a valid dictionary");
    }
    if (value.size() > ITEMS_MAX) {
      return problem(
          "too_long",
          place,
          "Dictionary should have at most %d items after validation, not %d"
              .formatted(ITEMS_MAX, value.size()));
    }
    boolean good = true;
    for (var entry : value.properties()) {
      List<Object> each = with(place, entry.getKey());
      good &= text(NODES.stringNode(entry.getKey()), each) != null;
      good &= text(entry.getValue(), each) != null;
    }
    return good ? value : null;
  }

  private @Nullable JsonNode text(JsonNode value, List<Object> place) {
    if (!value.isString()) {
      return problem("string_type", place, "Input should be a valid string");
    }
    String text = value.stringValue();
    if (text.length() > TEXT_MAX) {
      return problem(
          "string_too_long", place, "String should have at most " + TEXT_MAX + " characters");
    }
    if (text.chars().anyMatch(Character::isISOControl)) {
      return problem(
          "value_error", place, "Value error, control characters are not allowed in here");
    }
    if (text.codePoints().anyMatch(FieldReader::isHalf)) {
      return problem(
          "string_unicode",
          place,
          "Input should be a valid string, unable to parse raw data as a unicode string");
    }
    return value;
  }

  /** Half of a surrogate pair, which no database takes. */
  private static boolean isHalf(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }

  private @Nullable JsonNode choice(Field field, @Nullable JsonNode text, List<Object> place) {
    List<String> choices = field.choices();
    if (text == null || choices.isEmpty() || choices.contains(text.stringValue())) {
      return text;
    }
    String all =
        "'"
            + String.join("', '", choices.subList(0, choices.size() - 1))
            + "' or '"
            + choices.getLast()
            + "'";
    return problem("literal_error", place, "Input should be " + all);
  }

  private @Nullable JsonNode number(JsonNode value, List<Object> place) {
    BigDecimal read;
    if (value.isNumber()) {
      read = value.decimalValue();
    } else if (value.isString()) {
      BigDecimal parsed = parsed(value.stringValue());
      if (parsed == null) {
        return problem(
            "float_parsing",
            place,
            "Input should be a valid number, unable to parse string as a number");
      }
      read = parsed;
    } else {
      return problem("float_type", place, "Input should be a valid number");
    }
    // Checked before any arithmetic: a short text like 1e999999999 stands for a gigabyte of digits.
    if (read.precision() > DIGITS_MAX || Math.abs((long) read.scale()) > DIGITS_MAX) {
      return problem("finite_number", place, "Input should be a finite number");
    }
    return NODES.numberNode(read);
  }

  private @Nullable JsonNode integer(JsonNode value, List<Object> place) {
    if (!value.isNumber() && !value.isString()) {
      return problem("int_type", place, "Input should be a valid integer");
    }
    BigDecimal read = value.isNumber() ? value.decimalValue() : parsed(value.stringValue());
    if (read == null) {
      return problem(
          "int_parsing",
          place,
          "Input should be a valid integer, unable to parse string as an integer");
    }
    if (read.precision() > DIGITS_MAX || Math.abs((long) read.scale()) > DIGITS_MAX) {
      return problem("int_parsing_size", place, "Input should be a valid integer");
    }
    try {
      return NODES.numberNode(read.longValueExact());
    } catch (ArithmeticException _) {
      return problem(
          "int_from_float",
          place,
          "Input should be a valid integer, got a number with a fractional part");
    }
  }

  private @Nullable JsonNode flag(JsonNode value, List<Object> place) {
    if (value.isBoolean()) {
      return value;
    }
    String text = value.isString() || value.isIntegralNumber() ? value.asString() : "";
    return switch (text.toLowerCase(java.util.Locale.ROOT)) {
      case "true", "1", "yes", "on", "t", "y" -> NODES.booleanNode(true);
      case "false", "0", "no", "off", "f", "n" -> NODES.booleanNode(false);
      default ->
          problem(
              value.isString() ? "bool_parsing" : "bool_type",
              place,
              value.isString()
                  ? "Input should be a valid boolean, unable to interpret input"
                  : "Input should be a valid boolean");
    };
  }

  private static @Nullable BigDecimal parsed(String text) {
    try {
      return text.length() > TEXT_MAX ? null : new BigDecimal(text.strip());
    } catch (NumberFormatException _) {
      return null;
    }
  }

  public @Nullable JsonNode problem(String type, List<Object> place, String message) {
    problems.add(new Problem(type, place, message));
    return null;
  }

  private static List<Object> with(List<Object> place, Object step) {
    List<Object> longer = new ArrayList<>(place);
    longer.add(step);
    return List.copyOf(longer);
  }
}
