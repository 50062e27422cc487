package dev.tollgate.provider;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Typed reads of {@code litellm_params}. Each complaint is an {@link IllegalArgumentException} that
 * names the parameter and what was expected, never the value: it may be a credential.
 */
final class Params {
  private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000L);
  private static final BigDecimal SECONDS_MAX = BigDecimal.valueOf(31_536_000L);

  private final Map<String, Object> values;

  private Params(Map<String, Object> values) {
    this.values = values;
  }

  /** The parameters, with the operator's defaults where a key is absent. Null means absent. */
  static Params of(Map<String, ?> params, Map<String, ?> defaults) {
    Map<String, Object> values = new LinkedHashMap<>();
    params.forEach((key, value) -> put(values, key, value));
    defaults.forEach(
        (key, value) -> {
          if (!values.containsKey(key)) {
            put(values, key, value);
          }
        });
    return new Params(values);
  }

  private static void put(Map<String, Object> values, String key, @Nullable Object value) {
    if (value != null) {
      values.put(key, value);
    }
  }

  Map<String, Object> values() {
    return values;
  }

  @Nullable Object value(String key) {
    return values.get(key);
  }

  @Nullable String text(String key) {
    Object value = values.get(key);
    if (value == null) {
      return null;
    }
    if (value instanceof Map || value instanceof Iterable) {
      throw new IllegalArgumentException(key + ": expected a text");
    }
    String text = value.toString();
    return text.isEmpty() ? null : text;
  }

  boolean flag(String key, boolean otherwise) {
    return switch (values.get(key)) {
      case null -> otherwise;
      case Boolean flag -> flag;
      case String text when text.equalsIgnoreCase("true") -> true;
      case String text when text.equalsIgnoreCase("false") -> false;
      default -> throw new IllegalArgumentException(key + ": expected true or false");
    };
  }

  @Nullable BigDecimal decimal(String key) {
    return decimal(key, values.get(key));
  }

  /** A number, or a text that is one; its exponent is bounded, so that arithmetic is cheap. */
  static @Nullable BigDecimal decimal(String key, @Nullable Object value) {
    if (value == null) {
      return null;
    }
    if (value instanceof Number || value instanceof String) {
      try {
        BigDecimal number = new BigDecimal(value.toString().strip());
        if (number.signum() >= 0 && Math.abs((long) number.scale()) <= 100) {
          return number;
        }
      } catch (NumberFormatException _) {
        // told below
      }
    }
    throw new IllegalArgumentException(key + ": expected a number, 0 or more");
  }

  @Nullable Long whole(String key) {
    BigDecimal number = decimal(key);
    if (number == null) {
      return null;
    }
    try {
      return number.longValueExact();
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(key + ": expected a whole number", e);
    }
  }

  @Nullable Integer small(String key) {
    Long number = whole(key);
    if (number == null) {
      return null;
    }
    if (number > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(key + ": expected at most " + Integer.MAX_VALUE);
    }
    return number.intValue();
  }

  @Nullable Double fraction(String key) {
    BigDecimal number = decimal(key);
    return number == null ? null : number.doubleValue();
  }

  /** A duration in seconds; zero is refused where {@code positive}. */
  @Nullable Duration seconds(String key, boolean positive) {
    BigDecimal number = decimal(key);
    if (number == null) {
      return null;
    }
    if (number.compareTo(SECONDS_MAX) > 0 || (positive && number.signum() == 0)) {
      throw new IllegalArgumentException(
          key + ": expected seconds, " + (positive ? "more than 0 and " : "") + "at most a year");
    }
    return Duration.ofNanos(number.multiply(NANOS).longValue());
  }

  List<String> texts(String key) {
    Object value = values.get(key);
    if (value == null) {
      return List.of();
    }
    if (value instanceof List<?> items && items.stream().allMatch(String.class::isInstance)) {
      return items.stream().map(String.class::cast).toList();
    }
    throw new IllegalArgumentException(key + ": expected a list of texts");
  }

  Map<String, Object> map(String key) {
    Object value = values.get(key);
    if (value == null) {
      return Map.of();
    }
    if (!(value instanceof Map<?, ?> members)) {
      throw new IllegalArgumentException(key + ": expected a mapping");
    }
    Map<String, Object> texts = new LinkedHashMap<>();
    members.forEach((name, member) -> put(texts, String.valueOf(name), member));
    return texts;
  }
}
