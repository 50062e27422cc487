package dev.tollgate.config;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of values that keys take. Text that spells a number or a boolean is one where one is
 * expected, because variables only hold text and LiteLLM converts likewise.
 */
enum ValueType {
  TEXT("text"),
  /** Text is supported, lists and mappings are known and handed on as they are. */
  TEXT_FOR_NOW("text"),
  WHOLE("a whole number of 0 or more"),
  NUMBER("a number of 0 or more"),
  FLAG("true or false"),
  TEXTS("a list of names"),
  MAP("a mapping"),
  ANY("a value");

  private static final Set<String> TRUE = Set.of("true", "t", "yes", "y", "on", "1");
  private static final Set<String> FALSE = Set.of("false", "f", "no", "n", "off", "0");
  private static final Pattern SECRET =
      Pattern.compile(
          "key|secret|token|password|credential|auth|header|url|dsn|environment_variables",
          Pattern.CASE_INSENSITIVE);
  private static final int SHOWN_CHARS_MAX = 60;

  private final String expected;

  ValueType(String expected) {
    this.expected = expected;
  }

  /**
   * The value: String, Long, BigDecimal, Boolean, List or Map; for {@link #ANY} whatever was
   * written.
   *
   * @param node not null in the sense of YAML
   * @throws ConfigException if it is of another kind
   */
  Object read(Node node, String path) {
    Object value =
        switch (this) {
          case TEXT -> node instanceof Node.Scalar scalar ? scalar.text() : null;
          case TEXT_FOR_NOW -> node instanceof Node.Scalar scalar ? scalar.text() : node.plain();
          case WHOLE -> whole(node);
          case NUMBER -> number(node);
          case FLAG -> flag(node);
          case TEXTS -> texts(node);
          case MAP -> node instanceof Node.Mapping ? node.plain() : null;
          case ANY -> node.plain();
        };
    if (value == null) {
      throw wrong(node, path, expected);
    }
    return value;
  }

  static ConfigException wrong(Node node, String path, String expected) {
    return new ConfigException(
        node.position(), path, "expected " + expected + ", found " + shown(node, path));
  }

  /** How a message shows a value; never one that may be a secret. */
  static String shown(Node node, String path) {
    if (!(node instanceof Node.Scalar scalar) || scalar.value() == null) {
      return node.kind();
    }
    if (scalar.variable() != null) {
      return "something else in the environment variable " + scalar.variable();
    }
    if (SECRET.matcher(path).find()) {
      return "something else (not shown)";
    }
    String text = scalar.text().replaceAll("\\p{Cntrl}", " ");
    return text.length() > SHOWN_CHARS_MAX
        ? "'" + text.substring(0, SHOWN_CHARS_MAX) + "…'"
        : "'" + text + "'";
  }

  private static @Nullable Long whole(Node node) {
    BigDecimal number = number(node);
    if (number == null) {
      return null;
    }
    try {
      return number.longValueExact();
    } catch (ArithmeticException _) {
      return null;
    }
  }

  private static @Nullable BigDecimal number(Node node) {
    if (!(node instanceof Node.Scalar scalar)) {
      return null;
    }
    BigDecimal number =
        switch (scalar.value()) {
          case Long whole -> BigDecimal.valueOf(whole);
          case BigInteger whole -> new BigDecimal(whole);
          case BigDecimal decimal -> decimal;
          case String text -> spelled(text);
          case null, default -> null;
        };
    return number == null || number.signum() < 0 ? null : number;
  }

  private static @Nullable BigDecimal spelled(String text) {
    try {
      return PlainScalars.number(text);
    } catch (ArithmeticException _) {
      return null;
    }
  }

  private static @Nullable Boolean flag(Node node) {
    if (!(node instanceof Node.Scalar scalar)) {
      return null;
    }
    String word = scalar.text().strip().toLowerCase(Locale.ROOT);
    return TRUE.contains(word) ? Boolean.TRUE : FALSE.contains(word) ? Boolean.FALSE : null;
  }

  /** A list of scalars, or one alone. */
  private static @Nullable List<String> texts(Node node) {
    if (node instanceof Node.Scalar scalar) {
      return List.of(scalar.text());
    }
    if (!(node instanceof Node.Sequence sequence)) {
      return null;
    }
    List<String> texts = new ArrayList<>();
    for (Node item : sequence.items()) {
      if (!(item instanceof Node.Scalar scalar)) {
        return null;
      }
      if (scalar.value() != null) {
        texts.add(scalar.text());
      }
    }
    return Collections.unmodifiableList(texts);
  }
}
