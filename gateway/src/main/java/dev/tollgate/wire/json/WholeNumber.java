package dev.tollgate.wire.json;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whole numbers that bound what a call can cost, read as generously as the most generous provider
 * does: one that it took for more than we did would be spent and not held. Stateless.
 */
public final class WholeNumber {
  /** Beyond any cap or count that a provider knows; larger ones count as this. */
  private static final double MAX = 1L << 40;

  /** More answers than any provider gives to one call. */
  private static final int CHOICES_MAX = 1 << 20;

  private WholeNumber() {}

  /** A count of answers, as far as one call can have them: at least one. */
  public static int choices(long count) {
    return Math.clamp(count, 1, CHOICES_MAX);
  }

  /**
   * The current token as a cap: {@code 5}, {@code 5.0} or {@code 5e3}.
   *
   * @return null where it bounds nothing. To vLLM and Ollama numbers below one mean without end.
   */
  public static @Nullable Long cap(JsonScan scan, JsonToken token) {
    Long cap = isNumber(token) ? whole(scan.parser().getDoubleValue()) : null;
    return cap == null || cap < 1 ? null : cap;
  }

  /** The current token as a count, which may stand in quotes too; null if it is none. */
  public static @Nullable Long count(JsonScan scan, JsonToken token) {
    return isNumber(token)
        ? whole(scan.parser().getDoubleValue())
        : token == JsonToken.VALUE_STRING ? count(scan.text()) : null;
  }

  /** A text as a count; null if it is none. */
  public static @Nullable Long count(String text) {
    try {
      return whole(Double.parseDouble(text.strip()));
    } catch (NumberFormatException notOne) {
      return null;
    }
  }

  /**
   * Sets what a client may also have written in the provider's own words: the smaller one counts.
   *
   * @param most null for no bound
   */
  public static void bound(ObjectNode body, String name, @Nullable Long most) {
    JsonNode given = body.get(name);
    boolean less = given != null && given.isIntegralNumber() && given.canConvertToLong();
    if (most != null && !(less && given.longValue() > 0 && given.longValue() < most)) {
      body.put(name, most);
    }
  }

  private static boolean isNumber(JsonToken token) {
    return token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT;
  }

  private static @Nullable Long whole(double value) {
    double bounded = Math.max(-MAX, Math.min(value, MAX));
    return bounded == Math.rint(bounded) ? (Long) (long) bounded : null;
  }
}
